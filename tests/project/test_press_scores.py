"""What benchmarks/bench_press_names.py counts, on two invented articles with labels."""

import csv
import gzip
import json
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from bench_press_names import rows_of_text
from press_agreement import agreed, kappa
from press_labels import LabelledName, articles_of, digest, labelled_articles, pattern_of
from press_pairs import places, score_pairs
from press_scores import Tally, score, score_removed

from parsers.article import Removed

TEXT = """detikcom, Palopo - Kepala Dinas Perhubungan Kota Palopo Rahmat Daeng Naba mengatakan jalan itu ditutup pada Senin (9/6/2025).

"Kami minta warga bersabar," kata Rahmat. "Perbaikan selesai bulan ini," ujarnya.

PT Sinar Walenrang (SW) mengerjakan jalan itu bersama Sinar
Walenrang Jaya. Menurut Yuliana Tandi, warga Desa Buntu Batu, debu masuk ke rumah."""
OTHER = 'Wali Kota Palopo Naili Trisal hadir. "Silakan lewat jembatan," kata Naili.'
URLS = ("https://detik.com/berita/jalan-ditutup", "https://kompas.com/read/2025/06/10/jembatan")
PEOPLE = [["Rahmat Daeng Naba", "Rahmat"], ["Yuliana Tandi"]]
BODIES = [["Dinas Perhubungan Kota Palopo"], ["PT Sinar Walenrang", "SW"], ["Sinar Walenrang Jaya"]]
OFFICE = ("Kepala", "Dinas Perhubungan Kota Palopo")
QUOTES = [
    ("jalan itu ditutup", "indirect", 0, "full", *OFFICE, "government", "m"),
    ("Kami minta", "direct", 0, "short", *OFFICE, "government", "m"),
    ("Perbaikan selesai", "direct", 0, "clitic", *OFFICE, "government", "m"),
    ("debu masuk", "indirect", 1, "full", "warga Desa Buntu Batu", None, "citizen", "f"),
]


def at(source, text):
    """Where the words stand first, over line breaks too, by letters without blanks."""
    found = re.search(pattern_of(text), source).span()
    return [len("".join(source[:at].split())) for at in found]


def stored(source):
    def place(text):
        return text and at(source, text)

    names = [["person", [place(form) for form in forms]] for forms in PEOPLE]
    names += [["organization", [place(form) for form in forms]] for forms in BODIES]
    return {
        "names": names,
        "quotes": [
            [place(start)[0], kind, speaker, named_as, place(role), place(body), group, gender]
            for start, kind, speaker, named_as, role, body, group, gender in QUOTES
        ],
        "acronyms": [[place("SW"), place("Sinar Walenrang")]],
        "dates": [[*place("Senin (9/6/2025)"), "2025-06-09", "2025-06-09"]],
        "places": [[place("Desa Buntu Batu"), False]],
    }


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "press.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("title", "publish_date", "content", "link"))
        for url, text in zip(URLS, (TEXT, OTHER), strict=True):
            rows.writerow(("Jalan", "2025-06-10 07:00:00", text, url))
    return path


@pytest.fixture
def labelled(table, tmp_path):
    """The first article with its labels; the second has changed since it was read."""
    first, second = articles_of(table)
    labels = stored(first.source_text)
    entries = [
        {"url": URLS[0], "outlet": "detik", "digest": digest(first.source_text), "first": labels, "second": labels},
        {"url": second.url, "outlet": "kompas", "digest": digest("Teks lain."), "first": labels},
    ]  # fmt: skip
    path = tmp_path / "labels.json"
    path.write_text(json.dumps(entries))
    (only,) = labelled_articles(table, path)
    return only


def scored(labelled, rows):
    tally = Tally()
    score(labelled.labels, rows, tally)
    return {name: (tally.hits[name], tally.n[name]) for name in tally.n}


def changed(rows, table, old, **new):
    """The rows with other values in those of which the text begins so."""
    values = [SimpleNamespace(**{name: getattr(row, name) for name in dir(row) if name[0] != "_"}) for row in getattr(rows, table)]  # fmt: skip
    for value in values:
        if value.text.startswith(old):
            vars(value).update(new)
    return rows._replace(**{table: values})


def test_labels_are_read_from_offsets_in_the_cleaned_text(labelled):
    body, labels = labelled.article.body_text, labelled.labels
    assert labelled.part == "development"
    assert [name.forms for name in labels.names] == [tuple(x) for x in (*PEOPLE, *BODIES)]
    for label, wanted in zip(labels.quotes, QUOTES, strict=True):
        assert body[label.start :].startswith(wanted[0])
        assert (label.role, label.affiliation) == wanted[4:6]
    (day,) = labels.dates
    assert body[day.start : day.end] == "Senin (9/6/2025)"


