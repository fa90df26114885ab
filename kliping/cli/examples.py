"""The end of every command's help: examples, which the tests run, and the exit codes it can give."""

from __future__ import annotations

import typer

from kliping.cli.app import BUSY, FAILED, INTERRUPTED, LATER, OK, USAGE

EXAMPLES = {
    "demo": ("kliping --home demo demo",),
    "init": ("kliping init --contact a@b.id --outlets kompas --yes",),
    "sql": (
        "kliping sql 'SELECT day, headline FROM mart.articles'",
        "kliping sql 'FROM mart.data_dictionary' --format csv",
    ),
    "report": (
        "kliping report",
        "kliping report speakers --since last-month",
        "kliping report --output week.html",
    ),
    "search": (
        "kliping search banjir",
        "kliping search '\"pekerja migran\" upah' --since 7d",
        "kliping search speaker:menteri -- -banjir",
    ),
    "attention": (
        "kliping attention banjir",
        "kliping attention 'migran -upah' --per source",
    ),
    "edits": ("kliping edits", "kliping edits --since last-week --words"),
    "person": ("kliping person Maria Tandirerung", "kliping person maria"),
    "event": ("kliping event sebatik perahu", "kliping event '\"pekerja migran\"' --since 2026-10"),
    "explain": ("kliping explain URL", "kliping explain URL --text"),
    "parse": ("kliping parse page.html", "kliping parse - --url URL < page.html"),
    "proofread": ("kliping proofread DRAFT.md", "kliping proofread - --format json < DRAFT.md"),
    "study": (
        "kliping study free-meals.toml --offline",
        "kliping study --check free-meals",
    ),
    "export": (
        "kliping export corpus",
        "kliping export corpus --since 2026-11 --csv",
        "kliping export corpus --with-text --for research",
        "kliping export --sqlite news.sqlite",
    ),
    "topics check": ("kliping topics check", "kliping topics check tppo"),
    "topics sample": ("kliping --home new topics sample",),
    "people review": (
        "kliping people review",
        "kliping people review --limit 50 --format json",
    ),
    "sample": (
        "kliping sample quotes --limit 100 --output quotes.csv",
        "kliping sample --read quotes.csv",
    ),
    "prove": ("kliping prove", "kliping prove URL --output proof.json"),
    "evidence": (
        "kliping evidence URL --output evidence.wacz",
        "kliping evidence URL --event --output event.wacz",
    ),
    "mcp": ("kliping mcp",),
    "web": ("kliping web --port 8484",),
    "watch check": ("kliping watch check", "kliping watch check --since 30d --format json"),
    "watch run": ("kliping watch run",),
    "extract": ("kliping extract --jsonl < pages.jsonl",),
    "ingest": ("kliping ingest", "kliping ingest kompas --limit 20"),
    "backfill": (
        "kliping backfill kompas --since last-week --dry-run",
        "kliping backfill kompas --since 2026-10",
        "kliping backfill kompas --since 7d --match banjir",
    ),
    "revisit": ("kliping revisit", "kliping revisit kompas --limit 20"),
    "fetch": ("kliping fetch URL", "kliping fetch --from addresses.csv"),
    "import": (
        "kliping import page.html --url URL",
        "kliping import pages",
        "kliping import articles.csv --dry-run",
        "kliping import articles.csv --map headline=judul",
    ),
    "sources list": ("kliping sources list", "kliping sources list --format csv"),
    "sources show": ("kliping sources show kompas",),
    "sources check": ("kliping sources check", "kliping sources check --sources my-outlets"),
    "sources probe": ("kliping sources probe URL --output my-outlets",),
    "sources verify": (
        "kliping sources verify",
        "kliping sources verify kompas --format json",
    ),
    "sources audit": ("kliping sources audit kompas --days 7 --seed 7",),
    "check": ("kliping check", "kliping check --format json"),
    "status": ("kliping status", "kliping status --source kompas --all"),
    "lake init": ("kliping lake init",),
    "doctor": ("kliping doctor", "kliping doctor --format json"),
    "maintain": ("kliping maintain", "kliping maintain kompas --keep-days 365"),
    "forget": ("kliping forget URL --yes", "kliping forget --run RUN --yes"),
    "rebuild": ("kliping rebuild",),
    "reparse": ("kliping reparse --dry-run", "kliping reparse kompas"),
    "publish": ("kliping publish",),
    "quarantine list": ("kliping quarantine list",),
    "quarantine retry": (
        "kliping quarantine retry ID",
        "kliping quarantine retry --source kompas --refetch",
    ),
    "quarantine ignore": ("kliping quarantine ignore ID",),
}
MEANINGS = {
    OK: "all well",
    FAILED: "something failed; a line for each says what",
    USAGE: "wrong usage or setting, or nothing is stored yet",
    BUSY: "another run of this machine holds the source",
    LATER: "try later: the disk is full, or a database open",
    INTERRUPTED: "stopped by Ctrl-C (129 by SIGHUP, 143 by SIGTERM)",
}
READS = (OK, FAILED, USAGE, INTERRUPTED)
WAITS = (OK, FAILED, USAGE, LATER, INTERRUPTED)
WRITES = tuple(MEANINGS)
EXIT_CODES = {
    **dict.fromkeys(("sql", "report", "search", "attention", "explain", "proofread"), READS),
    **dict.fromkeys(("edits", "person", "event", "check"), READS),
    **dict.fromkeys(
        ("export", "doctor", "prove", "evidence", "topics check", "sources probe", "sources audit"),
        READS,
    ),
    **dict.fromkeys(("watch check", "watch run", "people review", "quarantine list"), READS),
    **dict.fromkeys(
        ("status", "publish", "quarantine ignore", "sources verify", "lake init"), WAITS
    ),
    **dict.fromkeys(
        ("topics sample", "sources list", "sources show", "sources check"), (OK, USAGE)
    ),
    **dict.fromkeys(("parse", "extract"), (OK, FAILED, USAGE)),
    "mcp": (OK, USAGE, INTERRUPTED),
}
SPECIAL = {  # what a code says of one command
    ("mcp", OK): "the client closed standard input",
    ("mcp", USAGE): "wrong usage, nothing published, or no extra mcp",
    ("sources verify", FAILED): "something is broken; the table says what",
    ("sources verify", LATER): "try later: no outlet answers",
    ("check", FAILED): "something is bad; the table says what",
    ("event", FAILED): "no event is found",
    ("status", FAILED): "something is wrong; the table says what",
    ("sources audit", FAILED): "the listings of a day could not be read",
    ("doctor", FAILED): "somebody has to do something; the table says what",
    ("topics check", FAILED): "a topic has half of all articles or more",
    ("explain", FAILED): "nothing is known of it",
    ("evidence", FAILED): "the archive has no record of it any more",
    ("prove", FAILED): "no record of it is sealed",
    ("proofread", FAILED): "a finding is not as an outlet published it",
    ("proofread", USAGE): "wrong usage, or nothing published or to check",
    ("watch check", FAILED): "a watch cannot be used",
    ("watch run", FAILED): "a watch or a destination failed; a line says why",
    ("parse", FAILED): "the page is no article",
    ("extract", FAILED): "a line could not be read",
    ("lake init", FAILED): "something is missing; the commands that make it are printed",
    ("publish", FAILED): "a check found an error; nothing was published",
}


def epilog(command: str) -> str:
    """Examples and exit codes, whose lines are not to be joined: that is what the control characters say."""
    examples = "\n".join(f"  {example}" for example in EXAMPLES.get(command, ()))
    codes = "\n".join(
        f"  {code:<3}  {SPECIAL.get((command, code), MEANINGS[code])}"
        for code in EXIT_CODES.get(command, WRITES)
    )
    return f"\b\nExamples:\n{examples}\n\n\b\nExit codes:\n{codes}"


def add_epilogs(app: typer.Typer, group: str = "") -> None:
    """To all commands of an app and of its groups."""
    for command in app.registered_commands:
        name = command.name or getattr(command.callback, "__name__", "")
        command.epilog = epilog(f"{group} {name}".strip())
    for each in app.registered_groups:
        if each.typer_instance:
            add_epilogs(each.typer_instance, str(each.name))
