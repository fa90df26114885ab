"""Tables of articles that somebody else fetched: every row is an article, or is named with its line and a reason."""

from __future__ import annotations

import csv
import gzip
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from support.builders import VERSIONS, outcome, response
from support.command_line import kliping
from support.runs import MOMENTS, ask, differences, records, settings_for, start, wait_until

from flows.jobs.import_files import FileReader, ImportOptions, files_of
from flows.jobs.import_tables import ImportFailedError, open_table, parse_map
from flows.load.foreign_warc import Skipped
from flows.load.table_files import TableError, read_table
from flows.settings import Settings
from kliping.newsroom import Newsroom
from parsers.article import FROM_FILE, Link
from parsers.table_row import TableRow, columns_of
from warehouse.write.load import load_outcomes

LIMIT = 1 << 20
SMALL_BATCHES = "from flows.load import recovery; recovery.BATCH_PAGES = 25; from kliping.cli.app import main; main()"
TEXT = "Warga dua dusun menyeberang lewat jembatan gantung sepanjang 80 meter.\n\n“Dulu kami memutar,” kata Kepala Desa Sukamaju, Budi Santoso."
URL = "https://www.kompas.com/read/2025/01/15/10300001/warga-bangun-jembatan"
NEWS_WATCH = {
    "title": "Warga Bangun Jembatan",
    "publish_date": "2025-01-15 10:30:00",
    "author": "Sari Wulandari",
    "content": TEXT,
    "keyword": "jembatan",
    "category": "Nasional",
    "source": "kompas",
    "link": URL,
}
FUNDUS = {
    "title": "Warga Bangun Jembatan",
    "authors": ["Sari Wulandari"],
    "publishing_date": "2025-01-15 10:30:00+07:00",
    "topics": ["Jembatan", "Desa"],
    "free_access": True,
    "body": {
        "summary": [TEXT.split("\n\n", maxsplit=1)[0]],
        "sections": [{"headline": [], "paragraphs": [TEXT.split("\n\n")[1]]}],
    },
    "url": URL,
}
ARTICLE = "SELECT source_id, url, headline, date_published, authors, access, article_section, tags, body_text FROM mart.articles"


def write_csv(path: Path, rows: list[dict]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(rows[0]), quoting=csv.QUOTE_ALL)
        table.writeheader()
        table.writerows(rows)
    return path


