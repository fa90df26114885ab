import json
import sys
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parsers.structure import RULES, Structure, structure
from parsers.topics.definition import topic_definitions
from parsers.topics.finder import TopicFinder
from warehouse.write.topics import SAMPLE

SHARED = next(
    (p / "shared" for p in Path(__file__).parents if (p / "shared" / "schema").is_dir()),
    Path("shared"),
)
TABLES = ("quotes", "mentions", "figures", "dates", "places", "acronyms")
TEXT = """“Kami siap menjaga wilayah ini bersama warga,” kata Kepala Dinas Sosial Kota Malang Sari Wulandari di Malang, Senin (3/3/2025).
Dia menjelaskan bahwa sekitar 1.250 warga menerima bantuan sosial (bansos) pada 2024.
“Ada dua ratus orang lagi,” katanya."""
NAMES = {
    "n": "quote_no",
    "par": "paragraph_no",
    "order": "structure",
    "speaker": "speaker_name",
    "affiliation": "speaker_affiliation",
    "words": "word_count",
    "noun": "noun_phrase",
    "in_quote": "quote_no",
    "weekday_ok": "weekday_matches",
    "short": "short_form",
    "entity": "entity_name",
    "place": "place_name",
    "kemendagri": "kemendagri_code",
    "bps": "bps_code",
    "src_start": "source_start",
    "src_end": "source_end",
}


def spans(found: Structure):
    return [
        row
        for table in TABLES
        for row in getattr(found, table)
        if getattr(row, "char_start", None) is not None
    ]


@pytest.fixture(scope="module")
def seed():
    """The seed's body is made by the cleaner elsewhere; here by its contract."""
    if not (SHARED / "schema" / "seed-truth.json").exists():
        pytest.skip("the seed article and its truth are not beside this checkout")
    truth = json.loads((SHARED / "schema" / "seed-truth.json").read_text(encoding="utf-8"))
    found = structure(
        seed_body(truth),
        dateline="VOICEIndonesia.co, Jakarta",
        dateline_start=0,
        language="id",
        reference_date=date(2024, 5, 28),
    )
    return truth, found


def seed_body(truth):
    text = (SHARED / "seed" / "voiceindonesia-41290.txt").read_text(encoding="utf-8")
    for removed in sorted(truth["removed"], key=lambda r: -r["start"]):
        text = text[: removed["start"]] + text[removed["end"] :]
    return "\n".join(line.rstrip() for line in text.split("\n") if line.strip())


@pytest.mark.parametrize("table", ["quotes", "mentions", "figures", "dates", "places", "acronyms"])
def test_every_row_of_the_seed_is_found_and_no_other(seed, table):
    truth, found = seed[0]["tables"], seed[1]
    rows = getattr(found, table)
    names = NAMES | ({"method": "resolution", "role": "speaker_role"} if table == "quotes" else {})

    assert [(r.char_start, r.char_end) for r in rows] == [
        (t["char_start"], t["char_end"]) for t in truth[table]
    ]
    for row, want in zip(rows, truth[table], strict=True):
        for key, value in want.items():
            if key == "period":
                assert found.dates[row.date_no - 1].text == value
                continue
            got = getattr(row, names.get(key, key))
            assert (got.isoformat() if isinstance(got, date) else got) == value, (table, key, want)


def test_the_seed_is_about_one_topic(seed):
    truth, _ = seed
    finder = TopicFinder(topic_definitions({"sample.toml": SAMPLE.read_text()}))
    (topic,) = finder.topics(None, seed_body(truth))

    assert (topic.topic_id, topic.n_hits, dict(topic.matched_terms)) == (
        "tppo",
        13,
        truth["tables"]["topics"][0]["terms"],
    )
    assert (topic.in_headline, topic.first_char) == (False, 180)


def test_only_figures_with_a_period_have_a_date(seed):
    _, found = seed

    assert [f.date_no for f in found.figures] == [None, None, None, 3, None]


def test_the_same_text_gives_the_same_rows():
    assert structure(TEXT) == structure(TEXT)


def test_an_empty_text_and_an_unread_language_give_nothing():
    assert structure("") == structure(TEXT, language="de") == Structure()


def test_english_gives_no_names_or_places():
    found = structure(TEXT, language="en")

    assert (found.mentions, found.places, found.acronyms) == ((), (), ())


@settings(max_examples=150)
@given(st.text(max_size=300), st.integers(0, 3))
def test_spans_reread_exactly_after_any_unicode(noise, where):
    lines = TEXT.split("\n")
    body = "\n".join([*lines[:where], noise, *lines[where:]])

    for row in spans(structure(body, reference_date=date(2025, 3, 3))):
        if hasattr(row, "text"):
            assert body[row.char_start : row.char_end] == row.text
        for cut in ("cue", "speaker"):
            start, end = getattr(row, f"{cut}_start", None), getattr(row, f"{cut}_end", None)
            if start is not None:
                assert body[start:end] == (row.cue if cut == "cue" else row.speaker_surface)


@settings(max_examples=150)
@given(st.text(max_size=60), st.integers(0, len(TEXT)), st.sampled_from(["id", "en"]))
def test_spans_reread_exactly_wherever_any_unicode_stands(noise, at, language):
    body = TEXT[:at] + noise + TEXT[at:]

    for row in spans(structure(body, language=language, reference_date=date(2025, 3, 3))):
        assert body[row.char_start : row.char_end] == row.text


