"""An export is whole, says what it is, and keeps back the texts that are not ours to give."""

import csv
import hashlib
import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime

import duckdb
import pytest
from support.builders import VERSIONS, outcome
from support.command_line import kliping

from kliping.reading.export import MANIFEST, UNFINISHED, ForeignFolderError, export, write_table
from kliping.reading.sqlite_export import export_sqlite
from parsers.source import from_data
from parsers.structure import structure
from warehouse.queries import quote
from warehouse.read.published import Reader
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes

SAID = {"made_by": "kliping test", "now": datetime(2026, 11, 24, tzinfo=UTC)}
FORMULAS = ("=HYPERLINK(1)", "+62 811", "-1 derajat", "@kabar", "\tmenjorok", "＝1+1")
TEXT = "“Kami mencatat 12 warga mengungsi dari banjir itu,” kata Kepala BPBD Karang, Wahyu Sambodo."


def texts(folder, name="articles", column="body_text"):
    key = "article_id" if name == "articles" else "article_id || version_no"
    return dict(
        duckdb.sql(f"SELECT {key}, {column} FROM '{folder / name}.parquet' ORDER BY ALL").fetchall()
    )


@pytest.fixture(scope="module")
def reserved(tmp_path_factory):
    """Five articles: one open, one whose page reserves, one whose host does, one that allows in so many words, one forgotten."""
    store, sources = (
        Database(tmp_path_factory.mktemp("reserved")),
        {"kabar": from_data({"name": "kabar", "title": "Kabar", "home": "http://kabar.test/"})},
    )
    names = ("open", "page", "robots", "allowed", "forgotten")
    hosts = dict.fromkeys(names, "kabar.test") | {"robots": "www.korankota.test"}
    load_outcomes(
        store,
        [
            outcome(
                f"{TEXT}\nBerita {name}.",
                url=f"http://{host}/{name}",
                article_id=name,
                headline=FORMULAS[n],
                structure=structure(TEXT),
            )
            for n, (name, host) in enumerate(hosts.items())
        ],
        sources,
        VERSIONS,
    )
    load_outcomes(
        store,
        [
            outcome(
                f"{TEXT}\nRalat {name}.",
                hour=5,
                url=f"http://{host}/{name}",
                article_id=name,
                headline=f"Ralat {name}",
            )
            for name, host in hosts.items()
            if name in {"page", "open"}
        ],
        sources,
        VERSIONS,
    )
    with store.write_connection() as con:
        con.execute(
            "UPDATE raw.fetches SET reservations = ['robots: noai'] WHERE requested_url = 'http://kabar.test/page' AND fetched_at = (SELECT min(fetched_at) FROM raw.fetches)"
        )
        con.execute(
            "UPDATE raw.fetches SET reservations = ['content-usage: train-ai=y'] WHERE requested_url LIKE '%/allowed'"
        )
        for hour, header, digest in (
            (0, "content-signal: search=yes, ai-train=yes", "a"),
            (1, "content-signal: search=yes, ai-train=no", "b"),
            (2, None, None),
        ):
            con.execute(
                """INSERT INTO raw.fetches (fetch_id, run_id, source_id, kind, requested_url, fetched_at, attempt, outcome, body_sha256, reservations)
              VALUES ($id, 'run', 'kabar', 'robots', 'http://korankota.test/robots.txt', TIMESTAMP '2026-11-01' + to_hours($hour), 1, 'ok', $digest, $reservations)""",
                {
                    "id": f"robots{hour}",
                    "hour": hour,
                    "digest": digest,
                    "reservations": [header] if header else [],
                },
            )
        con.execute("UPDATE ops.frontier SET reason = 'forgotten' WHERE article_id = 'forgotten'")
    store.publish()
    with Reader(store.home) as reader:
        yield reader


