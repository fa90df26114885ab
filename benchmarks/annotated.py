"""Reads a corpus of annotated statements (one token a line, BILOU tags) as running text with spans."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MARKS = frozenset("”“")
NO_SPACE_BEFORE = frozenset(",.;:!?)%”]")
TIGHT = frozenset("/-")


@dataclass(frozen=True, slots=True)
class Span:
    tag: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    text: str
    spans: tuple[Span, ...]


def documents(path: Path) -> Iterator[Document]:
    """Every sentence outside quotation marks begins a paragraph."""
    yield from map(_document, _split(_sentences(path)))


def _sentences(path: Path) -> Iterator[list[tuple[str, str]]]:
    current: list[tuple[str, str]] = []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            token, _, tag = line.rstrip("\n").partition("\t")
            if token.strip():
                current.append((token, tag or "O"))
            elif current:
                yield current
                current = []
    if current:
        yield current


def _split(sentences: Iterator[list[tuple[str, str]]]) -> Iterator[list[list[tuple[str, str]]]]:
    """A dateline with the outlet's name begins a document."""
    document: list[list[tuple[str, str]]] = []
    for sentence in sentences:
        head = [token for token, _ in sentence[:6]]
        if "KOMPAS" in head and "—" in head and document:
            yield document
            document = []
        document.append(sentence)
    if document:
        yield document


def _document(sentences: list[list[tuple[str, str]]]) -> Document:
    text, spans, opened, inside, tag_start = "", [], None, False, 0
    for sentence in sentences:
        for index, (token, tag) in enumerate(sentence):
            if token in MARKS and tag.endswith("-STATEMENT"):
                inside = tag[0] != "B"  # the annotation knows which mark opens
            opening = token in MARKS and not inside
            begins = not inside and (opening or (not index and token not in MARKS))
            if text and begins and text[-1] != "\n":
                text += "\n"
            elif text:
                text += _gap(text, token, opening=opening, inside=inside)
            start = len(text)
            text += token
            if token in MARKS:
                inside = not inside
            if tag[:2] in {"B-", "U-"}:
                opened, tag_start = tag[2:], start
            if opened and tag[:2] in {"L-", "U-"}:
                spans.append(Span(opened, tag_start, len(text)))
                opened = None
    return Document(text, tuple(spans))


def _gap(text: str, token: str, *, opening: bool, inside: bool) -> str:
    last = text[-1]
    if last in MARKS and inside and (len(text) < 2 or text[-2].isspace()):
        return ""
    if opening:
        return " "
    is_tight = token in NO_SPACE_BEFORE | MARKS | TIGHT or last in TIGHT or last in "(["
    return "" if is_tight else " "