FRAGMENTS = st.sampled_from(
    [
        "“Kami siap,” kata Budi. ",
        "Menurut dia, ",
        "Kepala Dinas ",
        "Budi Santoso (23), ",
        "1.250 warga ",
        "Rp 2,5 juta-Rp ",
        "20-25 ",
        "Senin (3/3",
        "kuartal III ",
        "Januari-",
        "2023, 2024, dan ",
        "(TPPO) ",
        "di Jakarta, ",
        "Jalan ",
        "Selat ",
        "yang akrab disapa ",
        "kepada Kompas.id ",
        "dua ratus ",
        "“",
        "”",
        "\n",
        "a.",
        "A/",
        "karena ",
        "menjelaskan bahwa ",
        "sejumlah warga mengaku ",
        "İ",
        "...",
        "Dr. H. ",
        "alias Nana ",
    ]
)


@pytest.mark.slow
@settings(max_examples=6)
@given(st.lists(FRAGMENTS, min_size=1, max_size=6))
@example(["1.250 warga ", "alias Nana "])
@example(["Budi Santoso (23), ", "1.250 warga "])
@example(["”", "karena ", "“Kami siap,” kata Budi. ", "di Jakarta, ", "sejumlah warga mengaku "])
def test_four_times_the_text_is_about_four_times_the_work(fragments):
    unit = "".join(fragments)
    structure(unit + "\nKata Budi Santoso, ia pulang.")  # once a process, the weights are read

    small, large = (_steps((unit * n)[:n]) for n in (4_000, 16_000))

    assert (
        large < 10 * small
    )  # sixteen times would be quadratic; where a text ends can make more of its words names


def _steps(text):
    """How many calls it takes, whatever else the machine does."""
    n = 0

    def count(*_):
        nonlocal n
        n += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        structure(text, reference_date=date(2020, 1, 1))
    finally:
        sys.setprofile(before)
    return n


@settings(max_examples=60)
@given(
    st.lists(st.text("bcdfghjklmnpqrstvwxyz", min_size=5, max_size=9), min_size=3, max_size=20),
    st.integers(0, 3),
)
def test_an_unrelated_paragraph_changes_no_row_of_the_others(words, where):
    """Unrelated: words that are no Indonesian, name nobody, count nothing and quote nobody."""
    lines = TEXT.split("\n")
    noise = " ".join(words) + "."
    body = "\n".join([*lines[:where], noise, *lines[where:]])
    shift = sum(len(line) + 1 for line in lines[:where])
    plain, noisy = (structure(b, reference_date=date(2025, 3, 3)) for b in (TEXT, body))

    for table in TABLES:
        before, after = getattr(plain, table), getattr(noisy, table)
        assert [shifted_row(row, shift, len(noise) + 1) for row in before] == [
            shifted_row(row, 0, 0) for row in after
        ], table


def shifted_row(row, shift, by):
    """A row's values with every place after the noise moved by its length; paragraph numbers follow from places."""
    values = {f.name: getattr(row, f.name) for f in fields(row) if f.name != "paragraph_no"}
    places = {
        "char_start",
        "char_end",
        "cue_start",
        "cue_end",
        "speaker_start",
        "speaker_end",
        "first_char",
    }
    return {
        k: v + by if k in places and v is not None and v >= shift else v for k, v in values.items()
    }


@pytest.mark.parametrize(
    "unit",
    [
        "“",
        "”",
        '" ',
        '"a," kata ',
        "Kepala Dinas ",
        "( ",
        "1.",
        "1,",
        "Rp 1",
        "Senin (",
        "Denny berharap ",
        "Jalan ",
        "di Jakarta, ",
        "....",
        "R. ",
        "Aa Bb ",
        "dua ratus ",
        "2020-",
        "PT Energi Raya ",
        "Amir-Batia ",
        "3 kasus sepanjang 2020 ",
        "Menurut Budi, a b c d. ",
        "“a\n",
        "Budi Santoso (23), ",
        "tahun 2020 kasus ",
    ],
)
@pytest.mark.timeout(60)  # a pattern that goes back would take years
def test_a_hostile_text_ends(unit):
    structure((unit * 30_000)[:30_000], reference_date=date(2020, 1, 1))


@pytest.mark.timeout(60)
def test_a_word_without_end_is_looked_through_once():
    assert (
        structure("Kutipan itu dikutip " + "a" * 300_000, reference_date=date(2020, 1, 1)).mentions
        == ()
    )


def test_a_search_for_a_rule_finds_the_code_that_makes_its_rows():
    root = Path(__file__).parents[2]
    files = (
        *(root / "parsers" / "structure").rglob("*.py"),
        *(root / "parsers" / "topics").glob("*.py"),
        *(root / "warehouse" / "write").glob("*.py"),
        *(root / "warehouse" / "views").rglob("*.sql"),
        *(root / "warehouse" / "sql").rglob("*.sql"),
    )
    code = "".join(path.read_text(encoding="utf-8") for path in files).replace("'", '"')

    assert [
        rule.rule_id
        for rule in RULES
        if f'"{rule.rule_id.removeprefix("speaker.")}"' not in code  # named by its resolution
    ] == []


def test_every_row_names_a_rule_of_the_table():
    rule_ids = {rule.rule_id for rule in RULES}
    found = structure(
        TEXT,
        dateline="Malang",
        dateline_start=0,
        reference_date=date(2025, 3, 3),
    )

    assert {row.rule_id for table in TABLES for row in getattr(found, table)} <= rule_ids
    assert all(
        rule.description and (rule.n == 0) == (rule.measured_on is None) == (rule.low is None)
        for rule in RULES
    )
    assert all(rule.precision is None or rule.low < rule.precision for rule in RULES)