def test_texts_are_only_given_on_request_and_never_those_reserved_or_forgotten(reserved, tmp_path):
    bare, text, all_of_it = (
        export(reserved, tmp_path / name, **SAID, **options)
        for name, options in (
            ("bare", {}),
            ("text", {"with_text": True}),
            ("all", {"with_text": True, "include_reserved": True}),
        )
    )

    assert [
        (m["n_articles"], m["n_reserved"], m["n_texts_withheld"]) for m in (bare, text, all_of_it)
    ] == [(4, 2, 0), (4, 2, 2), (4, 2, 0)]
    assert text["reservations"] == {
        "content-signal: search=yes, ai-train=no": 1,
        "content-usage: train-ai=y": 1,
        "robots: noai": 1,
    }
    columns = {
        row[0]
        for name in ("articles", "edits", "edited_paragraphs", "data_dictionary")
        for row in duckdb.sql(f"DESCRIBE FROM '{tmp_path / 'bare' / name}.parquet'").fetchall()
    }
    assert not columns & {"body_text", "text_before", "text_after"}
    assert {name: bool(body) for name, body in texts(tmp_path / "text").items()} == {
        "open": True,
        "allowed": True,
        "page": False,
        "robots": False,
    }
    for mart in ("edits", "edited_paragraphs"):
        assert {
            name: bool(body)
            for name, body in texts(
                tmp_path / "text", mart, "coalesce(text_before, text_after)"
            ).items()
        } == {"open2": True, "page2": False}
    assert all(texts(tmp_path / "all").values())
    assert texts(tmp_path / "all").keys() == {"open", "allowed", "page", "robots"}
    for name, more in (("bare", {}), ("text", {"with_text": True})):
        export(reserved, tmp_path / f"{name}.csv", **SAID, **more, csv=True)
        files = {path.name: path.read_text() for path in (tmp_path / f"{name}.csv").glob("*.csv")}
        assert [n for n, text in files.items() if re.search("Berita (robots|page)", text)] == []
    export_sqlite(reserved, tmp_path / "text.sqlite", **SAID, with_text=True)
    assert re.findall(b"Berita (page|robots|forgotten)", (tmp_path / "text.sqlite").read_bytes()) == []  # fmt: skip
    assert b"Berita open" in (tmp_path / "text.sqlite").read_bytes()
    export(reserved, tmp_path / "all.csv", **SAID, with_text=True, include_reserved=True, csv=True)
    assert not [p.name for p in (tmp_path / "all.csv").iterdir() if "forgotten" in p.read_text()]


def test_no_cell_of_a_csv_begins_like_a_formula_and_parquet_is_verbatim(reserved, tmp_path):
    export(reserved, tmp_path / "x", **SAID, with_text=True)
    export(reserved, tmp_path / "csv", **SAID, with_text=True, csv=True)
    cells = [
        cell
        for path in (tmp_path / "csv").glob("*.csv")
        for row in csv.reader(path.open(newline=""))
        for cell in row
    ]

    assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r＝"))]
    assert "'-1 derajat" in cells
    assert set(texts(tmp_path / "x", column="headline").values()) == {
        "Ralat open",
        "Ralat page",
        "-1 derajat",
        "@kabar",
    }


def test_each_sign_that_begins_a_formula_is_disarmed_and_no_number_is(reserved, tmp_path):
    texts = [*FORMULAS, "\rmenjorok", "\nmenjorok", "＋1", "－1", "＠a"]
    listed = ", ".join(map(quote, texts))
    write_table(reserved, tmp_path / "a.csv", f"SELECT -1 AS n, unnest([{listed}]) AS a")
    with (tmp_path / "a.csv").open(newline="") as file:
        rows = list(csv.reader(file))

    assert rows == [["n", "a"], *(["-1", f"'{text}"] for text in texts)]


def whole(folder):
    """The manifest, where every file is as it says and nothing else is there."""
    manifest = json.loads((folder / MANIFEST).read_text())
    assert {path.name for path in folder.iterdir()} == {
        MANIFEST,
        *(file["name"] for file in manifest["files"]),
    }
    for file in manifest["files"]:
        body = (folder / file["name"]).read_bytes()
        assert (len(body), hashlib.sha256(body).hexdigest()) == (file["bytes"], file["sha256"])
    return manifest


def test_an_export_replaces_its_own_and_nothing_else(reserved, tmp_path):
    folder = tmp_path / "x"
    export(reserved, folder, **SAID)
    (folder / UNFINISHED).mkdir()
    (folder / UNFINISHED / "articles.parquet").write_text("torn")
    again = export(reserved, folder, **SAID, since=date(2031, 1, 1))

    assert whole(folder)["n_articles"] == again["n_articles"] == 0
    assert "people" in again["left_out"]
    assert "people.parquet" not in {file["name"] for file in again["files"]}
    for n, content in enumerate(
        ("surat", "{}", '{"made_by": "somebody", "files": [{"name": "a"}]}')
    ):
        foreign = tmp_path / str(n)
        foreign.mkdir()
        (foreign / MANIFEST).write_text(content)
        with pytest.raises(ForeignFolderError, match="holds no export"):
            export(reserved, foreign, **SAID)
        assert [(path.name, path.read_text()) for path in foreign.iterdir()] == [
            (MANIFEST, content)
        ]


