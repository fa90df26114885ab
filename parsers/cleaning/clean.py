"""Lines of an article to its clean text, with everything taken away kept as labelled spans and rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from parsers.article import ArticleLink, Removed
from parsers.cleaning import boilerplate
from parsers.cleaning.dateline import find_dateline
from parsers.html.blocks import Anchor
from parsers.source import Source

LINKED = 0.7  # the share of a line's text in links from which the line is a link
NEAR_HEAD = 4  # lines among which the headline is sometimes said again


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the article as published; `wanted` is the reader's opinion that it is of the text."""

    text: str
    kind: str = "text"
    anchors: tuple[Anchor, ...] = ()
    wanted: bool = True

    @property
    def is_linked(self) -> bool:
        return sum(len(a.text) for a in self.anchors) > LINKED * len(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    source_text: str
    body_text: str
    kinds: tuple[str, ...]  # of the paragraphs
    removed: tuple[Removed, ...]
    links: tuple[ArticleLink, ...]
    dateline: str | None
    credits: tuple[str, ...]  # lines that name who wrote and edited
    syndicated_from: str | None


@dataclass(slots=True)
class _Sheet:
    """The article while it is being cleaned."""

    lines: Sequence[Line]
    spans: list[Removed] = field(default_factory=list)
    links: list[ArticleLink] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)


def clean(
    lines: Sequence[Line],
    source: Source,
    *,
    headline: str | None = None,
    language: str | None = None,
    repeated: frozenset[str] = frozenset(),
) -> Cleaned:
    """The text as published, the text as read, and the difference between them.

    Deleting the removed spans from `source_text`, trimming its lines and dropping the empty ones gives `body_text`.
    """
    source_text = "\n".join(line.text for line in lines if line.kind != "aside")
    labels = _labels(lines, headline, indonesian=language in {"id", "ms"}, repeated=repeated)
    kept = [
        i
        for i, (line, label) in enumerate(zip(lines, labels, strict=True))
        if label is None and line.text.strip()
    ]
    dateline = find_dateline(lines[kept[0]].text, source) if kept else None
    sheet, start = _Sheet(lines), 0
    for i, (line, label) in enumerate(zip(lines, labels, strict=True)):
        if label == "aside":
            sheet.links.extend(_related(line, line.text, len(sheet.body), None))
            continue
        if label is not None:
            _remove(sheet, line, label, start)
        elif line.text.strip():
            first, last = bool(kept) and i == kept[0], bool(kept) and i == kept[-1]
            head = len(dateline.prefix) if first and dateline else 0
            tail = _tail(line.text, indonesian=language in {"id", "ms"}) if last else []
            _keep(sheet, line, start, head, tail)
        start += len(line.text) + 1
    return Cleaned(
        source_text=source_text,
        body_text="\n".join(sheet.body),
        kinds=tuple(sheet.kinds),
        removed=tuple(sheet.spans),
        links=tuple(sheet.links),
        dateline=dateline.text if dateline else None,
        credits=tuple(s.text for s in sheet.spans if s.kind == "editor_credit"),
        syndicated_from=_syndicated(sheet.spans),
    )


def _labels(
    lines: Sequence[Line], headline: str | None, *, indonesian: bool, repeated: frozenset[str]
) -> list[str | None]:
    """For each line the kind of noise it is, or None; a bare `Baca Juga` takes the linked lines after it along."""
    labels: list[str | None] = []
    after_label, seen, title = False, 0, _letters(headline)
    for line in lines:
        if line.kind == "aside":
            labels.append("aside")
            continue
        text = line.text.strip()
        label = "embed" if line.kind == "embed" else None
        if label is None and text:
            label = boilerplate.kind_of(
                text, linked=line.is_linked, caption=line.kind == "caption", indonesian=indonesian
            )
        if label is None and seen < NEAR_HEAD and title and _letters(text) == title:
            label = "boilerplate"
        if label is None and text and after_label and line.is_linked:
            label = "related_link"
        elif text:
            found = boilerplate.related(text, linked=line.is_linked)
            after_label = bool(found and not found["title"])
        if (
            label is None and text and (text in repeated or not line.wanted)
        ):  # last: what has a better name is not counted
            label = "boilerplate"
        seen += bool(text)
        labels.append(label)
    return labels


def _letters(text: str | None) -> str:
    return "".join(re.findall(r"\w+", (text or "").casefold()))


def _remove(sheet: _Sheet, line: Line, label: str, start: int) -> None:
    text = line.text.strip()
    at = start + line.text.index(text)
    sheet.spans.append(Removed(kind=label, start=at, end=at + len(text), text=text))
    if label == "related_link":
        sheet.links.extend(_related(line, text, len(sheet.body), at))


def _related(line: Line, text: str, after: int, at: int | None) -> Iterator[ArticleLink]:
    """`at` is where the line stands in the source text; None for what stands beside it."""
    found = boilerplate.related(text, linked=line.is_linked)
    label, title = (found["label"], found["title"].strip(" |")) if found else (None, text)
    if not title or (at is None and not found):
        return
    hrefs = {a.href: a.text for a in line.anchors}
    many = len(hrefs) > 1 and sum(len(t) for t in hrefs.values()) > LINKED * len(title)
    for href, words in hrefs.items() if many else [(next(iter(hrefs), None), title)]:
        yield ArticleLink(
            rel="related",
            label=label,
            title=words,
            href=href,
            after_paragraph=after,
            start=at,
            end=None if at is None else at + len(text),
        )


def _keep(
    sheet: _Sheet, line: Line, start: int, head: int, tail: list[tuple[str, int, int]]
) -> None:
    text = line.text
    end = tail[0][1] if tail else len(text)
    if head:
        sheet.spans.append(
            Removed(kind="dateline", start=start, end=start + head, text=text[:head])
        )
    sheet.spans.extend(
        Removed(kind=kind, start=start + a, end=start + b, text=text[a:b]) for kind, a, b in tail
    )
    if rest := text[head:end].strip():
        sheet.body.append(rest)
        sheet.kinds.append(line.kind)
        sheet.links.extend(
            ArticleLink(rel="inline", title=a.text, href=a.href, after_paragraph=len(sheet.body))
            for a in line.anchors
        )


def _tail(text: str, *, indonesian: bool) -> list[tuple[str, int, int]]:
    """End marks and codes at the end of the last line, in order: `.(ant/rmd)*`."""
    found: list[tuple[str, int, int]] = []
    end = len(text.rstrip())
    patterns = [
        ("end_mark", boilerplate.END_MARK),
        *([("editor_credit", boilerplate.END_CODE)] if indonesian else []),
    ]
    while True:
        hit = next(
            ((kind, m) for kind, p in patterns if (m := p.search(text[:end])) and m.start() > 0),
            None,
        )
        if hit is None:
            return found[::-1]
        kind, m = hit
        start = m.start() + len(m[0]) - len(m[0].lstrip())
        found.append((kind, start, end))
        end = len(text[:start].rstrip())


def _syndicated(spans: Iterable[Removed]) -> str | None:
    """Whose article this is a copy of, where a removed line says so."""
    return next(
        (m["who"].rstrip(" .") for s in spans if (m := boilerplate.SYNDICATED.match(s.text))), None
    )
