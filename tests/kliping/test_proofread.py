"""Quotes and figures of a draft, looked up among published articles."""

from __future__ import annotations

import json
import random

import pytest
from support.builders import VERSIONS, outcome
from support.command_line import kliping
from support.steps import link_names

from kliping.proofreading.alignment import align
from kliping.proofreading.claim import ClaimKind
from kliping.proofreading.claims import claims
from kliping.proofreading.draft import read_draft, with_double_marks
from kliping.proofreading.findings import Finding
from kliping.proofreading.folded_words import draft_words, source_words
from kliping.proofreading.report import mark_differences
from kliping.proofreading.same_speaker import is_same_name
from kliping.reading.draft_lookups import DraftLookups
from kliping.reading.proofread import proofread
from parsers.structure import structure
from warehouse.read.published import Reader
from warehouse.write.load import load_outcomes

ARTICLE = """Wakil Presiden Gibran Rakabuming Raka meninjau tanggul di Demak, Senin.
“Tanggul ini harus selesai sebelum puncak musim hujan tiba, jadi pekerjaannya dipercepat,” kata Gibran.
Bupati Demak Siti Rahayu menyebut 118 keluarga di Desa Sayung sudah mengungsi sejak Minggu malam.
“Kami tidak akan menutup posko sebelum air benar-benar surut,” ujar Siti Rahayu.
Biaya perbaikan tanggul Sayung itu diperkirakan Rp1,6 triliun."""
EDITED = ARTICLE.replace("118 keluarga", "131 keluarga").replace("benar-benar surut", "surut")


@pytest.fixture(scope="module")
def published(new_store, sources):
    """The article above, and after a change of it one more version."""
    store = new_store()
    versions = [
        outcome(text, hour=hour, structure=structure(text), in_language="id")
        for hour, text in enumerate((ARTICLE, EDITED))
    ]
    load_outcomes(store, versions, sources, VERSIONS)
    link_names(store)
    store.publish()
    with Reader(store.home) as reader:
        yield DraftLookups(reader)


def verdicts(draft: str, lookups: DraftLookups) -> list[tuple[str, str]]:
    """Of what was compared."""
    findings = [f for f in proofread(draft, lookups) if f.is_right is not None]
    return [(str(f.claim.kind), str(f.verdict)) for f in findings]


def only(draft: str, lookups: DraftLookups) -> Finding:
    [finding] = proofread(draft, lookups)
    return finding


QUOTE = "Tanggul ini harus selesai sebelum puncak musim hujan tiba, jadi pekerjaannya dipercepat"


@pytest.mark.parametrize(
    ("draft", "verdict"),
    [
        (f"“{QUOTE},” kata Gibran Rakabuming Raka.", "verbatim"),
        (f"“{QUOTE},” kata Wapres Gibran.", "verbatim"),
        (f"‘{QUOTE},’ kata Wakil Presiden Gibran Rakabuming.", "verbatim"),
        (f"„{QUOTE},“ kata Gibran.", "verbatim"),
        ("«Tanggul ini harus selesai […] jadi pekerjaannya dipercepat,» kata Gibran.", "verbatim"),
        ("“[T]anggul ini harus selesai ... tiba,” kata Gibran.", "verbatim"),
        (
            "“Tanggul [Sayung] ini harus selesai sebelum puncak musim hujan,” kata Gibran.",
            "verbatim",
        ),
        (f"“{QUOTE.replace('sebelum', 'setelah')},” kata Gibran.", "altered"),
        (f"“{QUOTE.replace('harus ', 'tidak harus ')},” kata Gibran.", "altered"),
        (f"“{QUOTE.replace('puncak ', '')},” kata Gibran.", "altered"),
        (f"“{QUOTE},” kata Siti Rahayu.", "other speaker"),
        (f"“{QUOTE},” kata Presiden Prabowo Subianto.", "other speaker"),
        (f"Oman menjelaskan, “{QUOTE}.”", "other speaker"),  # no country here
        (f"Gibran menjelaskan: “{QUOTE}.”", "verbatim"),
        ("“Rakyat pasti mendukung langkah berani pemerintah daerah,” kata Gibran.", "not found"),
        (
            "“Kami tidak akan menutup posko sebelum air benar-benar surut,” ujar Siti.",
            "since edited",
        ),
    ],
)
def test_a_quote_has_a_verdict(draft, verdict, published):
    assert verdicts(draft, published) == [("quote", verdict)]


