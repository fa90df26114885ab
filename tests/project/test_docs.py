"""Every command that README and docs show is there, with its options, and what can be run here is run."""

import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from base64 import b64encode
from importlib.metadata import distributions
from pathlib import Path

import pytest
from generated_docs import api_page, cli_page, schema_page, split_at_mark
from support.cli_pages import HTML
from support.documents import CHECKOUT, FENCED, blocks
from typer.main import get_command

import kliping.cli  # noqa: F401 - which registers the commands
from kliping.cli.app import OK, _options_first, app, run
from parsers import source

DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    *(
        str(path.relative_to(CHECKOUT))
        for path in sorted((CHECKOUT / "docs").rglob("*.md"))
        if path.parent.name != "decisions"
    ),
)
DECISIONS = tuple(
    str(path.relative_to(CHECKOUT)) for path in sorted((CHECKOUT / "docs/decisions").glob("*.md"))
)
MADE_FROM_CODE = {"docs/cli.md", "docs/schema.md"}
MOST_LINES = 300  # of a page that a person wrote
PLACES = {
    "/var/lib/kliping": "home",
    "[SOURCE…]": "",
    "…": "",
    "SOURCE": "portalnusa",
    "URL": "https://kabar.test/2026/11/01/warga-gotong-royong/",
    " D": " 2026-10-01",
    " N": " 30",
}
LIVE = "asks a live site; tests/kliping/test_newsroom.py, test_backfill.py and test_probe.py ask the bundled ones"
NOT_RUN = {
    "kliping demo": "tests/project/test_newcomer.py runs it, and this home is what it leaves",
    "kliping --home ~/kliping init": "as above",
    "kliping ingest": LIVE,
    "kliping fetch": LIVE,
    "kliping backfill": LIVE,
    "kliping import s3://bucket/CC-NEWS/2026/": "needs a bucket; tests/lake/test_stored_files.py has one",
    "kliping reparse": "takes long; tests/flows/test_reparse.py does the same, tests/flows/test_prefect.py runs the command",
    "kliping sources probe": LIVE,
    "kliping sources verify": LIVE,
    "kliping --sources my ingest": LIVE,
    "kliping lake init": "needs the servers of a lake; tests/lake/test_operators.py has them",
    "kliping web": "ends when it is interrupted; tests/kliping/test_web.py asks its pages",
    "kliping mcp": "as above; tests/kliping/test_mcp_newsroom.py asks its tools",
}
OTHERS = {
    "prefect": "tests/flows/test_prefect.py runs them at a server of its own",
    "id": "as above", "sed": "as above",
    "python3": "makes an environment, as .ci/run does",
    "uv": "as above, and needs the package index", "pip": "as above",
    "pytest": "is what runs this", "ruff": "as above", "mypy": "as above", "lint-imports": "as above",
    "git": "needs a repository of yours",
    "cp": "needs the machine's own folders", "install": "as above", "mkdir": "as above", "useradd": "as above", "runuser": "as above",
    "systemctl": "needs systemd",
    "apt-get": "changes the machine", "echo": "writes the file of keys of a server of a lake",
    "curl": "needs a server for others; tests/kliping/test_web_elsewhere.py has one", "scp": "needs another machine",
    "$EDITOR": "needs an editor",
    "weed": "a server of a lake; tests/lake starts its own", "aws": "needs a client of its own",
    "createdb": "tests/lake/test_operators.py runs it", "pg_dump": "as above", "pg_restore": "as above",
    "cd": "sets a shell up", "export": "as above", "set": "as above", ".": "as above", "make": "as above",
}  # fmt: skip


def shown_commands():
    """Every command of every ```sh block, and every `$ command` of a ```text block; its words.

    Those of the tutorial build on each other: tests/project/test_tutorial.py runs them.
    """
    names = [name for name in DOCUMENTS if name != "docs/tutorial.md"]
    lines = [line for name in names for block in blocks(name) for line in block.splitlines()]
    lines += [
        line[2:]
        for name in names
        for block in blocks(name, "text")
        for line in block.splitlines()
        if line.startswith("$ ")
    ]
    for line in lines:
        words = shlex.shlex(line.replace(".venv/bin/", ""), posix=True, punctuation_chars="&;<")
        words.whitespace_split = True
        command = []
        for word in [*words, ";"]:
            if word in {";", "&&"}:
                yield command
                command = []
            else:
                command.append(word)


def ours():
    """The arguments of those that are Kliping's."""
    return [command[1:] for command in shown_commands() if command and command[0] == "kliping"]


def why_not_run(arguments):
    return next(
        (start for start in NOT_RUN if f"kliping {' '.join(arguments)} ".startswith(f"{start} ")),
        None,
    )


def test_every_command_is_one_of_ours_or_a_known_other():
    assert {re.split(r"[ =]", command[0])[0] for command in shown_commands() if command} == {
        "kliping",
        *OTHERS,
    }
    assert {start for arguments in ours() if (start := why_not_run(arguments))} == set(NOT_RUN)