def test_rows_as_labelled_are_right(labelled):
    found = scored(labelled, rows_of_text(labelled))
    for measure in ("quotes precision", "quotes recall", "speaker's name", "dates recall", "acronyms recall"):  # fmt: skip
        hits, n = found[measure]
        assert hits == n > 0, measure
    assert found["references right of resolved"] == (1, 1)
    assert found["people recall"] == (2, 2)


def test_a_wrong_speaker_counts_for_each_measure_of_speakers(labelled):
    rows = changed(rows_of_text(labelled), "quotes", "Perbaikan", speaker_name="Yuliana Tandi")
    found = scored(labelled, rows)
    assert found["speaker's name"] == (3, 4)
    assert found["speaker: right of named"] == (3, 4)
    assert found["references right of resolved"] == (0, 1)
    assert found["references resolved"] == (1, 1)


def test_a_speaker_who_is_not_named_is_missing_but_not_wrong(labelled):
    rows = changed(rows_of_text(labelled), "quotes", "Perbaikan", speaker_name=None)
    found = scored(labelled, rows)
    assert found["speaker's name"] == (3, 4)
    assert found["speaker: right of named"] == (3, 3)
    assert found["references resolved"] == (0, 1)


@pytest.mark.parametrize(
    ("role", "affiliation", "hits"),
    [
        ("Kepala Dinas Perhubungan", "Kota Palopo", 1),
        ("kepala", "dinas perhubungan  kota Palopo", 1),
        ("Kepala", "Dinas Perhubungan (Dishub) Kota Palopo", 1),
        ("KepalaDinas", "PerhubunganKota Palopo", 1),
        ("Kepala", "Dinas Perhubungan", 0),
        ("Kepala", "Dinas Perhubungan Kota Makassar", 0),
        (None, None, 0),
    ],
)
def test_an_office_counts_as_a_whole_wherever_its_body_begins(labelled, role, affiliation, hits):
    rows = rows_of_text(labelled)
    of_one = rows._replace(quotes=[q for q in rows.quotes if q.text.startswith("Kami")])
    of_one = changed(of_one, "quotes", "", speaker_role=role, speaker_affiliation=affiliation)
    assert scored(labelled, of_one)["role with affiliation"] == (hits, 1)


def test_a_home_may_have_longer_names_but_not_those_of_a_son(labelled):
    rows = rows_of_text(labelled)
    of_one = rows._replace(quotes=[q for q in rows.quotes if q.text.startswith("debu")])
    own = {"name_in_text": "Yuliana Tandi"}
    for name, hits in (("Yuliana Tandi Rante", 1), ("Yuliana Tandi Jr", 0), ("Rante", 0)):
        longer = changed(of_one, "quotes", "", speaker_name=name, **own)
        assert scored(labelled, longer)["speaker's name"] == (hits, 1), name


def test_a_direct_quote_is_whole_from_mark_to_mark(labelled):
    rows = rows_of_text(labelled)
    kami, perbaikan = (q for q in rows.quotes if q.quote_type == "direct")

    assert scored(labelled, rows)["direct quotes whole, of found"] == (2, 2)
    for old, new in ((kami, {"char_end": perbaikan.char_end}), (perbaikan, {"char_end": perbaikan.char_end - 4})):  # fmt: skip
        cut = changed(rows, "quotes", old.text[:9], **new)
        assert scored(labelled, cut)["direct quotes whole, of found"] == (1, 2)


def test_two_places_of_one_person_are_a_pair(labelled):
    rows, tally = rows_of_text(labelled), Tally()
    one, other = places(labelled, rows), [place._replace(url="b") for place in places(labelled, rows)]  # fmt: skip
    a_word = other[0]._replace(url="c", name=frozenset({"rahmat"}))
    score_pairs([*one, *other, a_word], tally)
    within, between = ("pairs of one person, one article, {}", "pairs of one person, two articles, {}")  # fmt: skip

    assert [len(one), tally.n[within.format("recall")], tally.n[between.format("recall")]] == [
        3,
        2,
        5,
    ]
    assert tally.hits == tally.n
    for each in (one, other):  # Yuliana under the name of Rahmat
        each[1] = each[1]._replace(entity=one[0].entity)
    score_pairs([*one, *other], tally := Tally())
    assert tally.hits[within.format("precision")] == 2 < tally.n[within.format("precision")] == 6


def test_removed_spans_are_those_that_a_reader_calls_no_part_of_the_article(labelled):
    article = labelled.article
    link = article.source_text.index("Menurut Yuliana")
    letters = len("".join(article.source_text[:link].split()))
    labels = replace(labelled.labels, no_text=((letters, letters + 14), (0, 9)))
    own = tuple(
        Removed(kind=kind, text="", start=start, end=end)
        for kind, start, end in (("related_link", link, link + 15), ("editor_credit", link + 20, link + 25), ("dateline", 0, 9))
    )  # fmt: skip
    score_removed(labels, replace(article, removed=own), tally := Tally())

    assert (tally.hits["removed spans recall"], tally.n["removed spans recall"]) == (1, 2)
    assert (tally.hits["removed spans precision"], tally.n["removed spans precision"]) == (1, 2)