@pytest.mark.parametrize(
    ("draft", "verdict"),
    [
        ("{} kata Menteri Sosial Gibran Rakabuming Raka.", "other office"),
        ("{} kata Presiden Gibran Rakabuming Raka.", "other office"),
        ("{} kata Wakil Presiden Gibran Rakabuming Raka.", "verbatim"),
        ("{} kata Wapres Gibran Rakabuming Raka.", "verbatim"),
        ("{} kata Bupati Demak Gibran Rakabuming Raka.", "other office"),
        ("{} kata Prabowo Subianto di samping Gibran Rakabuming Raka.", "other speaker"),
    ],
)
def test_the_office_of_a_speaker_is_compared(draft, verdict, published):
    """A deputy is not whom they stand in for."""
    finding = only(draft.format(f"“{QUOTE},”"), published)

    assert str(finding.verdict) == verdict
    assert verdict != "other office" or "the office Wakil Presiden" in str(finding.note)


@pytest.mark.parametrize(
    ("office", "verdict"),
    [
        ("Menteri Perdagangan ", "other office"),
        ("Ketua Posko Sayung ", "verbatim"),
        ("", "verbatim"),
    ],
)
def test_an_office_that_the_source_has_nothing_of_is_another_one(office, verdict, store, sources):
    text = f"Posko Sayung ditutup, Senin, atas usul ketua.\n“{QUOTE},” kata Darman Suganda."
    load_outcomes(
        store, [outcome(text, structure=structure(text), in_language="id")], sources, VERSIONS
    )
    store.publish()
    with Reader(store.home) as reader:
        finding = only(f"“{QUOTE},” kata {office}Darman Suganda.", DraftLookups(reader))

    assert str(finding.verdict) == verdict
    assert verdict == "verbatim" or finding.note == "the source has no office Menteri Perdagangan"


def test_what_is_compared_with_nothing_is_listed(published):
    draft = (
        "Gempa magnitudo 5,2 mengguncang Pacitan pada 8 Juni 2026. Budi (34) menonton skor 2-1 dan IHSG 7.245.\n\n"
        "“Posko kami tutup pada 9 Juni nanti,” kata Gibran."
    )
    findings = proofread(draft, published)

    assert [(str(f.claim.kind), f.claim.text, f.is_right) for f in findings] == [
        ("quote", "Posko kami tutup pada 9 Juni nanti", False),
        ("magnitude", "magnitudo 5,2", None),
        ("place", "Pacitan", None),
        ("date", "8 Juni 2026", None),
        ("age", "34", None),
        ("score", "2-1", None),
        ("number", "7.245", None),
    ]


@pytest.mark.parametrize(
    ("draft", "verdict"),
    [
        ("Sebanyak 131 keluarga di Kudus mengungsi sejak Minggu malam.", "not found"),
        ("Sebanyak 120 keluarga menerima bantuan beras.", "not found"),
        ("Sebanyak 131 keluarga di Desa Sayung mengungsi sejak Minggu malam.", "verbatim"),
        ("Sebanyak 113 keluarga di Desa Sayung mengungsi sejak Minggu malam.", "altered"),
        ("Sebanyak 118 keluarga di Desa Sayung mengungsi sejak Minggu malam.", "since edited"),
        ("Biaya perbaikan tanggul Sayung diperkirakan Rp1.600 miliar.", "verbatim"),
        ("Biaya perbaikan tanggul Sayung diperkirakan Rp1,9 triliun.", "altered"),
        ("Ekspor kopi Gayo ke Eropa mencapai 12.400 ton tahun lalu.", "not found"),
    ],
)
def test_a_figure_is_compared_in_its_sentence(draft, verdict, published):
    assert verdicts(draft, published) == [("figure", verdict)]