def test_every_command_of_the_text_exists_with_its_options():
    inline = [
        command
        for name in DOCUMENTS
        for command in re.findall(
            r"`kliping ([^`]+)`", FENCED.sub("", (CHECKOUT / name).read_text(encoding="utf-8"))
        )
    ]
    filled = [
        re.sub("|".join(map(re.escape, PLACES)), lambda found: PLACES[found[0]], command)
        for command in inline
    ]
    alone = {command for command in filled if " " not in command}

    assert len(inline) > 10
    of_all = {"--help", "--version", "--verbose", "--install-completion", "--show-completion"}
    assert alone <= {*get_command(app).commands, *of_all}
    for arguments in [
        *(shlex.split(command) for command in filled if command not in alone),
        *ours(),
    ]:
        parsed(_options_first(arguments[: arguments.index("<")] if "<" in arguments else arguments))


HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)")


def anchors(path):
    """Those of its headings, as GitHub makes them."""
    headings = HEADING.findall(FENCED.sub("", path.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings}


@pytest.mark.parametrize("page", [*DOCUMENTS, "CHANGELOG.md", *DECISIONS])
def test_every_link_of_a_page_leads_to_a_file_and_a_heading(page):
    here = CHECKOUT / page
    links = LINK.findall(FENCED.sub("", here.read_text(encoding="utf-8")))
    broken = []
    for path, anchor in links:
        target = here.parent / path if path else here
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(f"{path}#{anchor}")

    assert broken == []


def test_every_page_of_docs_can_be_reached_from_the_readme():
    reached, pending = set(), [CHECKOUT / "README.md"]
    while pending:
        page = pending.pop()
        reached.add(page)
        links = LINK.findall(FENCED.sub("", page.read_text(encoding="utf-8")))
        pages = {(page.parent / path).resolve() for path, _ in links if path.endswith(".md")}
        pending += pages - reached

    assert {name for name in (*DOCUMENTS, *DECISIONS) if CHECKOUT / name not in reached} == set()


def test_no_page_that_a_person_wrote_is_long():
    pages = {*DOCUMENTS, *DECISIONS} - MADE_FROM_CODE

    assert {page: n for page in pages if (n := len(text_of(page).splitlines())) > MOST_LINES} == {}


SHARED_CHANGES = re.compile(r"\b(A|L)?GPL|\bMPL|Mozilla Public|Artistic")


def test_the_notice_names_each_installed_package_whose_licence_asks_for_more():
    notice = text_of("NOTICE")
    licences = {
        each.metadata["Name"]: " ".join(
            [
                each.metadata.get("License-Expression") or "",
                (each.metadata.get("License") or "")[:100],
                *(each.metadata.get_all("Classifier") or ()),
            ]
        )
        for each in distributions()
    }
    pinned = set(re.findall(r"^[\w.-]+", text_of("constraints.txt"), re.MULTILINE))
    named = {name for name in licences.keys() & pinned if SHARED_CHANGES.search(licences[name])}

    assert len(named) > 5
    assert {name for name in named if name.removesuffix("-binary") not in notice} == set()


def test_pictures_are_small():
    assert all(path.stat().st_size < 150_000 for path in CHECKOUT.glob("docs/*.png"))


def test_no_version_of_the_changelog_is_long():
    versions = re.split(r"^## ", text_of("CHANGELOG.md"), flags=re.MULTILINE)[1:]

    assert all(
        re.match(r"\d+\.\d+\.\d+\w* – (unreleased|20\d\d-\d\d-\d\d)\n", each) for each in versions
    )
    assert {each.split()[0]: n for each in versions if (n := len(each.splitlines())) > 60} == {}
    assert len(versions) > 1


def parsed(arguments):
    """As far as the command that would run; raises for a command or an option that is not there, and for a value that is none."""
    command, context = get_command(app), None
    while hasattr(command, "commands"):
        context = command.make_context(command.name, arguments, parent=context)
        _, command, arguments = command.resolve_command(
            context, [*context._protected_args, *context.args]
        )
    return command.make_context(command.name, arguments, parent=context)


@pytest.mark.slow
def test_what_can_be_run_here_does_as_shown(demo_home, tmp_path, monkeypatch, capfd):
    home = shutil.copytree(demo_home, tmp_path / "home")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KLIPING_HOME", str(home))
    monkeypatch.setenv("KLIPING_SOURCES", str(CHECKOUT / "kliping/newsroom/sources"))
    shutil.copy(next(home.rglob("*.warc.gz")), "old.warc.gz")
    page = {"id": "1", "url": "https://kabar.test/1", "html_b64": b64encode(HTML.encode()).decode()}
    given = {
        "page.html": HTML,
        "pages/1.html": HTML,
        "articles.csv": "link,title,content\nhttps://kabar.test/2,Pasar,Pasar lama dibuka lagi.\n",
        "pages.jsonl": json.dumps(page),
        "my/kabar.toml": blocks("docs/how-to/add-an-outlet.md", "toml")[0],
    }
    for name, text in given.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")

    for arguments in ours():
        if not why_not_run(arguments):
            output = runs([PLACES.get(word, word) for word in arguments], monkeypatch, capfd)
            assert output, arguments


def runs(arguments, monkeypatch, capfd):
    """What it prints; in this process, which has loaded all that it needs."""
    if "<" in arguments:
        *arguments, _, name = arguments
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(Path(name).read_bytes())))
    code = run(_options_first(arguments))
    output = capfd.readouterr()
    assert code == OK, (arguments, output)
    return output.out


