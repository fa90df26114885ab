"""What readers of a published copy get: one row of a copied article, the present text, whole names, and no more than a list promises."""

import json
from datetime import UTC, date, datetime

import pytest
from support.one_article import EDITED_TEXT, publish_article, publish_edited_article

from kliping.reading import browse
from kliping.reading.explain import article_of_url, current_text, explain
from kliping.reading.export import MANIFEST, export
from kliping.reading.labels import Labels, Language
from kliping.reading.names import spelled
from kliping.reading.page_templates import axis, environment, short
from kliping.reading.questions import ask, outlet, period_before
from kliping.reading.sample import sheet
from kliping.reading.series import binned
from kliping.reading.unknown_names import UnknownNameError
from warehouse.read.published import Reader

FIGURES = "\n".join(f"Sebanyak {n} kapal nelayan singgah di dermaga ke-{n} pada pagi itu." for n in range(11, 31))  # fmt: skip
BODY = f"“Kami menghitung setiap kapal yang tiba,” kata Kepala Syahbandar, René Atmaja.\n{FIGURES}"


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """Two articles of one text: the second is a copy."""
    home = tmp_path_factory.mktemp("copied")
    for article_id in ("dua", "satu"):
        publish_article(home, "Kapal Tiba", BODY, article_id=article_id)
    with Reader(home) as opened:
        yield opened


def test_a_copied_article_is_in_lists_of_originals_and_in_samples_once(reader):
    chosen = {"originals": "1"}

    for name, n in (("articles", 1), ("quotes", 1)):
        assert len(browse.rows(reader, name, {})) == browse.n_rows(reader, name, {}) == 2 * n
        assert len(browse.rows(reader, name, chosen)) == browse.n_rows(reader, name, chosen) == n
    assert [len(sheet(reader, table, n=99, seed=1)) for table in ("quotes", "figures")] == [1, 20]


def test_another_seed_draws_other_rows(reader):
    drawn = [[row["row"] for row in sheet(reader, "figures", n=5, seed=n)] for n in (7, 7, 8)]

    assert drawn[0] == drawn[1] != drawn[2]


def test_a_list_refuses_what_it_cannot_be_limited_by(reader):
    with pytest.raises(ValueError, match="quotes cannot be limited by colour"):
        browse.rows(reader, "quotes", {"colour": "red"})


def test_an_answer_is_for_its_range(tmp_path):
    publish_article(tmp_path, "Kapal Tiba", BODY)
    with Reader(tmp_path) as reader:
        assert [row["articles"] for row in ask(reader, "coverage")] == [1]
        for days in ({"since": date(2031, 1, 1)}, {"until": date(2001, 1, 1)}):
            assert sum(row["articles"] for row in ask(reader, "coverage", **days)) == 0


def test_the_period_before_is_as_long_and_ends_on_the_day_before(reader):
    assert period_before(reader, date(2026, 11, 11), date(2026, 11, 20)) == date(2026, 11, 1)
    assert period_before(reader, date(2026, 11, 11), date(2026, 11, 11)) == date(2026, 11, 10)
    assert period_before(reader, None, date(2026, 11, 20)) is None


def test_names_are_found_as_readers_write_them_and_others_are_refused(reader):
    assert spelled(reader, {"speaker": "rene ATMAJA"}) == {"speaker": "René Atmaja"}
    with pytest.raises(UnknownNameError, match="did you mean 'René Atmaja'"):
        spelled(reader, {"speaker": "Rene Atmajaya"})
    with pytest.raises(UnknownNameError, match="no name is similar"):
        spelled(reader, {"speaker": "Sekar Dewanti"})
    assert outlet(reader, "koran") == outlet(reader, "Koran <b>") == "Koran <b>"