def test_a_statement_may_be_in_words_of_the_draft_unless_it_is_turned_round(published):
    statement = (
        "Siti Rahayu menyebut {}ratusan keluarga di Desa Sayung sudah mengungsi sejak Minggu malam."
    )

    assert verdicts(statement.format(""), published) == [("statement", "reworded")]
    assert verdicts(statement.format("belum ada "), published) == [("statement", "altered")]
    assert verdicts(statement.replace("Siti Rahayu", "Prabowo Subianto").format(""), published) == [
        ("statement", "other speaker")
    ]


def test_a_finding_says_where_its_source_is(published):
    finding = only(f"# Judul\n\nKalimat biasa.\n\n“{QUOTE},”\nkata Gibran.", published)

    assert finding.claim.line == 5
    assert finding.source
    assert finding.source.text == QUOTE
    assert finding.source.article.outlet == "Kabar"
    assert (finding.source.article.warc_file, finding.source.article.warc_offset) == (
        "f.warc.gz",
        100,
    )


def test_a_difference_is_shown_in_the_words_of_both(published):
    finding = only(f"“{QUOTE.replace('sebelum', 'setelah')},” kata Gibran.", published)

    assert "selesai [-sebelum-] {+setelah+} puncak" in mark_differences(finding.differences)


def test_a_quote_that_ends_inside_a_figure_is_altered(store, sources):
    text = "“Bebannya Rp1,6 triliun tahun ini,” kata Budi Santoso."
    load_outcomes(
        store,
        [outcome(text, url="http://kabar.test/2/", article_id="a2", structure=structure(text))],
        sources,
        VERSIONS,
    )
    store.publish()
    with Reader(store.home) as reader:
        finding = only("“Bebannya Rp1,6,” kata Budi Santoso.", DraftLookups(reader))

    assert (str(finding.verdict), finding.note) == (
        "altered",
        "the draft cuts “Rp1,6 triliun” short",
    )


@pytest.mark.parametrize(
    ("text", "draft", "verdict"),
    [
        ("“Kami targetkan harga kembali di bawah Rp65 ribu per kilogram,” kata Budi Santoso.",
         "“Kami targetkan harga kembali di bawah Rp65 ribu,” kata Budi Santoso.", "verbatim"),
        ("Sari Dewi optimistis inflasi tahun ini tetap berada dalam rentang 1,5-3,5 persen.",
         "Sari Dewi optimistis inflasi tahun ini tetap berada dalam rentang 5,5-3,5 persen.", "altered"),
        ("Sari Dewi menjelaskan bahwa para pekerja itu dijanjikan upah RM1.800 hingga RM2.200 per bulan.",
         "Sari Dewi menjelaskan bahwa para pekerja itu dijanjikan upah RM6.800 hingga RM2.200 per bulan.", "altered"),
    ],
)  # fmt: skip
def test_amounts_names_and_ranges_are_compared_as_they_are_meant(
    text, draft, verdict, store, sources
):
    new = outcome(text, url="http://kabar.test/2/", article_id="a2", structure=structure(text))
    load_outcomes(store, [new], sources, VERSIONS)
    store.publish()
    with Reader(store.home) as reader:
        found = {str(f.claim.kind): str(f.verdict) for f in proofread(draft, DraftLookups(reader))}

    assert found.get("quote", found.get("statement")) == verdict


def test_a_claim_of_other_words_is_looked_up_in_the_articles_of_the_draft(published):
    draft = read_draft(f"“{QUOTE},” kata Gibran. Dana Rp9 triliun digelontorkan pemerintah pusat.")
    wanted = claims(draft, structure(draft.text))

    of_quote, of_figure = published.candidates(wanted)

    assert (
        {text.article_id for text in of_figure} == {text.article_id for text in of_quote} != set()
    )