def test_every_name_that_the_glossary_gives_is_in_the_code():
    cells = re.findall(r"\| ([^|\n]*) \|$", text_of("docs/glossary.md"), re.MULTILINE)
    names = {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for package in ("flows", "kliping", "parsers", "warehouse")
        for path in (CHECKOUT / package).rglob("*")
        if path.suffix in {".py", ".sql", ".toml"}
    )
    words = {*re.findall(r"\w+", code), *(path.name for path in CHECKOUT.glob("*/*"))}

    assert len(names) > 20
    assert [name for name in names if not {*re.findall(r"\w+", name)} <= words] == []


def text_of(name):
    return (CHECKOUT / name).read_text(encoding="utf-8")


def test_the_page_of_the_command_line_is_what_help_prints():
    assert split_at_mark("cli.md")[1] == cli_page()


def test_the_page_of_the_api_is_what_its_docstrings_say(store):
    assert split_at_mark("api.md")[1] == api_page(store)


def test_the_page_of_the_schema_is_what_the_database_says(store):
    assert split_at_mark("schema.md")[1] == schema_page(store)


def test_the_page_of_source_files_has_each_key_with_its_default():
    rows = re.findall(
        r"^\| `(\w+)` \| [^|]+ \| `?([^|`]+)`? \|", text_of("docs/sources.md"), re.MULTILINE
    )
    models = (source.Source, source.Discover, source.Fetch, source.ArticleRule)
    fields = [
        (field.alias or name, default_of(field))
        for model in models
        for name, field in model.model_fields.items()
        if name not in {"discover", "fetch", "article"}
    ]

    assert rows == fields


def default_of(field):
    """As TOML writes it."""
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    return "none" if value is None else json.dumps(value)


def test_the_source_files_that_are_shown_are_well_formed_and_the_last_has_every_key(tmp_path):
    files = []
    pages = ("docs/how-to/add-an-outlet.md", "docs/sources.md")
    for n, text in enumerate(text for page in pages for text in blocks(page, "toml")):
        path = tmp_path / f"{n}.toml"
        path.write_text(text, encoding="utf-8")
        files.append(source.read(path))

    assert [errors for _, errors in files] == [[], []]
    last = files[-1][0]
    for table in (last, last.discover, last.fetch):
        assert table.model_fields_set == set(type(table).model_fields)
    used = {key for rule in last.article for key in rule.model_fields_set}
    assert used == set(source.ArticleRule.model_fields)


FILE = re.compile(r"`((?:flows|parsers|warehouse|tests|benchmarks|docs)/[^`*<\s]*)`")


@pytest.mark.parametrize("page", DOCUMENTS)
def test_every_file_and_folder_that_a_page_names_is_there(page):
    named = FILE.findall(text_of(page))

    assert [path for path in named if not (CHECKOUT / path).exists()] == []


def test_each_step_of_the_architecture_names_a_function_of_its_module():
    steps = re.findall(
        r"^\| \d+ \| .* \| `([^`]+)` \| `(\w+)` \|$",
        text_of("docs/explanation/architecture.md"),
        re.MULTILINE,
    )

    assert len(steps) == 19
    assert [
        (module, name)
        for module, name in steps
        if not re.search(rf"^\s*(async )?def {name}\(", text_of(module), re.MULTILINE)
    ] == []


WITH_COMMANDS = [name for name in DECISIONS if blocks(name)]
MEASURED = re.compile(
    r"[\d.]+ (?=ms|s\b|MB)"
)  # what another run, or another machine, gives otherwise


@pytest.mark.slow
@pytest.mark.parametrize("name", WITH_COMMANDS, ids=lambda name: Path(name).stem[:4])
def test_the_command_of_a_decision_prints_what_it_says(name):
    path_of_programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    for command, printed in zip(blocks(name), blocks(name, "text"), strict=True):
        answer = subprocess.run(
            ["bash", "-c", command],
            cwd=CHECKOUT,
            env={**os.environ, "PATH": path_of_programs},
            capture_output=True,
            text=True,
            check=False,
        )

        assert answer.returncode == 0, answer.stderr
        assert MEASURED.sub("… ", answer.stdout) == MEASURED.sub("… ", printed)
