"""Whatever somebody types: one line (and where it is in a query) that says what to do next, the right exit code, and never a traceback."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from support.command_line import kliping
from support.small_disk import small_disk

MANY_WORDS = " ".join(f"kata{n}" for n in range(8000))
DAMAGED_FROM = 40_000  # bytes of the published copy that are left whole

# The command, its exit code, and words of its line. {pages} is a folder with odd files. A home is the demo's, unless a name precedes it.
CASES = r"""
sql ''                                          | 2 | the query is empty; try
sql ' ; '                                       | 2 | the query is empty; try
sql 'SELECT'                                    | 2 | mart.data_dictionary
sql 'SELEC 1'                                   | 2 | syntax error
sql 'FROM mart.nothing'                         | 2 | mart.data_dictionary
sql 'SELECT headlin FROM mart.articles'         | 2 | headline
sql 'DROP VIEW mart.articles'                   | 2 | read-only
sql 'SELECT 1/'                                 | 2 | mart.data_dictionary
sql "SELECT 'x"                                 | 2 | mart.data_dictionary
sql "SELECT CAST('x' AS INTEGER)"               | 2 | mart.data_dictionary
sql 'SELECT $1'                                 | 2 | mart.data_dictionary
sql "FROM mart.search('gempa OR')"              | 2 | a term is missing before the end
sql "FROM read_csv('/nowhere.csv')"             | 2 | nowhere.csv
sql                                             | 2 | see `kliping sql --help`
sql 'SELECT 1' --format xml                     | 2 | see `kliping sql --help`
sql 'SELECT 1' 'SELECT 2'                       | 2 | see `kliping sql --help`
search ''                                       | 2 | nothing to search for
search                                          | 2 | see `kliping search --help`
search '   '                                    | 2 | nothing to search for
search %                                        | 2 | nothing to search for
search '""'                                     | 2 | "" has no word in it
search '?!'                                     | 2 | nothing to search for
search 'gempa OR OR erupsi'                     | 2 | a term is missing before OR; the word itself is written in small letters
search NOT                                      | 2 | a term is missing before the end
search 'kor*psi'                                | 2 | a * stands at the end of a word
search '(a b'                                   | 2 | a bracket is open: close it with )
search '"a b"~31'                               | 2 | at most 30 others between them
search speaker:Mariyani                         | 2 | nobody of the name 'Mariyani' is quoted; did you mean 'Mariani Siregar'
search a b c d e f g h i j k l m n o p q r s t u | 2 | a query has at most 20 terms, not 21
attention 'gempa && erupsi'                     | 2 | terms side by side must all occur
search '"banjir'                                 | 2 | is open: close the phrase
search speker:menteri                           | 2 | did you mean speaker:
search topic: korupsi                           | 2 | topic: has no word: write it behind the colon, without a space
search banjir --limit 0                         | 2 | --limit
search banjir --limit banyak                    | 2 | --limit
search banjir --limit 99999999999999999999      | 2 | --limit
search {words}                                  | 2 | at most 20 terms, not 8000
sql 'SELECT 1; SELECT 2'                        | 2 | these are 2 queries: ask one at a time
search banjir --since kemarin                   | 2 | is no day: write YYYY-MM-DD
search banjir --since 2026-02-30                | 2 | is no day: write YYYY-MM-DD
search banjir --since 26-02-03                  | 2 | is no day: write YYYY-MM-DD
search banjir --since ''                        | 2 | is no day: write YYYY-MM-DD
search banjir --since 99999d                    | 2 | is no day: write YYYY-MM-DD
search banjir --until 0000-01-01                | 2 | is no day: write YYYY-MM-DD
search banjir --since ²d                        | 2 | is no day: write YYYY-MM-DD
search banjir --since today --until yesterday   | 2 | is after --until
search banjir --source nowhere                  | 2 | nothing was read of 'nowhere'
search banjir --source harianlam                | 2 | did you mean 'harianlama'?
search topic:korups                             | 2 | there is no topic 'korups'; did you mean 'korupsi'?
search banjir -- -topic:xyz                     | 2 | there is no topic 'xyz'; there are bencana
attention banjir --by year                      | 2 | Invalid value for '--by': 'year' is not one of 'day'
attention source:portalnus                      | 2 | nothing was read of 'portalnus'; did you mean 'portalnusa'?
report nothing                                  | 2 | no question 'nothing'
sample                                          | 2 | name a table
sample quotes --read sheet.csv                  | 2 | name a table
sample quote                                    | 2 | did you mean 'quotes'?
sample nothing                                  | 2 | name quotes, figures
sample quotes --limit 0                         | 2 | --limit
sample quotes --limit 99999999999999999999      | 2 | --limit
sample quotes --seed 99999999999999999999       | 2 | --seed
ingest kompas --limit 99999999999999999999      | 2 | --limit
maintain --keep-days 99999999999999999999       | 2 | --keep-days
sources audit --days 99999999999999999999       | 2 | --days
watch check --limit 99999999999999999999        | 2 | --limit
sample --read /nowhere.csv                      | 2 | nowhere.csv
report speaker                                  | 2 | did you mean 'speakers'?
report ''                                       | 2 | no question ''
report speakers --since x                       | 2 | is no day
report speakers --source ''                     | 2 | nothing was read of ''
report --output /nowhere/report.html            | 2 | /nowhere/report.html: no such file or directory; give another path
report speakers --output speakers.html          | 2 | leave NAME and --format out
report --output report.html --format json       | 2 | leave NAME and --format out
report --output {pages}                         | 2 | is a directory; give another path
explain                                         | 2 | see `kliping explain --help`
explain ''                                      | 2 | an address or an article's id
explain 'not a url'                             | 1 | nothing is known of not a url
explain http://kabar.test/lain                  | 1 | nothing is known of
explain http://kabar.test/lain --text           | 1 | nothing is known of
explain 'http://[::1'                           | 1 | nothing is known of
parse                                           | 2 | see `kliping parse --help`
parse ''                                        | 2 | give another path
parse /nowhere.html                             | 2 | /nowhere.html: no such file or directory; give another path
parse {pages}                                   | 2 | is a directory; give another path
parse {pages}/page.html --url 'not a url'       | 2 | --url 'not a url' is no web address
parse {pages}/page.html --url ''                | 2 | --url '' is no web address
parse {pages}/page.html --url ftp://kabar.test/ | 2 | is no web address
parse {pages}/page.html --url 'http://[::1'     | 2 | is no web address
parse {pages}/page.html --source nowhere        | 2 | unknown source 'nowhere'
parse {pages}/page.html --format csv            | 2 | use --format json or table
parse {pages}/empty.html                        | 1 | empty.html is no article (empty)
parse {pages}/empty.txt                         | 1 | empty.txt is no article (empty)
parse {pages}/page.html                         | 1 | page.html is no article (no_content
parse -                                         | 1 | - is no article (empty)
export                                          | 2 | name a folder for Parquet or CSV, or a file with --sqlite
export {pages}                                  | 2 | {pages}
export {pages}/page.html                        | 2 | {pages}/page.html: is a file, not a folder; give another path
publish --output {pages}/nowhere/k.duckdb       | 2 | {pages}/nowhere/k.duckdb: no such folder as {pages}/nowhere; give another path
publish --output {pages}/page.html/k.duckdb     | 2 | {pages}/page.html/k.duckdb: no such folder
export /proc/nowhere                            | 2 | /proc/nowhere
export {pages}/new --include-reserved           | 2 | add --with-text
export {pages}/new --since x                    | 2 | is no day
person zzzz                                     | 2 | no article names a person 'zzzz'
edits --kind nothing                            | 2 | --kind
edits --source nowhere                          | 2 | nothing was read of 'nowhere'
event '"pekerja'                                | 2 | close the phrase with a second one
export {pages}/new --html                       | 2 | No such option: --html
publish --output -                              | 2 | this cannot go to standard output: name a file
publish --output ''                             | 2 | the path is empty
serve                                           | 2 | `kliping serve` is gone: `kliping web` answers
serve --seconds 0 --help                        | 2 | `kliping serve` is gone: `kliping web` answers
audit kompas --days 7                           | 2 | `kliping audit` is now `kliping sources audit`
ingest nowhere                                  | 2 | unknown source 'nowhere'
ingest ''                                       | 2 | unknown source ''
ingest harianlma                                | 2 | unknown source 'harianlma'; see `kliping sources list`
ingest kompa                                    | 2 | did you mean 'kompas'?
ingest kompas --limit -1                        | 2 | --limit
backfill                                        | 2 | see `kliping backfill --help`
backfill nowhere                                | 2 | unknown source 'nowhere'
backfill kompas --since 2026-10-03 --until 2026-10-02 | 2 | is after the end
backfill kompas --since x                       | 2 | is no day
backfill kompas --since 9999-12-31              | 2 | is after the end
backfill kompas --match '"makan bergizi'        | 2 | is open: close the phrase
backfill kompas --match 'gempa OR'              | 2 | a term is missing before the end
backfill kompas --match ''                      | 2 | nothing to search for
backfill kompas --match speaker:menteri         | 2 | speaker: is known of an article only after it was fetched
revisit nowhere                                 | 2 | unknown source 'nowhere'
import                                          | 2 | see `kliping import --help`
import ''                                       | 2 | the path is empty
export ''                                       | 2 | the path is empty
import {pages}/page.html --source kompas --url 'http://[::1' | 2 | is no web address
import /nowhere.html                            | 2 | /nowhere.html: no such file
import {pages}/notes.doc                        | 2 | not a kind of file
import {pages}/none                             | 2 | nothing to import there
import {pages}/tables                           | 2 | named one by one, such as {pages}/tables/a.csv
import {pages}/page.html --url 'not a url'      | 2 | --url 'not a url' is no web address
import {pages}/page.html {pages}/empty.html --url http://kabar.test/1 | 2 | --url is the address of one page
import {pages}/page.html --source nowhere       | 2 | unknown source 'nowhere'
import {pages}/page.html --source kompas --url http://kabar.test/1 | 2 | is not an address of kompas
sources show                                    | 2 | see `kliping sources show --help`
sources show nowhere                            | 2 | unknown source 'nowhere'
sources probe                                   | 2 | see `kliping sources probe --help`
sources probe 'not a url'                       | 2 | not a url
sources probe http://127.0.0.1:9/ --quiet       | 1 | KLIPING_ALLOW_PRIVATE=ip:port
sources probe ''                                | 2 | address
sources check --sources /nowhere                | 2 | /nowhere: no such folder
sources check --sources {pages}/broken          | 2 | kabar.toml
sources lst                                     | 2 | see `kliping sources --help`
status --source nowhere                         | 2 | nothing was read of 'nowhere'
status --output /nowhere/metrics.prom           | 2 | /nowhere/metrics.prom
doctor now                                      | 2 | see `kliping doctor --help`
maintain nowhere                                | 2 | unknown source 'nowhere'
maintain --keep-days 0                          | 2 | --keep-days
forget                                          | 2 | name the address of an article, or an import with --run
forget http://kabar.test/1 --run 20260101T000000Z-0000 | 2 | name the address of an article, or an import with --run
forget http://kabar.test/1                      | 2 | this would delete nothing: no article is known
forget --run 20260101T000000Z-0000              | 2 | nothing is stored of a run 20260101T000000Z-0000
import https://kabar.test/artikel.csv           | 2 | https://kabar.test/artikel.csv is an address
import {pages}/undecided.csv                    | 2 | add --date-order dmy (day first) or --date-order mdy
import {pages}/undecided.csv --date-order ymd   | 2 | Invalid value for '--date-order'
import {pages}/map.csv --map url=a --map url=b  | 2 | names a field twice
import {pages}/wide.tsv                         | 2 | it has 40000 columns; a table has at most 1000
forget 'not a url'                              | 2 | not a url is not the address of an article
forget ''                                       | 2 | is not the address of an article
reparse nowhere                                 | 2 | unknown source 'nowhere'
quarantine show nothing                         | 2 | `kliping quarantine show` is gone: `kliping explain ID`
quarantine retry                                | 2 | name either ids of pages, or a source
quarantine retry nothing                        | 2 | not in quarantine: nothing; see `kliping quarantine list`
quarantine ignore nothing --source kompas       | 2 | name either ids of pages, or a source
nonsense                                        | 2 | see `kliping --help`
--nonsense                                      | 2 | see `kliping --help`
sql --home                                      | 2 | --home
file: sql 'SELECT 1'                            | 2 | is a file; the home is a folder
file: ingest kompas                             | 2 | is a file; the home is a folder
file: doctor                                    | 2 | is a file; the home is a folder
file: demo                                      | 2 | is a file; the home is a folder
empty: sql 'SELECT 1'                           | 2 | `kliping ingest` or `kliping import` makes it
empty: search banjir                            | 2 | `kliping ingest` or `kliping import` makes it
archived: sql 'SELECT 1'                        | 2 | `kliping rebuild` makes it from the archive
unpublished: sql 'SELECT 1'                     | 2 | `kliping publish` makes it
empty: status                                   | 2 | `kliping ingest` or `kliping import` makes it
empty: publish                                  | 2 | `kliping ingest` or `kliping import` makes it
empty: quarantine list                          | 2 | `kliping ingest` or `kliping import` makes it
damaged: sql 'FROM mart.articles'               | 1 | `kliping doctor` says what to do
damaged: search banjir                          | 1 | `kliping doctor` says what to do
damaged: report speakers                        | 1 | `kliping doctor` says what to do
damaged: explain http://kabar.test/1            | 1 | `kliping doctor` says what to do
damaged: export {pages}/new                     | 1 | `kliping doctor` says what to do
damaged: quarantine list                        | 1 | `kliping doctor` says what to do
text: sql 'SELECT 1'                            | 1 | `kliping doctor` says what to do
foreign: search banjir                          | 2 | was not made by kliping
foreign: report speakers                        | 2 | was not made by kliping
foreign: status                                 | 2 | was not made by kliping
text: report                                    | 0 | coverage
"""


@pytest.fixture(scope="module")
def homes(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("homes")
    (folder / "file").write_text("x")
    (folder / "archived" / "archive").mkdir(parents=True)
    (folder / "unpublished").mkdir()
    (folder / "unpublished" / "warehouse.duckdb").touch()
    for name in ("empty", "damaged", "text", "foreign"):
        (folder / name).mkdir()
    with duckdb.connect(folder / "foreign" / "kliping.duckdb") as con:
        con.execute("CREATE TABLE sensus (desa VARCHAR, n INTEGER)")
    whole = (demo_home / "kliping.duckdb").read_bytes()
    damaged = whole[:DAMAGED_FROM] + b"\xa5" * (len(whole) - DAMAGED_FROM)
    (folder / "damaged" / "kliping.duckdb").write_bytes(damaged)
    (folder / "text" / "kliping.duckdb").write_text("this is no database\n" * 1000)
    return {"demo": demo_home, **{path.name: path for path in folder.iterdir()}}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    files = {
        "page.html": b"<html><body><p>Halo</p></body></html>",
        "empty.html": b"",
        "empty.txt": b"",
        "notes.doc": b"x",
        "undecided.csv": b"url,text,date\nhttp://a.test/1,Teks,03/04/2025\n",
        "map.csv": b"a,b\n1,2\n",
        "wide.tsv": "\t".join(f"k{n}" for n in range(40_000)).encode() + b"\n",
        "none/readme.md": b"x",
        "tables/a.csv": b"link,content\n",
        "broken/kabar.toml": b'name = "kabar\n',
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize(
    "case", CASES.strip().splitlines(), ids=lambda case: case.split(" | ")[0].strip()
)
def test_a_wrong_input_is_one_line_and_its_exit_code(case, homes, pages, monkeypatch):
    command, code, words = (
        part.strip().replace("{pages}", str(pages)).replace("{words}", MANY_WORDS)
        for part in case.split(" | ")
    )
    home, _, rest = (
        command.partition(": ") if command.split(":")[0] in homes else ("demo", "", command)
    )
    monkeypatch.chdir(pages)
    shutil.rmtree(pages / "new", ignore_errors=True)

    done = kliping(homes[home], *shlex.split(rest))

    lines = (done.stdout if int(code) == 0 else done.stdout + done.stderr).splitlines()
    assert (done.returncode, words in (lines[0] if int(code) else done.stdout)) == (
        int(code),
        True,
    ), lines
    is_query_shown = len(lines) == 3 and lines[2].strip() == "^"  # below the message
    assert len(lines) == 1 or is_query_shown or int(code) == 0, lines


@pytest.mark.parametrize(
    ("redirection", "code", "words"),
    [
        (">&-", 2, "standard output is closed"),
        ("> /dev/full", 75, "standard output cannot be written: no space left on device"),
    ],
)
def test_an_output_that_takes_nothing_is_one_line(redirection, code, words, demo_home):
    program = f"{sys.executable} -m kliping.cli --home {demo_home} sql 'FROM mart.articles'"
    done = subprocess.run(
        ["bash", "-c", f"{program} {redirection}"], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1)
    assert words in done.stderr


def test_a_read_only_disk_is_named_and_no_traceback(demo_home, tmp_path):
    with small_disk(tmp_path / "disk", 200_000_000) as disk:
        shutil.copy(demo_home / "kliping.duckdb", disk)
        (disk / "warehouse.duckdb").touch()
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        doctor = kliping(disk, "doctor", "--format", "json")
        topics = kliping(disk, "topics", "sample")
        status = kliping(disk, "status")

    rows = {(row["check"], row["state"]): row["finding"] for row in json.loads(doctor.stdout)}
    assert doctor.returncode == 1
    assert rows["disk", "bad"].startswith(f"nothing can be written to {disk}")
    assert ("published copy", "ok") in rows
    assert (topics.returncode, topics.stderr) == (
        2,
        f"kliping: {disk}/topics: the disk is read-only; give another path\n",
    )
    assert "harianlama" in status.stdout


def test_status_reads_the_published_copy_while_another_program_has_the_warehouse(
    demo_home, tmp_path
):
    for name in ("kliping.duckdb", "warehouse.duckdb"):
        shutil.copy(demo_home / name, tmp_path)
    holder = f"import duckdb; c = duckdb.connect({str(tmp_path / 'warehouse.duckdb')!r}); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        other.stdout.readline()
        done = kliping(tmp_path, "status")
        other.communicate(b"\n")

    assert done.returncode == 0
    assert "harianlama" in done.stdout
    assert "this is the published copy" in done.stderr