def write_lines(path: Path, *rows: object) -> Path:
    lines = (row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def write_parquet(path: Path, rows: list[dict]) -> Path:
    source = write_lines(path.with_suffix(".jsonl"), *rows)
    duckdb.execute(f"COPY (FROM read_json('{source}')) TO '{path}' (FORMAT parquet)")
    return path


def imported(home: Path, *arguments: object, code: int = 0) -> dict:
    done = kliping(home, "import", *arguments, "--format", "json")
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


FORMS = {
    "news-watch as CSV": lambda folder: write_csv(folder / "a.csv", [NEWS_WATCH]),
    "news-watch as JSON": lambda folder: write_lines(folder / "a.json", [NEWS_WATCH]),
    "news-watch as Parquet": lambda folder: write_parquet(folder / "a[1].parquet", [NEWS_WATCH]),
    "Fundus": lambda folder: write_lines(folder / "a.jsonl", FUNDUS),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_columns_of_other_tools_are_known(tmp_path, form):
    imported(tmp_path / "home", FORMS[form](tmp_path))

    [row] = ask(tmp_path / "home", ARTICLE)
    section, tags = (None, ["Jembatan", "Desa"]) if form == "Fundus" else ("Nasional", None)
    assert row[:3] == ("kompas", URL, "Warga Bangun Jembatan")
    assert row[3].isoformat() == "2025-01-15T03:30:00"
    assert row[4:] == (["Sari Wulandari"], "imported", section, tags, TEXT.replace("\n\n", "\n"))
    assert ask(tmp_path / "home", "SELECT speaker FROM mart.quotes") == [("Budi Santoso",)]


BAD_ROWS = [
    ({"link": ""}, "without an address"),
    ({"link": "bukan alamat"}, "its address is no web address"),
    ({"link": "https://www.kompas.com/"}, "its address is a front page"),
    ({"content": " "}, "without a text"),
    ({"publish_date": "besok lusa"}, "no date can be read in its column 'publish_date'"),
    ({"publish_date": "2099-01-01"}, "an impossible date in its column 'publish_date'"),
    ({"publish_date": "1901-01-01"}, "an impossible date in its column 'publish_date'"),
]


def test_a_refused_row_is_named_with_its_line_and_the_others_are_loaded(tmp_path):
    good = [NEWS_WATCH | {"link": f"{URL}-{n}", "publish_date": day} for n, day in enumerate((
        "2025-01-15", "15/01/2025 10:30 WIB", "Rabu, 15 Januari 2025 10:30 WIB", "1736911800", "",
    ))]  # fmt: skip
    bad = [NEWS_WATCH | {"link": f"{URL}-9", **change} for change, _ in BAD_ROWS]
    path = write_csv(tmp_path / "a.csv", [*good, *bad])

    summary = imported(tmp_path / "home", path, code=1)

    first = 2 + 3 * len(good)  # the header has a line, and each text three
    lines = {n: f"line {first + sum(1 if not row['content'].strip() else 3 for row in bad[:n])}" for n in range(len(bad))}  # fmt: skip
    assert {place: row["reason"] for row in summary["failures"] for place in row["places"]} == {
        lines[n]: reason for n, (_, reason) in enumerate(BAD_ROWS)
    }
    days = ask(
        tmp_path / "home", "SELECT CAST(date_published AS DATE) FROM mart.articles ORDER BY url"
    )
    assert [str(day) for (day,) in days] == ["2025-01-14"] + ["2025-01-15"] * 3 + ["None"]


@pytest.mark.long
def test_an_import_repeated_rebuilt_and_forgotten_is_like_any_other(tmp_path):
    home = tmp_path / "home"
    path = write_csv(tmp_path / "a.csv", [NEWS_WATCH, NEWS_WATCH | {"link": f"{URL}-2"}])
    imported(home, path)
    n_bytes = [file.stat().st_size for file in home.glob("archive/*/*/*.gz")]

    again = imported(home, path)

    assert again["sources"] == []
    assert [file.stat().st_size for file in home.glob("archive/*/*/*.gz")] == n_bytes
    before = ask(home, ARTICLE + " ORDER BY url")
    (home / "warehouse.duckdb").unlink()
    assert kliping(home, "rebuild").returncode == 0
    assert ask(home, ARTICLE + " ORDER BY url") == before
    assert kliping(home, "reparse").returncode == 0
    assert ask(home, ARTICLE + " ORDER BY url") == before
    output = kliping(home, "explain", URL).stdout
    assert f"{path}, line 2" in output
    assert kliping(home, "forget", URL, "--yes").returncode == 0
    assert ask(home, "SELECT url FROM mart.articles") == [(f"{URL}-2",)]
    assert all(TEXT not in record.response.body.decode() for record in records(home) if record.link.url == URL)  # fmt: skip
    imported(home, path)
    assert ask(home, "SELECT url FROM mart.articles") == [(f"{URL}-2",)]


def test_of_rows_with_one_address_the_longest_text_is_the_current_one(tmp_path):
    rows = [NEWS_WATCH | {"content": f"{TEXT} Biaya {n} juta rupiah."} for n in (7, 10, 8)]

    imported(tmp_path / "home", write_csv(tmp_path / "a.csv", rows))

    [(text, n)] = ask(tmp_path / "home", "SELECT body_text, n_versions FROM mart.articles")
    assert (text.split("Biaya ")[1], n) == ("10 juta rupiah.", 3)


def test_texts_without_addresses_need_a_source(tmp_path):
    path = write_lines(tmp_path / "a.jsonl", {k: v for k, v in FUNDUS.items() if k != "url"})

    refused = kliping(tmp_path / "home", "import", path)
    imported(tmp_path / "home", path, "--source", "kompas")

    assert (refused.returncode, "--map url=COLUMN" in refused.stderr) == (2, True)
    assert ask(tmp_path / "home", "SELECT source_id, url FROM mart.articles") == [("kompas", None)]


def test_a_row_that_gives_an_address_another_source_is_refused(store, sources):
    """No source file knows the host: what `--source` said, or the host, made the article."""
    path, urls = Path("a.csv"), [f"http://berita.test/{n}" for n in range(3)]
    for url, source in zip(urls, ("kabar", "berita.test"), strict=False):
        load_outcomes(store, [outcome("Teks.", url=url, article_id=url, source_id=source)], sources, VERSIONS)  # fmt: skip
    skipped: list[Skipped] = []
    reader = FileReader(files=[path], tables={}, options=ImportOptions(), sources=sources, store=store)  # fmt: skip

    def accepted_urls(source: str) -> list[str]:
        links = [Link(url=url, source_id=source, discovered_by=f"{FROM_FILE}a.csv, line {n}") for n, url in enumerate(urls)]  # fmt: skip
        pairs = [(link, response("", url=link.url)) for link in links]
        return [link.url for link, _ in reader.without_conflicts(path, pairs, skipped.append)]  # fmt: skip

    assert accepted_urls("kabar") == [urls[0], urls[2]]
    assert accepted_urls("berita.test") == urls[1:]
    assert [(each.where, each.reason) for each in skipped] == [
        ("line 1", "its address is an article of berita.test already: leave --source out"),
        ("line 0", "its address is an article of kabar already: give --source kabar"),
    ]


REFUSED_FILES = {
    "an empty file": ("a.csv", b"", (), "it is empty"),
    "a header alone": ("a.csv", b"link,content\n", (), "it is empty"),
    "no column known": ("a.csv", b"satu,dua\n1,2\n", (), "none of its columns is known as url or body_text; write --map url=COLUMN,body_text=COLUMN, it has satu, dua"),
    "no text": ("a.jsonl", b'{"link": "http://a.test/1"}', (), "none of its columns is known as body_text"),
    "two columns of a name": ("a.csv", b"link,link\n1,2\n", (), "two of its columns are named 'link'"),
    "UTF-16": ("a.csv", "link,content\n".encode("utf-16"), (), "it is UTF-16; save CSV as UTF-8, or add --encoding utf-16"),
    "a header that is not UTF-8": ("a.csv", b"link,isi\xe9\n1,2\n", (), "it is not UTF-8: name its encoding"),
    "no JSON at all": ("a.jsonl", b"satu\ndua\n", (), "no row can be read: line 1 is not JSON"),
    "no Parquet": ("a.parquet", b"satu", (), "it cannot be read"),
    "no JSON array": ("a.json", b"satu", (), "it cannot be read"),
    "an array that breaks off": ("a.json", b'[{"link": "http://a.test/1", "content": "Teks"}, {', (), "it cannot be read"),
    "a column that is not there": ("a.csv", b"link,content\n1,2\n", ("--map", "headline=conten"), "has no column 'conten'; did you mean 'content'?"),
    "a map that names nothing": ("a.csv", b"link,content\n1,2\n", ("--map", "url="), "--map 'url=' names nothing: write FIELD=COLUMN"),
    "an empty map": ("a.csv", b"link,content\n1,2\n", ("--map", ""), "--map '' names nothing"),
    "a field with two columns": ("a.csv", b"link,content\n1,2\n", ("--map", "url=link,url=content"), "names a field twice"),
    "a field with a column in each of two maps": ("a.csv", b"link,content\n1,2\n", ("--map", "url=link", "--map", "url=content"), "names a field twice"),
    "neither address nor text": ("a.jsonl", b'{"pranala": "http://a.test/1", "naskah": "Teks"}', (), "known as url or body_text; write --map url=COLUMN,body_text=COLUMN, it has pranala, naskah"),
    "too many columns": ("a.csv", ",".join(f"k{n}" for n in range(40_000)).encode() + b"\n", (), "it has 40000 columns; a table has at most 1000"),
    "gzip that is none": ("a.csv.gz", b"link,content\n", (), "its gzip is damaged"),
    "gzip that breaks off": ("a.csv.gz", gzip.compress(b"link,content\nhttp://a.test/1,Teks\n")[:-9], (), "its gzip is damaged"),
    "a field that is not there": ("a.csv", b"link,content\n1,2\n", ("--map", "headlin=link"), "there is no field 'headlin'; did you mean 'headline'?"),
    "a map without a table": ("a.html", b"<p>Teks</p>", ("--map", "url=link"), "--map names columns of a table"),
    "an address for a table": ("a.csv", b"link,content\n1,2\n", ("--url", "http://a.test/1"), "--url is the address of one page"),
    "an encoding that does not fit": ("a.csv", "link,isi é\n1,2\n".encode("latin-1"), ("--encoding", "utf-8"), "it is not utf-8"),
    "an encoding of JSON": ("a.jsonl", b'{"link": "http://a.test/1", "content": "Teks"}', ("--encoding", "latin-1"), "--encoding is for CSV"),
    "an encoding of a page": ("a.html", b"<p>Teks</p>", ("--encoding", "latin-1"), "--encoding is for CSV"),
    "an encoding that is none": ("a.csv", b"link,content\n1,2\n", ("--encoding", "base64"), "there is no encoding 'base64'"),
    "rows as fetched": ("a.csv", b"link,content\n1,2\n", ("--as-fetched",), "--as-fetched is for saved pages"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED_FILES)
def test_a_file_that_can_give_nothing_is_refused_before_anything_is_written(tmp_path, case):
    name, content, options, words = REFUSED_FILES[case]
    (tmp_path / name).write_bytes(content)

    done = kliping(tmp_path / "home", "import", tmp_path / name, *options)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert words in done.stderr
    assert not (tmp_path / "home").exists()


GOOD = b"http://a.test/1,Teks\n"
BAD_LINES = {
    "too few cells": (b"http://a.test/2\n", "not as many cells as the header, which has 2"),
    "too many cells": (b"a,b,c\n", "not as many cells as the header, which has 2"),
    "not UTF-8": (b"http://a.test/2,Caf\xe9\n", "not UTF-8: name its encoding"),
    "something behind a quotation mark": (b'"http://a.test/2"x,Teks\n', "not CSV"),
    "a cell that is too large": (b"http://a.test/2," + b"a" * (LIMIT + 1) + b"\n", "larger than 1 MiB"),
    "a cell that is larger still": (b"http://a.test/2," + b"a" * (5 * LIMIT) + b"\n", "not CSV: field larger"),
    "a quotation mark that never closes, of a file that ends": (b'http://a.test/2,"Teks\n', "not CSV: unexpected end of data"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_LINES)
def test_a_bad_line_of_csv_costs_only_itself(tmp_path, case):
    content, reason = BAD_LINES[case]
    path = tmp_path / "a.csv"
    is_last = "ends" in case
    path.write_bytes(b"link,content\n" + GOOD + content + (b"" if is_last else GOOD))

    lines = list(read_table(path, LIMIT))

    assert [line.fault is None for line in lines] == [True, False] + [True] * (not is_last)
    assert lines[1].fault.startswith(reason)
    assert lines[1].where == "line 3"


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-16", "utf-16-le", "utf-8"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.tsv.gz"])
def test_csv_of_another_encoding_is_read_where_it_is_named(tmp_path, encoding, name):
    lines = "tautan\tisi\nhttp://a.test/1\t“Kafé” – é\nhttp://a.test/2\tTeks\n"
    content = lines.encode(encoding)
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)

    found = [line.cells for line in read_table(path, LIMIT, encoding)]

    assert found == [{"tautan": "http://a.test/1", "isi": "“Kafé” – é"}, {"tautan": "http://a.test/2", "isi": "Teks"}]  # fmt: skip


def test_a_row_that_is_not_of_the_named_encoding_costs_only_itself(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"link,content\n" + GOOD + b"http://a.test/2,Caf\x81\n" + GOOD)

    lines = list(read_table(path, LIMIT, "windows-1252"))

    assert [line.fault for line in lines] == [None, "not windows-1252", None]


def test_a_table_of_another_encoding_is_imported_and_survives_a_rebuild(tmp_path):
    row = f"{URL},Warga Bangun Jembatan,{TEXT.splitlines()[0]} Harganya “murah” di Café.\n"
    (tmp_path / "a.csv").write_bytes(f"link,title,content\n{row}".encode("windows-1252"))
    home = tmp_path / "home"

    done = kliping(home, "import", tmp_path / "a.csv", "--encoding", "windows-1252")
    text = "SELECT body_text FROM mart.articles"
    [imported] = ask(home, text)
    rebuilt = kliping(home, "rebuild")

    assert (done.returncode, rebuilt.returncode) == (0, 0), done.stderr
    assert "“murah” di Café" in imported[0]
    assert ask(home, text) == [imported]


def test_a_bad_line_of_json_costs_only_itself(tmp_path):
    bad = [b"{", b"[1]", b'{"link": "\xe9"}', b'{"link": "' + b"a" * LIMIT + b'"}', b"[" * 5000]
    path = write_lines(tmp_path / "a.jsonl", {"link": 1}, *bad, b"", {"link": float("nan")})

    lines = list(read_table(path, LIMIT))

    assert [line.where for line in lines] == [f"line {n}" for n in (1, 2, 3, 4, 5, 6, 8)]
    assert [line.fault is None for line in lines] == [True, *[False] * 5, True]


def test_a_file_as_fundus_saves_it_has_the_articles_of_all_publishers(tmp_path):
    path = write_lines(tmp_path / "a.json", {"Kompas": [FUNDUS], "Tempo": [], "Antara": [FUNDUS]})

    assert [line.cells for line in read_table(path, LIMIT)] == [FUNDUS, FUNDUS]


def test_objects_that_only_look_like_those_of_fundus_are_rows(tmp_path):
    row = {"tags": [{"name": "a"}], "link": URL}
    several = write_lines(tmp_path / "a.json", row, row)
    single = write_lines(tmp_path / "b.json", row)
    grouped = write_lines(tmp_path / "c.json", {"A": [row, 1], "B": [{"text": "a" * LIMIT}]})

    assert [line.cells for path in (several, single) for line in read_table(path, LIMIT)] == [row] * 3  # fmt: skip
    assert [(line.where, line.fault) for line in read_table(grouped, LIMIT)] == [
        ("row 1", None),
        ("row 2", "not a JSON object"),
        ("row 3", "larger than 1 MiB"),
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_header_tells_what_divides_the_cells(tmp_path, mark):
    path = tmp_path / "a.csv"
    path.write_text(f'\ufefflink{mark}"judul, besar"{mark}content\nx{mark}y{mark}z\n')

    [line] = read_table(path, LIMIT)

    assert line.cells == {"link": "x", "judul, besar": "y", "content": "z"}


def test_the_map_wins_and_the_first_usual_name_counts():
    names = ["ID", "Judul", "title", "Link", "isi"]

    assert columns_of(names) == {"url": "Link", "headline": "title", "body_text": "isi"}
    assert parse_map(["headline=Judul, body_text = isi", "url=Link"]) == {
        "headline": "Judul",
        "body_text": "isi",
        "url": "Link",
    }


def test_a_column_beside_the_first_rows_does_not_count(tmp_path):
    path = write_lines(tmp_path / "a.jsonl", *[{"link": URL, "text": "a"}] * 100, {"title": "x"})

    with pytest.raises(ImportFailedError, match="has no column 'title'"):
        open_table(path, {"headline": "title"}, LIMIT)


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        (["Sari", " Budi "], ["Sari", "Budi"]),
        ("['Sari', 'Budi']", ["Sari", "Budi"]),
        ('["Sari"]', ["Sari"]),
        ("[Sari", ["[Sari"]),
        ("nan", []),
        (None, []),
        ([None, "N/A"], []),
        (17, ["17"]),
    ],
)
def test_a_list_is_read_however_it_is_written(cell, values):
    row = TableRow(cells={"authors": cell}, columns={"authors": "authors"})

    assert row.values("authors") == values


