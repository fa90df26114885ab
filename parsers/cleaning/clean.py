"""The clean text of an article's lines; what is removed is recorded as labelled spans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from parsers.article import ArticleLink, Removed
from parsers.cleaning import boilerplate
from parsers.cleaning.beside import is_title, with_neighbours
from parsers.cleaning.dateline import head_dateline, split_dateline
from parsers.fields.credits import is_marked, may_credit
from parsers.html.blocks import Anchor
from parsers.source import Source
from parsers.text.normalize import letters

LINKED = 0.7  # from this share of its text in links, a line counts as a link
NEAR_HEAD = 4  # lines among which the headline is sometimes repeated
NEAR_END = 2  # paragraphs between a credit without a colon and an end of the text
INDONESIAN = frozenset({"id", "ms"})  # Malay pages use the same labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the article as published."""

    text: str
    kind: str = "text"
    anchors: tuple[Anchor, ...] = ()
    wanted: bool = True  # the stage that found the body takes it for part of the text

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
class _Parts:
    """What has been collected so far while an article is cleaned."""

    spans: list[Removed] = field(default_factory=list)
    links: list[ArticleLink] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    credits: list[tuple[str, int]] = field(default_factory=list)  # with the paragraphs before each


def clean(
    lines: Sequence[Line],
    source: Source,
    *,
    headline: str | None = None,
    language: str | None = None,
    repeated: frozenset[str] = frozenset(),
) -> Cleaned:
    """The text as published, the clean text, and the difference between them.

    Deleting the removed spans from `source_text`, trimming its lines and dropping the empty ones
    gives `body_text`.
    """
    is_indonesian = language in INDONESIAN
    labels = _labels(lines, headline, indonesian=is_indonesian, repeated=repeated)
    text_lines = [i for i, line in enumerate(lines) if labels[i] is None and line.text.strip()]
    above = split_dateline([lines[i].text for i in text_lines[:2]])
    for i in text_lines[:2] if above else ():
        labels[i] = "dateline"
    found = None if above else head_dateline([lines[i].text for i in text_lines], source)
    dateline, dateline_line = (found[1], text_lines[found[0]]) if found else (None, None)
    parts, start = _Parts(), 0
    for i, (line, label) in enumerate(zip(lines, labels, strict=True)):
        if label == "aside":
            parts.links.extend(_related(line, line.text, len(parts.body), None))
            continue
        if label is not None:
            _remove(parts, line, label, start)
        elif line.text.strip():
            head = len(dateline.prefix) if dateline and i == dateline_line else 0
            tail = _tail(line.text, indonesian=is_indonesian) if i == text_lines[-1] else []
            _add_paragraph(parts, line, start, head, tail)
        start += len(line.text) + 1
    return Cleaned(
        source_text="\n".join(line.text for line in lines if line.kind != "aside"),
        body_text="\n".join(parts.body),
        kinds=tuple(parts.kinds),
        removed=tuple(parts.spans),
        links=tuple(parts.links),
        dateline=dateline.text if dateline else above,
        credits=tuple(
            text
            for text, n_before in parts.credits
            if is_marked(text) or not NEAR_END < n_before < len(parts.body) - NEAR_END
        ),
        syndicated_from=_syndicated_from(parts.spans),
    )


def _labels(
    lines: Sequence[Line], headline: str | None, *, indonesian: bool, repeated: frozenset[str]
) -> list[str | None]:
    """Why each line is removed; None for lines of the text.

    After a `Baca Juga` without a title, the linked lines that follow are related links too, or the line
    that is written as a title. Captions are the text where there is no other.
    """
    labels: list[str | None] = []
    after_label, seen, title = False, 0, letters(headline)
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
        if label is None and seen < NEAR_HEAD and title and letters(text) == title:
            label = "boilerplate"
        if label is None and text and after_label and (line.is_linked or is_title(text)):
            label, after_label = "related_link", line.is_linked
        elif text:
            found = boilerplate.related(text, linked=line.is_linked)
            after_label = bool(found and not found["title"])
        # Last, so that a more specific label is not replaced.
        if label is None and text and (text in repeated or not line.wanted):
            label = "boilerplate"
        seen += bool(text)
        labels.append(label)
    labels = with_neighbours([line.text.strip() for line in lines], labels)
    has_text = any(x is None and line.text.strip() for x, line in zip(labels, lines, strict=True))
    captions = {i for i, x in enumerate(labels) if x == "caption" and lines[i].wanted}
    return labels if has_text else [None if i in captions else x for i, x in enumerate(labels)]


def _remove(parts: _Parts, line: Line, label: str, start: int) -> None:
    text = line.text.strip()
    at = start + line.text.index(text)
    parts.spans.append(Removed(kind=label, start=at, end=at + len(text), text=text))
    if label == "editor_credit" and may_credit(text, line.kind, line.anchors):
        parts.credits.append((text, len(parts.body)))
    if label == "related_link":
        parts.links.extend(_related(line, text, len(parts.body), at))


def _related(line: Line, text: str, after: int, at: int | None) -> Iterator[ArticleLink]:
    """`at` is the line's position in the source text; None if it is not in it."""
    found = boilerplate.related(text, linked=line.is_linked)
    label, title = (
        (found["label"], boilerplate.bare_title(found["title"])) if found else (None, text)
    )
    if not title or (at is None and not found):
        return
    hrefs = {a.href: a.text for a in line.anchors}
    many = len(hrefs) > 1 and sum(len(t) for t in hrefs.values()) > LINKED * len(title)
    for href, text_of_link in hrefs.items() if many else [(next(iter(hrefs), None), title)]:
        yield ArticleLink(
            rel="related",
            label=label,
            title=text_of_link,
            href=href,
            after_paragraph=after,
            start=at,
            end=None if at is None else at + len(text),
        )


def _add_paragraph(
    parts: _Parts, line: Line, start: int, head: int, tail: list[tuple[str, int, int]]
) -> None:
    """A line without its dateline (the first `head` characters) and its end marks (`tail`)."""
    text = line.text
    end = tail[0][1] if tail else len(text)
    if head:
        parts.spans.append(
            Removed(kind="dateline", start=start, end=start + head, text=text[:head])
        )
    parts.spans.extend(
        Removed(kind=kind, start=start + a, end=start + b, text=text[a:b]) for kind, a, b in tail
    )
    parts.credits.extend(
        (text[a:b], len(parts.body)) for kind, a, b in tail if kind == "editor_credit"
    )
    if rest := text[head:end].strip():
        parts.body.append(rest)
        parts.kinds.append(line.kind)
        parts.links.extend(
            ArticleLink(rel="inline", title=a.text, href=a.href, after_paragraph=len(parts.body))
            for a in line.anchors
        )


def _tail(text: str, *, indonesian: bool) -> list[tuple[str, int, int]]:
    """End marks and codes at the end of the last line, in order: `.(ant/rmd)*`."""
    spans: list[tuple[str, int, int]] = []
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
            return spans[::-1]
        kind, m = hit
        start = m.start() + len(m[0]) - len(m[0].lstrip())
        spans.append((kind, start, end))
        end = len(text[:start].rstrip())


def _syndicated_from(spans: Iterable[Removed]) -> str | None:
    """The outlet that a removed line names as the origin of the article."""
    return next(
        (m["who"].rstrip(" .") for s in spans if (m := boilerplate.SYNDICATED.match(s.text))), None
    )