def test_what_is_called_an_attitude_is_no_direct_quote(tmp_path):
    store = publish_article(tmp_path, "Kapal Tiba", BODY)
    with store.write_connection() as con:
        con.execute("UPDATE core.quotes SET cue_class = 'attitude'")
    store.publish()
    with Reader(tmp_path) as reader:
        n = [len(browse.rows(reader, "quotes", chosen)) for chosen in ({}, {"quote_type": "direct"})]  # fmt: skip

    assert n == [1, 0]


def test_an_edited_article_is_read_in_its_present_text(tmp_path):
    publish_edited_article(tmp_path, is_reserved=False)
    with Reader(tmp_path) as reader:
        chapters = explain(reader, "satu")

        assert current_text(reader, "satu")["body_text"] == EDITED_TEXT
        assert [row["is_current"] for row in chapters["versions"]] == [False, True]
        assert {row["version_no"] for row in chapters["removed"]} == {1, 2}
        assert article_of_url(reader, "http://koran.test/1") == "satu"


def test_an_export_deletes_no_file_outside_its_folder(reader, tmp_path):
    """A manifest may come from anywhere."""
    letter, folder = tmp_path / "surat", tmp_path / "x"
    letter.write_text("isi")
    folder.mkdir()
    listed = {"made_by": "kliping 1", "files": [{"name": "../surat"}, {"name": str(letter)}]}
    (folder / MANIFEST).write_text(json.dumps(listed))
    export(reader, folder, made_by="kliping 1", now=datetime(2026, 11, 24, tzinfo=UTC))

    assert letter.read_text() == "isi"


def test_a_value_on_a_page_is_text_without_invisible_characters():
    page = environment(Labels(Language.ENGLISH)).from_string("{{ a }} {{ n }}")

    assert page.render(a="<b>naik\u202eturun", n=7) == "&lt;b&gt;naik\N{REPLACEMENT CHARACTER}turun 7"  # fmt: skip
    assert len(short("x" * 161)) == len(short("x" * 160)) == 160
    assert (short("x" * 160)[-1], short("x" * 161)[-1]) == ("x", "…")


def test_an_estimate_and_an_error_keep_their_values_in_indonesian():
    labels = Labels(Language.INDONESIAN)
    message = "since 2026-11-24 is after until 2026-11-01: exchange the two days"

    assert labels.estimate("at least 12345") == "sedikitnya 12\N{NARROW NO-BREAK SPACE}345"
    assert labels.estimate("7 [5–12345]") == "7 [5–12\N{NARROW NO-BREAK SPACE}345]"
    assert labels.error(message) == "since 2026-11-24 sesudah until 2026-11-01: tukarlah kedua hari itu."  # fmt: skip
    assert labels.error(f"{message} please") is None
    assert labels.heading("articles") != Labels(Language.ENGLISH).heading("articles") == "articles"


@pytest.mark.parametrize(
    ("label", "values", "text"),
    [
        ("{n} rows", {"n": "1"}, "1 row"),
        ("{n} rows", {"n": "21"}, "21 rows"),
        ("{n} rows", {"n": Labels(Language.ENGLISH).number(2001)}, "2\N{NARROW NO-BREAK SPACE}001 rows"),
        ("The same text in {n} other articles", {"n": "1"}, "The same text in 1 other article"),
        ("lead may contradict", {}, "may contradict"),
    ],
)  # fmt: skip
def test_english_has_the_singular_and_words_for_the_values_of_the_data(label, values, text):
    assert Labels(Language.ENGLISH).text(label, **values) == text


@pytest.mark.parametrize(
    ("minutes", "text"), [(5, "0 h 5 min"), (337, "5 h 37 min"), (1520, "1 d 1 h")]
)
def test_a_duration_has_two_units(minutes, text):
    assert Labels(Language.ENGLISH).duration(minutes) == text


def test_an_axis_and_bars_keep_the_whole():
    assert axis(41) == [0, 20, 40, 60]
    assert [len(binned([1] * n)) for n in (40, 41)] == [40, 21]