@pytest.mark.slow
async def test_an_import_that_is_killed_and_repeated_gives_the_same_tables(tmp_path):
    rows = [
        NEWS_WATCH | {"link": f"{URL}-{n % 140}", "content": f"{TEXT} Biaya {n} juta rupiah."}
        for n in range(150)
    ]
    path, whole, killed = write_csv(tmp_path / "a.csv", rows), tmp_path / "whole", tmp_path / "home"
    imported(whole, path)
    async with Newsroom() as site:
        settings: Settings = settings_for(killed, site)
        process = await start(settings, [str(path)], "import", program=("-c", SMALL_BATCHES))
        assert await wait_until(lambda: len(records(killed)) > 60, process)
        process.kill()
        await process.communicate()

    assert len(records(killed)) < 150
    imported(killed, path)

    assert differences(whole, killed, but=MOMENTS | {"detected_at"}) == {}


def test_a_map_may_be_given_in_parts(tmp_path):
    path = write_csv(tmp_path / "a.csv", [{"Pranala": URL, "Naskah": TEXT, "Kepala": "Jembatan"}])

    imported(tmp_path / "home", path, "--map", "url=Pranala", "--map", "body_text=Naskah", "--map", "headline=Kepala")  # fmt: skip

    assert ask(tmp_path / "home", "SELECT url, headline FROM mart.articles") == [(URL, "Jembatan")]


