"""Commands that read a page or a draft, and store nothing."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Argument, Option

from kliping.cli.app import (
    FAILED,
    OK,
    READ,
    UsageError,
    app,
    chosen_sources,
    load_sources,
    published_copy,
    require_address,
)
from kliping.output import Format, print_styled, printable, to_json

if TYPE_CHECKING:
    from kliping.proofreading.findings import Finding

LONGEST = 100  # characters of what a draft says
NOTHING_TO_CHECK = (
    "{} has nothing to check: no quote of three words, no statement with its speaker, no figure"
    " with a unit; give the text of an article"
)


class NoArticleError(ValueError):
    """A page was read, and is no article; the message has the reason."""

    exit_code = FAILED


@app.command(rich_help_panel=READ)
def parse(
    ctx: typer.Context,
    file: Annotated[str, Argument(help="An HTML or text file, or - for standard input.")],
    url: Annotated[str | None, Option(help="Address of the page.")] = None,
    source: Annotated[str | None, Option(help="Its source.")] = None,
    form: Annotated[
        Format | None, Option("--format", help="Default: table on a terminal, else JSON.")
    ] = None,
) -> None:
    """One page as an article with its facts, without database."""
    from flows.jobs.import_files import ImportOptions, parse_bytes
    from kliping.cli.article_view import show_article
    from parsers.article import Rejected

    if form is Format.CSV:
        raise UsageError("an article has no CSV; use --format json or table")
    require_address(url)
    all_sources, _ = chosen_sources(ctx.obj, [source] if source else None)
    body = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    options = ImportOptions(source_id=source, url=url)
    try:
        article = parse_bytes(body, Path(file), options, all_sources)
    except Rejected as error:
        raise NoArticleError(f"{file} is no article ({error}); give an article's page") from error
    if form is Format.TABLE or (form is None and sys.stdout.isatty()):
        show_article(article)
    else:
        print(to_json(article))


@app.command(rich_help_panel=READ, hidden=True)
def extract(
    ctx: typer.Context,
    jsonl: Annotated[bool, Option("--jsonl", help="JSON lines: the only format.")] = False,
) -> int:
    """Pages in lines of {id, url, html_b64}, to lines of {id, title, body, authors, published, lang}.

    A line that cannot be read gives {id, error}, and at the end exit code 1.
    """
    from orjson import OPT_APPEND_NEWLINE, dumps

    from kliping.cli.extract_jsonl import answers

    if not jsonl:
        raise UsageError("add --jsonl: there is no other format")
    code = OK
    for answer in answers(sys.stdin.buffer, load_sources(ctx.obj)):
        code = FAILED if "error" in answer else code
        sys.stdout.buffer.write(dumps(answer, option=OPT_APPEND_NEWLINE))
        sys.stdout.buffer.flush()
    return code


@app.command(rich_help_panel=READ)
def proofread(
    ctx: typer.Context,
    file: Annotated[
        str, Argument(metavar="DRAFT", help="A Markdown or text file, or - for standard input.")
    ],
    form: Annotated[
        Format, Option("--format", help="table: for people; json: docs/how-to/check-a-draft.md.")
    ] = Format.TABLE,
) -> int:
    """Look up the quotes and figures of a draft in what is published."""
    from kliping.proofreading.report import as_rows
    from kliping.reading.draft_lookups import DraftLookups
    from kliping.reading.proofread import proofread as find

    if form is Format.CSV:
        raise UsageError("findings have no CSV; use --format json or table")
    draft = _read(file)
    with published_copy(ctx.obj) as reader:
        findings = find(draft, DraftLookups(reader))
    if not findings:
        raise UsageError(
            NOTHING_TO_CHECK.format("standard input" if file == "-" else printable(file))
        )
    if form is Format.JSON:
        print(to_json(as_rows(findings)))
    else:
        _show_findings(findings)
    return FAILED if any(finding.is_right is False for finding in findings) else OK


def _read(file: str) -> str:
    """Raises UsageError."""
    raw: Any = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        return str(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UsageError(f"{printable(file)} is no text in UTF-8; save it as such") from error


def _show_findings(findings: Sequence[Finding]) -> None:
    """Print each finding with its source, how many there are of each verdict, and what was not compared."""
    others = [finding for finding in findings if finding.is_right is None]
    findings = [finding for finding in findings if finding.is_right is not None]
    for finding in findings:
        style = "bold green" if finding.is_right else "bold red"
        print_styled(" ".join(_head(finding).split()), style)
        for line in _details(finding):
            print_styled(f"    {line}")
    counts = Counter(str(finding.verdict) for finding in findings)
    print(f"{len(findings)} checked: " + ", ".join(f"{n} {name}" for name, n in counts.items()))
    for kind, of_kind in groupby(sorted(others, key=_kind), key=_kind):
        places = ", ".join(
            f"{finding.claim.text} (line {finding.claim.line})" for finding in of_kind
        )
        print(printable(f"not compared: {kind}: {places}"))


def _kind(finding: Finding) -> str:
    return str(finding.claim.kind)


def _head(finding: Finding) -> str:
    claim = finding.claim
    text = claim.text if len(claim.text) <= LONGEST else f"{claim.text[: LONGEST - 1]}…"
    speaker = f" — {claim.speaker}" if claim.speaker and str(claim.speaker) else ""
    return f"line {claim.line} {claim.kind} {finding.verdict}: {text}{speaker}"


def _details(finding: Finding) -> Iterator[str]:
    from kliping.proofreading.report import mark_differences

    if finding.differences:
        yield mark_differences(finding.differences)
    if finding.note:
        yield finding.note
    if source := finding.source:
        article = source.article
        yield f"{article.day} · {article.outlet} · {article.url or article.article_id}"
        record = f"{article.warc_file} at {article.warc_offset}" if article.warc_file else "none"
        yield (
            f"version {article.version_no}, characters {source.char_start}–{source.char_end},"
            f" record {record}"
        )