def test_all_names_of_a_person_are_known_from_the_press_and_from_the_bundled_list(store, sources):
    text = "“Bantuan cair besok,” kata Bupati Demak Siti Rahayu.\n“Data sudah siap,” kata Kakanda Ratih."
    (store.home / "identities.csv").write_text("kind,name,also\nperson,Siti Rahayu,Kakanda Ratih\n")
    load_outcomes(
        store, [outcome(text, in_language="id", structure=structure(text))], sources, VERSIONS
    )
    link_names(store)
    store.publish()
    with Reader(store.home) as reader:
        names = DraftLookups(reader).names(["jokowi", "kakanda ratih", "Nihil Adanya"])

    assert {"Joko Widodo", "Jokowi"} <= names["jokowi"]
    assert names["kakanda ratih"] == {"Siti Rahayu", "Kakanda Ratih"}
    assert names["Nihil Adanya"] == frozenset()


def test_an_english_draft_is_read_by_the_rules_for_english(published):
    draft = (
        "The governor visited the village on Monday and spoke to the people who live there. "
        "“The embankment must be finished before the rainy season,” said Gibran Rakabuming Raka."
    )

    assert str(only(draft, published).claim.speaker) == "Gibran Rakabuming Raka"


def test_a_title_that_stands_alone_is_a_name():
    assert is_same_name("Imam", "Imam Fauzi Rahman")
    assert is_same_name("Fauzi", "Imam Fauzi Rahman")
    assert not is_same_name("Imam Syafii", "Imam Fauzi Rahman")


def test_a_pronoun_of_the_draft_is_not_compared(published):
    draft = f"Siti Rahayu datang.\n\n“{QUOTE},” katanya."

    [finding] = proofread(draft, published)

    assert (finding.is_right, finding.note) == (True, "the speaker could not be compared")


def test_lines_are_those_of_the_markdown():
    draft = read_draft("# Judul\n\n- **Sebanyak** satu\n  dua\n- tiga\n\n> empat\n\n    lima\n")

    assert draft.text.split("\n") == ["Judul", "Sebanyak satu dua", "tiga", "empat", "lima"]
    assert [draft.line(draft.text.index(w)) for w in ("Judul", "satu", "dua", "tiga", "lima")] == [
        1, 3, 4, 5, 9,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("‘Kami siap,’ kata Ma’ruf.", "“Kami siap,” kata Ma’ruf."),
        ("'Kami siap,' kata Jum'at.", "“Kami siap,” kata Jum'at."),
        ("“Ia bilang ‘siap’ tadi,” kata X.", "“Ia bilang ‘siap’ tadi,” kata X."),
        ("‘Ia bilang, 'Siap.' Sudah,’ kata X.", "“Ia bilang, 'Siap.' Sudah,” kata X."),
        ("„Kami siap,“ kata X.", "“Kami siap,” kata X."),
        ("「Kami siap」 kata X.", "“Kami siap” kata X."),
    ],
)
def test_quotation_marks_of_every_kind_are_read(written, read):
    assert with_double_marks(written) == read


def test_short_quotes_and_bare_numbers_are_not_looked_up():
    draft = read_draft(
        "Program “zero waste” itu dimulai 2024. “Aman,” kata Budi Santoso. Ada 3 orang."
    )

    assert [claim.kind for claim in claims(draft, structure(draft.text))] == [ClaimKind.FIGURE]


@pytest.mark.parametrize(
    ("draft", "source", "n_changed"),
    [
        ("kami siap membantu", "Kami, siap MEMBANTU!", 0),
        ("kami […] membantu", "kami sangat siap membantu", 0),
        ("kami [relawan] siap", "kami siap", 0),
        ("kami [relawan] siap", "kami semua siap", 0),
        ("kami siap", "kami selalu siap", 1),
        ("Rp 98.000 per kilo", "Rp98.000 per kilo", 0),
        ("naik 12%", "naik 12 persen", 0),
    ],
)
def test_only_what_no_mark_explains_is_a_change(draft, source, n_changed):
    alignment = align(draft, draft_words(draft), source, source_words(source))

    assert alignment
    assert alignment.n_changed == n_changed


@pytest.mark.parametrize("text", ["118 deportan asal Sabah", "Sekitar 12% warga", "12,5 persen warga", "About 12 percent agreed"])  # fmt: skip
def test_a_figure_is_named_with_its_unit_once(text):
    [claim] = claims(read_draft(text), structure(text))

    assert claim.text == text