@pytest.mark.parametrize("name", ["a.tsv", "a.csv.gz", "a.tsv.gz", "a.jsonl.gz", "A.CSV.GZ"])
def test_a_table_may_be_divided_by_tabs_or_packed(tmp_path, name):
    mark = "\t" if ".tsv" in name else ","
    text = "\n".join(
        mark.join(row) for row in (("link", "isi;satu", "content"), (URL, "1", "Teks."))
    )
    if "jsonl" in name:
        text = json.dumps({"link": URL, "isi;satu": "1", "content": "Teks."})
    data = text.encode()
    (tmp_path / name).write_bytes(gzip.compress(data) if name.lower().endswith("gz") else data)

    [line] = read_table(tmp_path / name, LIMIT)

    assert line.cells == {"link": URL, "isi;satu": "1", "content": "Teks."}


def test_entities_in_cells_are_decoded_once(tmp_path):
    text = "Kata &quot;aman&quot; &amp;amp; lebar 5 &lt; 7 kilometer, tetapi R&D&copy tetap."
    row = NEWS_WATCH | {"title": "Pasar &quot;Baru&#039;an&quot;", "content": text, "author": "Sari &amp; Co"}  # fmt: skip

    imported(tmp_path / "home", write_csv(tmp_path / "a.csv", [row | {"link": f"{URL}?a=1&copy=2"}]))  # fmt: skip

    [(url, headline, body)] = ask(tmp_path / "home", "SELECT url, headline, body_text FROM mart.articles")  # fmt: skip
    assert (url.endswith("?a=1&copy=2"), headline) == (True, 'Pasar "Baru\'an"')
    assert body == 'Kata "aman" &amp; lebar 5 < 7 kilometer, tetapi R&D&copy tetap.'


