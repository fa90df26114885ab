"""`kliping init`: makes a home with its file of outlets, and says what its runs would request."""

from __future__ import annotations

import asyncio
import re
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import typer

from flows.home_file import NAME, STARTER, home_file_text, valid_contact
from flows.jobs.outlet_check import check_outlets
from flows.settings import Settings, from_environment
from kliping.cli.app import FAILED, OK, UsageError, program, valid_names
from kliping.cli.store import DemoRefusedError, has_demo
from kliping.output import Format, say, show
from parsers.source import Source, load
from warehouse.archive.signatures import FILE as KEY
from warehouse.archive.signatures import make_key, read_key
from warehouse.disk import make_folder

OTHER_HOME = Path("~/kliping")
NO_CHANNELS = "the sitemaps of robots.txt, or the front page"


def set_up(
    settings: Settings, contact: str | None, outlets: str | None, *, yes: bool, is_home_given: bool
) -> int:
    """Ask for what is missing, show the plan, make the home, check the network. Returns the exit code.

    Raises UsageError for a home that is set up already, and for options that are wrong, or missing where nobody can be asked.
    """
    all_sources = load(settings.source_folders)  # a home that is refused gets no copy of them
    may_ask = sys.stdin.isatty() and not yes
    if not may_ask:
        _require({"--contact": contact, "--outlets": outlets, "--yes": yes})
    folder = str(settings.home)
    if may_ask and not is_home_given:
        default = folder if _is_free(folder) else str(OTHER_HOME.expanduser())
        folder = _answer("Home, the folder for all data", default, free_home)
    home = free_home(folder)
    if contact is None:
        question = "Contact, a page or an e-mail address for publishers"
        contact = _answer(question, settings.contact, valid_contact)
    contact = _contact(contact)
    names = _ask_outlets(all_sources, outlets)
    settings = settings.model_copy(update={"home": home, "contact": contact})
    _print_plan(settings, [all_sources[name] for name in names], len(all_sources))
    if may_ask and not typer.confirm("\nMake this home, and ask each outlet for robots.txt?", True):
        return FAILED
    _write(home, home_file_text(contact, names, all_sources))
    _switch_on_topics(settings)
    _print_network(settings, [all_sources[name] for name in names])
    _print_next(home)
    return OK


def _require(options: Mapping[str, object]) -> None:
    if missing := [name for name, value in options.items() if not value]:
        raise UsageError(f"without a terminal to ask on, {', '.join(missing)} must be given too")


def _answer(question: str, default: str | None, read: Callable[[str], object]) -> str:
    """Ask until the answer can be read."""

    def check(text: str) -> str:
        try:
            return str(read(text))
        except (ValueError, UsageError) as error:
            raise typer.BadParameter(str(error)) from error

    return str(typer.prompt(question, default=default, value_proc=check))


def _contact(text: str) -> str:
    try:
        return valid_contact(text)
    except ValueError as error:
        raise UsageError(f"--contact: {error}") from error


def free_home(text: str) -> Path:
    """The folder, which may exist. Raises UsageError if it is set up already, or has the demo's articles."""
    home = Path(text).expanduser().absolute()
    if home.exists() and not home.is_dir():
        raise UsageError(f"{home} is a file; name a folder")
    if (home / NAME).exists():
        raise UsageError(f"{home} is set up already; edit {home / NAME}, or name another --home")
    try:
        is_demo = has_demo(home)
    except DemoRefusedError:  # real articles, of a home without this file
        is_demo = False
    if is_demo:
        raise UsageError(f"{home} has the invented articles of the demo; name another --home")
    return home


def _is_free(folder: str) -> bool:
    try:
        return bool(free_home(folder))
    except UsageError:
        return False


def _ask_outlets(all_sources: Mapping[str, Source], outlets: str | None) -> list[str]:
    if outlets:
        return outlet_names(outlets, all_sources)
    print()
    say(
        f"{len(all_sources)} outlets are described. To start with, eight that were seen to work: {', '.join(STARTER)}.",
        sys.stdout,
    )

    def read(text: str) -> str:
        return ",".join(outlet_names(text, all_sources))

    answer = _answer("Outlets: `starter` for these, `all`, or names", "starter", read)
    return answer.split(",")


def outlet_names(text: str, all_sources: Mapping[str, Source]) -> list[str]:
    """The names that the text means, sorted; `all` leaves out those whose `terms` ask for permission. Raises UsageError."""
    if text.strip() == "all":
        return sorted(name for name, source in all_sources.items() if source.terms is None)
    words = re.findall(r"[^\s,]+", text)
    names = valid_names(STARTER if words == ["starter"] else words, all_sources)
    if not names:
        raise UsageError("name at least one outlet, `starter` or `all`")
    return sorted(names)


def _print_plan(settings: Settings, sources: Sequence[Source], n_known: int) -> None:
    print(f"\nHome     {settings.home}")
    print(f"Contact  {settings.contact}")
    print(f"Outlets  {len(sources)} of {n_known}\n")
    rows = [
        {
            "outlet": source.name,
            "asked at each ingest": _channels(source),
            "pause": f"{source.fetch.delay_seconds:g} s",
        }
        for source in sources
    ]
    show(rows, Format.TABLE)
    print()
    say(
        "`kliping ingest` asks for these and then for each new article, once. `kliping revisit` asks again for "
        "articles of the last four weeks, at most 100 of an outlet. Each host gets one request at a time, with the "
        "pause after it, and robots.txt is obeyed and asked for once a day. Nothing is requested between runs.",
        sys.stdout,
    )
    for source in sources:
        if source.terms:
            say(f"{source.name}: {source.terms}", sys.stdout)


def _channels(source: Source) -> str:
    found = source.discover
    counts = {
        "feed": len(found.feeds),
        "sitemap": len(found.sitemaps),
        "listing": len(found.index) + bool(found.wordpress),
    }
    parts = [f"{n} {kind}{'s' if n > 1 else ''}" for kind, n in counts.items() if n]
    return ", ".join(parts) or NO_CHANNELS


def _write(home: Path, text: str) -> None:
    make_folder(home)
    with (home / NAME).open("x", encoding="utf-8") as file:
        file.write(text)
    if not read_key(home):
        make_key(home)
    print()
    say(f"Wrote {home / NAME}, which you can edit, and {KEY}, which signs the archive.", sys.stdout)


def _switch_on_topics(settings: Settings) -> None:
    """The sixteen of the sample, in a new home: where articles are already, their topics stay as they are."""
    from warehouse.write.topics import write_sample

    home = settings.home
    has_articles = settings.warehouse or (home / "kliping.duckdb").exists()
    if has_articles or settings.topics or (home / "topics").exists():
        return
    say(f"Wrote {write_sample(home)}: sixteen topics, which you can edit.", sys.stdout)


def _print_network(settings: Settings, sources: Sequence[Source]) -> None:
    checks = asyncio.run(check_outlets(settings, sources))
    if not any(check.is_reached for check in checks):
        first = f"{checks[0].source_id}: {checks[0].text}"
        say(f"No outlet can be reached from here. {first}", sys.stdout)
        return
    print("\nThe network, by one request to each outlet:\n")
    show([{"outlet": check.source_id, "answer": check.text} for check in checks], Format.TABLE)


def _print_next(home: Path) -> None:
    print("\nNext")
    if from_environment().home != home:
        print(f"  export KLIPING_HOME={shlex.quote(str(home))}")
    print(f"  {program()} ingest --limit 20  # at most 20 pages each\n  {program()} status")