KILLED = """
import os, pathlib, sys
from datetime import UTC, datetime
from kliping.reading.export import export
from warehouse.read.published import Reader
from warehouse.write.database import Database
steps, at = 0, int(sys.argv[3])
def step(real):
    def taken(*said, **more):
        global steps
        steps += 1
        if steps == at:
            os.kill(os.getpid(), 9)
        return real(*said, **more)
    return taken
for owner, name in ((os, "fsync"), (pathlib.Path, "replace"), (pathlib.Path, "rmdir"), (pathlib.Path, "unlink")):
    setattr(owner, name, step(getattr(owner, name)))
with Reader(pathlib.Path(sys.argv[1])) as reader:
    export(reader, pathlib.Path(sys.argv[2]), made_by="kliping test", now=datetime.now(UTC))
"""


@pytest.mark.slow
def test_an_export_killed_anywhere_is_made_good_by_the_next(reserved, tmp_path):
    home = reserved.rows(
        "SELECT parse_dirpath(path) AS home FROM duckdb_databases() WHERE path IS NOT NULL"
    )[0]["home"]
    for at in (3, 17, 26):  # while files are written; while they are put; before the manifest is
        done = subprocess.run(
            [sys.executable, "-c", KILLED, home, tmp_path / "x", str(at)], check=False
        )

        assert done.returncode == -9
        assert not (tmp_path / "x" / MANIFEST).exists()
    export(reserved, tmp_path / "x", **SAID)
    assert whole(tmp_path / "x")["n_articles"] == 4


def test_the_command_exports_the_newsroom(demo_home, tmp_path):
    done = kliping(
        demo_home,
        "export",
        tmp_path / "x",
        "--source",
        "portalnusa",
        "--with-text",
        "--format",
        "json",
    )

    assert (done.returncode, done.stderr) == (0, "")
    manifest = whole(tmp_path / "x")
    assert (manifest["source"], manifest["n_articles"], manifest["with_text"]) == (
        "PortalNusa",
        19,
        True,
    )
    done = kliping(demo_home, "export", tmp_path / "c", "--source", "portalnusa", "--csv")
    assert done.returncode == 0
    assert {path.suffix for path in (tmp_path / "x").iterdir()} == {".parquet", ".json"}
    assert {path.suffix for path in (tmp_path / "c").iterdir()} == {".csv", ".json"}
    with duckdb.connect(demo_home / "kliping.duckdb", read_only=True) as con:
        for name, column in (("articles", "article_id"), ("quotes", "text"), ("figures", "value")):
            counts = f"SELECT count(*), count(DISTINCT {column}) FROM"
            published = con.sql(f"{counts} mart.{name} WHERE source_name = 'PortalNusa'").fetchone()
            for file in (f"x/{name}.parquet", f"c/{name}.csv"):
                assert con.sql(f"{counts} '{tmp_path / file}'").fetchone() == published
    assert whole(tmp_path / "c")["n_articles"] == 19
    # all but the dictionary, which has the columns of texts in one of them
    n_rows = [[file["rows"] for file in m["files"]][:-1] for m in (manifest, whole(tmp_path / "c"))]
    assert n_rows[0] == n_rows[1]
    described = duckdb.sql(
        f"SELECT count(*), count(comment) FROM '{tmp_path / 'x'}/data_dictionary.parquet'"
    ).fetchone()
    assert described[0] == described[1] > 100
    assert kliping(demo_home, "export", tmp_path, "--with-text").returncode == 2
    assert (
        "add --with-text"
        in kliping(demo_home, "export", tmp_path / "y", "--include-reserved").stderr
    )


def test_events_and_compared_figures_are_exported(demo_home, tmp_path):
    with Reader(demo_home) as reader:
        manifest = export(reader, tmp_path / "x", **SAID)
        expected = {
            name: reader.con.sql(f"SELECT count(*) FROM mart.{name}").fetchone()[0]
            for name in ("events", "event_articles", "figure_comparisons")
        }

    written = {file["name"].removesuffix(".parquet"): file["rows"] for file in manifest["files"]}
    assert {name: written.get(name) for name in expected} == expected
    assert all(expected.values())