def test_rows_that_were_there_already_are_counted_and_none_is_called_fetched(tmp_path):
    rows = [NEWS_WATCH | {"link": f"{URL}-{n}"} for n in range(5)]
    home = tmp_path / "home"

    first = imported(home, write_csv(tmp_path / "a.csv", rows[:3]))
    again = imported(home, write_csv(tmp_path / "b.csv", rows))

    assert [(row["n_imported"], row["n_new"]) for row in first["sources"]] == [(3, 3)]
    assert not {"n_fetched", "n_discovered"} & set(first["sources"][0])
    assert [(row["n_imported"], row["n_new"]) for row in again["sources"]] == [(2, 2)]
    assert "3 rows were there already" in again["notes"]
    assert not any("already" in note for note in first["notes"])


def test_a_social_network_becomes_no_outlet_unless_a_source_is_stated(tmp_path):
    links = ["https://www.facebook.com/kabar/posts/1", "https://x.com/kabar/status/2", "https://m.youtube.com/watch?v=3", "https://netx.com/4"]  # fmt: skip
    path = write_csv(tmp_path / "a.csv", [NEWS_WATCH | {"link": link} for link in links])

    summary = imported(tmp_path / "home", path, code=1)
    stated = imported(tmp_path / "other", path, "--source", "kompas")

    [failure] = summary["failures"]
    assert failure["reason"] == "its address is of a social network, which is no outlet"
    assert (failure["n"], links[0] in failure["detail"]) == (3, True)
    assert ask(tmp_path / "home", "SELECT source_id FROM mart.articles") == [("netx.com",)]
    assert [row["n_new"] for row in stated["sources"]] == [4]