def test_a_name_that_nobody_labelled_is_extra_and_a_cut_one_is_missed(labelled):
    rows = changed(rows_of_text(labelled), "mentions", "Yuliana", entity_name="Yuliana", text="Yuliana")  # fmt: skip
    found = scored(labelled, rows)
    assert found["people precision"] == (1, 2)
    assert found["people recall"] == (1, 2)


def test_a_name_in_a_line_that_cleaning_removed_is_not_wanted(labelled):
    gone = LabelledName("person", ("Hasan Pasewang",))
    labels = replace(labelled.labels, names=(*labelled.labels.names, gone))
    tally = Tally()

    score(labels, rows_of_text(labelled), tally)

    assert (tally.hits["people recall"], tally.n["people recall"]) == (2, 2)


def test_a_name_over_a_line_break_is_a_mention_to_be_found(labelled):
    rows = rows_of_text(labelled)
    hits, wanted = scored(labelled, rows)["mentions of organisations, recall"]
    assert wanted == 4  # the body of the office, the company, its short form, the other company
    other = LabelledName("organization", ("Tim Jalan Malaysia", "Desa Buntu Batu"))
    labels = replace(labelled.labels, names=(*labelled.labels.names, other))
    assert scored(replace(labelled, labels=labels), rows)["mentions of organisations, recall"] == (
        hits,
        4,
    )
    none = scored(labelled, rows._replace(mentions=[]))
    assert none["mentions of organisations, recall"] == (0, 4)
    assert none["organisations recall"] == (0, 3)


def test_a_date_of_another_year_is_wrong_twice(labelled):
    right = scored(labelled, rows_of_text(labelled))
    day = labelled.labels.dates[0].days[0].replace(year=2024)
    rows = changed(rows_of_text(labelled), "dates", "Senin", date_start=day, date_end=day)
    wrong = scored(labelled, rows)
    assert (right["dates recall"], right["dates precision"][0]) == ((1, 1), 1)
    assert (wrong["dates recall"], wrong["dates precision"][0]) == ((0, 1), 0)


def test_readers_who_wrote_the_same_agree(labelled):
    table = dict(agreed([labelled]))
    assert table["articles"] == "1"
    assert table["quotes found by both, F1"] == "1.000 (n 4)"
    assert table["speaker class"].endswith("kappa 1.00")


def test_kappa_takes_away_what_chance_gives():
    assert kappa([("a", "a"), ("b", "b")]) == 1
    assert kappa([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]) == 0
    assert kappa([("a", "a")] * 3) == 1


@pytest.mark.parametrize(
    ("gender", "of_known", "of_right"),
    [("female", (1, 1), (1, 1)), ("male", (1, 1), (0, 1)), (None, (0, 1), None)],
)
def test_a_gender_counts_where_a_home_has_one(labelled, gender, of_known, of_right):
    rows = rows_of_text(labelled)
    of_one = rows._replace(quotes=[q for q in rows.quotes if q.text.startswith("debu")])
    found = scored(labelled, changed(of_one, "quotes", "", speaker_gender=gender))
    assert (found["gender known"], found.get("gender right of known")) == (of_known, of_right)
    assert "gender known" not in scored(labelled, of_one)


def test_a_place_of_the_event_that_is_only_named_is_missed(labelled):
    text = labelled.article.body_text
    first = text.index("Desa Buntu Batu")
    place = SimpleNamespace(place_name="Buntu Batu", text="Desa Buntu Batu", role="mention", char_start=first, char_end=first + 15)  # fmt: skip
    rows = rows_of_text(labelled)._replace(places=[place])
    at_event = rows._replace(places=[SimpleNamespace(**vars(place) | {"role": "event_location"})])
    assert scored(labelled, rows)["places: event or mention"] == (1, 1)
    assert scored(labelled, at_event)["places: event or mention"] == (0, 1)
    assert scored(labelled, at_event)["event places precision"] == (0, 1)


def test_a_text_without_an_address_has_one_of_its_outlet_and_digest(table, tmp_path):
    texts = table.with_name("press-texts.csv.gz")
    with gzip.open(texts, "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [["source", "title", "content"], ["kompas.com", "Jembatan", OTHER]]
        )
    url = f"https://www.kompas.com/read/{digest(OTHER)}"
    first, _ = articles_of(table)
    entry = {"url": url, "outlet": "kompas", "digest": digest(OTHER), "first": stored(first.source_text) | {"names": [], "quotes": [], "acronyms": [], "dates": [], "places": []}, "draw": 4}  # fmt: skip
    path = tmp_path / "labels.json"
    path.write_text(json.dumps([entry]))

    (only,) = labelled_articles(table, path)

    assert (only.url, only.part) == (url, "fourth draw")
    assert "Naili Trisal" in only.article.body_text
