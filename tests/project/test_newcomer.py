"""The path of a newcomer, to the letter: the commands of README's shell blocks and those that the demo prints.

`just newcomer` also takes the first line of README, which installs Kliping from the package index, and says how long each step took.
"""

import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from lxml import html as dom
from support.documents import CHECKOUT, blocks
from support.serving import interrupted_at_the_end

README = (CHECKOUT / "README.md").read_text("utf-8")
SETUP, REAL, *_ = blocks("README.md")
INSTALL, DEMO = SETUP.splitlines()[0].rsplit(" && ", 1)
PROGRAMS = Path(sys.executable).parent
WEB, ADDRESS = re.search(
    r"`(kliping web)`[^`]* at (http://127\.0\.0\.1:\d+/): choose \*Who speaks\*, then \*Quotes\*",
    README,
).groups()
MOST_SECONDS = 180  # from the clone to a quote in its article
CLOSED = ",".join(f"{zone}=127.0.0.1:9" for zone in ("*.com", "*.id", "*.co"))  # the discard port


@pytest.fixture
def environment(tmp_path):
    """Nothing of the caller's settings."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KLIPING_", "PREFECT_", "VIRTUAL_ENV"))
    } | {
        "HOME": str(tmp_path),
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
        "KLIPING_CONNECT_TO": CLOSED,
        "KLIPING_ALLOW_PRIVATE": "127.0.0.1:9",
    }


@pytest.fixture
def shell(tmp_path, environment):
    """Runs a line as it stands, in an empty folder; prints how long it took."""
    (tmp_path / "folder").mkdir()

    def run(line, folder=tmp_path / "folder", **more):
        started = time.monotonic()
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=folder,
            env=environment | more,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        sys.stdout.write(f"{time.monotonic() - started:6.1f} s  {line}\n")
        return done

    return run


def open_a_quote(environment, folder, before="", **more):
    """README's way to a quote in its article: its command for the browser, Who speaks, Quotes, the first of them."""
    started = time.monotonic()
    with interrupted_at_the_end(["sh", "-c", f"{before}exec {WEB}"], folder, environment | more) as printed, httpx.Client() as client:  # fmt: skip
        assert printed.split()[0] == ADDRESS
        listed = dom.fromstring(client.get(ADDRESS).text)
        for name in ("Who speaks", "Quotes"):
            [link] = listed.xpath(f"//nav//a[.='{name}']/@href")
            listed = dom.fromstring(client.get(urljoin(ADDRESS, link)).text)
        link = listed.xpath("//td/a[contains(@href, '#quote')]")[0]
        article = dom.fromstring(client.get(urljoin(ADDRESS, link.get("href"))).text)
    marked = article.get_element_by_id(urlsplit(link.get("href")).fragment)
    assert "s-quote" in marked.get("class")
    assert link.text_content().startswith(marked.text_content())
    sys.stdout.write(f"{time.monotonic() - started:6.1f} s  {WEB}, and a quote in its article\n")


def sql(shell, query, **more):
    return shell(f'kliping sql --format csv "{query}"', **more).stdout.split()[1:]


@pytest.mark.long
@pytest.mark.slow
def test_the_demo_shows_what_kliping_does_and_its_five_commands_work(shell, environment, tmp_path):
    assert DEMO == "kliping demo"
    done = shell(DEMO)

    assert (done.returncode, done.stderr) == (0, "")
    for shown in ("Visit 1: 51 new", "Visit 2: 0 new, 1 edited, 1 gone", "Hendra Wibisono"):
        assert shown in done.stdout
    assert "Rp 52,7 triliun = 52,700,000,000,000 rupiah" in done.stdout
    assert "- Sidang Korupsi Alat Kesehatan Ditnda, Saksi" in done.stdout
    assert max(map(len, done.stdout.partition("Five commands")[0].splitlines())) <= 92
    commands = re.findall(r"^  (kliping .*)$", done.stdout, re.MULTILINE)
    answers = [shell(command) for command in commands]
    assert len(answers) == 5
    assert [(a.returncode, bool(a.stdout + a.stderr)) for a in answers] == [(0, True)] * 5
    assert "<h1" in (tmp_path / "folder" / "report.html").read_text(encoding="utf-8")

    assert f"To look around in a browser: {WEB}\n" in done.stdout
    open_a_quote(environment, tmp_path / "folder")

    again = shell(DEMO)
    assert (again.returncode, "Visit 2: 0 new, 0 edited" in again.stdout) == (0, True)
    assert sql(shell, "SELECT count(*) FROM ops.runs WHERE state = 'completed'") == ["3"]


def test_a_home_for_real_outlets_is_made_as_readme_says_also_without_network(shell, tmp_path):
    init, export, ingest, *_ = REAL.splitlines()
    done = shell(init)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("No outlet can be reached from here") == 1
    assert "tribunnews = true" in (tmp_path / "kliping" / "kliping.toml").read_text()
    assert f"  {export}".replace("~", str(tmp_path)) in done.stdout
    assert f"  {ingest} " in done.stdout
    assert shell(init).returncode == 2


@pytest.mark.slow
@pytest.mark.skipif("KLIPING_TEST_INSTALL" not in os.environ, reason="installs from the index")
@pytest.mark.timeout(1800)
def test_from_a_fresh_clone_to_a_quote_in_its_article(shell, environment, tmp_path):
    clone = tmp_path / "clone"
    started = time.monotonic()
    subprocess.run(["git", "clone", "-q", CHECKOUT, clone], check=True)

    done = shell(INSTALL, clone, PATH=os.defpath + ":/usr/local/bin")
    assert done.returncode == 0, done.stderr
    run = shell(f". .venv/bin/activate && {DEMO}", clone, PATH=os.defpath)
    assert (run.returncode, "Five commands" in run.stdout) == (0, True), run.stderr
    open_a_quote(environment, clone, ". .venv/bin/activate && ", PATH=os.defpath)
    seconds = time.monotonic() - started
    cpu = resource.getrusage(resource.RUSAGE_CHILDREN)
    sys.stdout.write(
        f"{seconds:6.1f} s  in all, {cpu.ru_utime + cpu.ru_stime:.0f} s of processor time\n"
    )
    assert seconds < MOST_SECONDS