def test_an_outlet_whose_language_nobody_stated_is_not_in_another_one(tmp_path):
    text = f"{TEXT} Warga berharap pemerintah desa segera memperbaiki jalan yang rusak itu. " * 3
    rows = [NEWS_WATCH | {"link": f"https://kabar.example/2026/{n}/jembatan", "content": f"{text} {n}"} for n in range(6)]  # fmt: skip

    summary = imported(tmp_path / "home", write_csv(tmp_path / "a.csv", rows))

    assert ask(tmp_path / "home", "SELECT DISTINCT in_language FROM mart.articles") == [("id",)]
    assert not [note for note in summary["notes"] if note.startswith("C12")]


def test_an_open_quotation_mark_costs_no_memory(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"link,content\n" + GOOD + b'http://a.test/2,"Teks\n' + b'"x"y\n' * 200_000)

    summary = imported(tmp_path / "home", path, code=1)

    [failure] = [row for row in summary["failures"] if row["n"] > 1000]
    assert (len(failure["places"]), failure["example"].endswith(f"and {failure['n'] - 5} more")) == (100, True)  # fmt: skip


READ = "import sys; from pathlib import Path; from flows.load.table_files import *; list(read_table(Path(sys.argv[1]), 1 << 20))"


def test_a_parquet_file_that_unpacks_to_far_more_is_refused_by_its_metadata(tmp_path):
    path = tmp_path / "a.parquet"
    row = "'http://a.test/1' AS url, repeat('a', 300_000_000) AS text"
    duckdb.execute(f"COPY (SELECT {row}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")

    done = subprocess.run([sys.executable, "-c", READ, path], capture_output=True, text=True, check=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000,) * 2))  # fmt: skip

    assert path.stat().st_size < 50_000
    assert "TableError: a row of it has 286 MiB; at most 1 MiB are read" in done.stderr