def test_a_mark_stands_for_no_more_than_120_words():
    draft, source = (
        "kami semua warga … siap membantu warga",
        f"kami semua warga {'kata ' * 150}siap membantu warga",
    )
    alignment = align(draft, draft_words(draft), source, source_words(source))

    assert alignment
    assert alignment.n_changed == 30


@pytest.fixture(scope="session")
def bench(tmp_path_factory):
    """The benchmark's module, and a home with its articles of the newsroom."""
    import bench_proofread  # noqa: PLC0415 - found on the path above

    texts = bench_proofread.articles()["newsroom"]
    home = tmp_path_factory.mktemp("bench")
    bench_proofread.fill(home, texts)
    return bench_proofread, home, [a for a in texts if not bench_proofread.is_held_out(a.slug)]


def test_planted_faults_are_found_and_nothing_else(bench):
    module, home, texts = bench
    maker = module.DraftMaker(articles=texts, pick=random.Random(1))
    items = list(maker.items(n_each=5, n_untouched=20))
    with Reader(home) as reader:
        table = module.counts(module.judged(items, DraftLookups(reader)))

    assert {fault: row["flagged"] for fault, row in table.items()} == {
        **dict.fromkeys(module.FAULTS, 5),
        module.UNTOUCHED: 0,
    }


def test_the_command_prints_findings_and_ends_with_1_where_one_is_wrong(demo_home, tmp_path):
    draft = tmp_path / "draft.md"
    draft.write_text(
        "“Kalau ada yang minta uang, laporkan,” kata Sitti Rahmawati.\n\n"
        "“Ada 17 kali transfer ke enam rekening,” jelas Mariani.\n",
        encoding="utf-8",
    )

    done = kliping(demo_home, "proofread", draft, "--format", "json")
    rows = json.loads(done.stdout)

    assert done.returncode == 1
    assert [(row["line"], row["verdict"]) for row in rows] == [
        (1, "verbatim"),
        (3, "since edited"),
    ]
    assert set(rows[0]) == {
        "line", "kind", "text", "speaker", "verdict", "is_right", "note", "difference", "differences", "source",
    }  # fmt: skip
    assert rows[1]["difference"].startswith("Ada [-19-] {+17+} kali")
    shown = kliping(demo_home, "proofread", "-", stdin=draft.read_bytes())
    assert shown.returncode == 1
    assert "line 3 quote since edited: Ada 17 kali transfer" in shown.stdout
    assert shown.stdout.endswith("2 checked: 1 verbatim, 1 since edited\n")


def test_a_draft_that_is_all_right_ends_with_0(demo_home, tmp_path):
    """What is compared with nothing is no fault."""
    draft = tmp_path / "draft.txt"
    draft.write_text("“Kalau ada yang minta uang, laporkan,” kata Sitti (34).", encoding="utf-8")

    done = kliping(demo_home, "proofread", draft)

    assert done.returncode == 0
    assert done.stdout.endswith("1 checked: 1 verbatim\nnot compared: age: 34 (line 1)\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"Tidak ada apa-apa di sini.", "has nothing to check"),
        (b"", "has nothing to check"),
        (b"\xff\xfe\x00", "is no text in UTF-8"),
        (None, "give another path"),
    ],
)
def test_a_draft_that_cannot_be_checked_is_bad_input(content, message, demo_home, tmp_path):
    draft = tmp_path / "draft.md"
    if content is not None:
        draft.write_bytes(content)

    done = kliping(demo_home, "proofread", draft)

    assert done.returncode == 2
    assert message in done.stderr


def test_without_a_published_database_nothing_can_be_looked_up(tmp_path):
    draft = tmp_path / "draft.md"
    draft.write_text("“Kalau ada yang minta uang, laporkan,” kata Sitti.", encoding="utf-8")

    done = kliping(tmp_path / "none", "proofread", draft)

    assert done.returncode == 2
    assert "is not there yet" in done.stderr