def test_a_header_of_many_columns_is_read_in_linear_time(tmp_path):
    def seconds(n: int) -> float:
        path = tmp_path / "a.csv"
        path.write_text(",".join(f"kolom{i}" for i in range(n)) + "\n")
        began = time.process_time()
        with pytest.raises(TableError, match="columns"):
            next(read_table(path, LIMIT))
        return time.process_time() - began

    assert seconds(200_000) < 5  # of processor time; quadratic: minutes


def test_an_import_follows_no_link_out_of_its_folder(tmp_path):
    folder, outside = tmp_path / "simpanan", tmp_path / "rahasia.html"
    folder.mkdir()
    outside.write_text(f"<p>{TEXT}</p>")
    (folder / "a.html").write_text(f"<p>{TEXT}</p>")
    (folder / "b.html").symlink_to("a.html")
    (folder / "keluar.html").symlink_to(outside)
    (folder / "putar").symlink_to(folder)
    (folder / "simpul.html").symlink_to("simpul.html")
    os.mkfifo(folder / "pipa.html")

    found = files_of([folder], storage_at=lambda url: None)

    assert [path.name for path in found] == ["a.html", "b.html"]
    for name in ("pipa.html", "simpul.html"):
        with pytest.raises(ImportFailedError):
            files_of([folder / name], storage_at=lambda url: None)


@pytest.mark.parametrize("address", ["https://kabar.example/2026/a.csv", "http://kabar.example/a.html"])  # fmt: skip
def test_an_address_is_no_file(tmp_path, address):
    done = kliping(tmp_path / "home", "import", address)

    assert done.returncode == 2
    assert done.stderr.startswith(f"kliping: {address} is an address, and an import reads files")
