"""Manuscripts: the invented articles, from which the newsroom makes its pages.

A manuscript is a TOML file whose `text` has one block a line. A line is a paragraph unless it begins with `## `
(subheading) or `- ` (list item). Parts that belong to the page and not to the article have a label:
`[dateline:…]`, `[related_link:Baca Juga: Title -> slug]`, `[editor_credit:…]`, `[end_mark:*]`, `[ad:…]`, `[caption:…]`.
`[image:1]` places the second image, `[related_table:…]` a table of links that the outlet's `drop` selectors cut.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from kliping.sql_files import toml

HERE = Path(__file__).parent
ARTICLES = HERE / "articles"
KINDS = "dateline|related_link|related_table|editor_credit|end_mark|ad|caption|image"
LABEL = re.compile(rf"\[({KINDS}):([^\]]*?)(?: -> ([^\]\s]+))?\]")
MARKS = {"## ": "subheading", "- ": "list_item"}
EMPHASIS = re.compile(r"</?(?:em|strong)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of one line; `kind` is `text`, or says why it is not part of the article."""

    kind: str
    text: str
    target: str | None = None  # the slug a related link leads to

    @property
    def plain(self) -> str:
        return EMPHASIS.sub("", self.text)

    @property
    def label(self) -> str:
        """`Baca Juga` of `Baca Juga: Title`."""
        return self.text.partition(":")[0].strip()

    @property
    def title(self) -> str:
        return self.text.partition(":")[2].strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    kind: str  # paragraph, subheading, list_item, aside (no part of the article), image, related_table
    pieces: tuple[Piece, ...]

    @property
    def in_source_text(self) -> bool:
        return self.kind not in {"image", "related_table"}

    @property
    def in_body_text(self) -> bool:
        return self.kind in {"paragraph", "subheading", "list_item"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    file: str
    alt: str = ""
    caption: str | None = None
    credit: str | None = None
    role: str = "primary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuscript:
    outlet: str
    id: int
    slug: str
    headline: str
    description: str
    section: str
    published: datetime
    text: str
    modified: datetime | None = None
    byline: str | None = None  # as printed; None if the outlet prints no names
    authors: tuple[str, ...] = ()  # the people behind the byline
    editors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    lang: str = "id"
    images: tuple[Picture, ...] = ()
    paged: bool = False  # shown on two pages
    machine_author: str | None = None  # the author in the page's metadata, if that is wrong
    machine_date: str | None = None  # the date in the page's metadata, if that is wrong
    gone_at: datetime | None = None

    @property
    def has_seo_plugin(self) -> bool:
        """Every other page of SuaraRantau has the metadata of a plugin, with times in UTC."""
        return self.outlet == "suararantau" and self.id % 2 == 0

    @property
    def changed_at(self) -> datetime:
        return self.gone_at or self.modified or self.published

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(_block(line) for line in self.text.strip("\n").split("\n") if line.strip())

    @property
    def path(self) -> str:
        day = self.published
        section = re.sub(r"[^a-z/]+", "-", self.section.lower())
        match self.outlet:
            case "suararantau":
                return f"/{section}/{day:%d/%m/%Y}/{self.id}/{self.slug}/"
            case "portalnusa":
                return f"/{section}/d-{self.id}/{self.slug}"
            case _:
                return f"/read/{day:%Y/%m/%d}/{self.id}/{self.slug}.html"

    @property
    def url(self) -> str:
        return f"http://{self.outlet}.test{self.path}"


def _block(line: str) -> Block:
    kind = next((kind for mark, kind in MARKS.items() if line.startswith(mark)), "paragraph")
    pieces = tuple(_pieces(re.sub("^(?:## |- )", "", line)))
    if pieces[0].kind in {"image", "related_table"}:
        kind = pieces[0].kind
    elif all(piece.kind != "text" for piece in pieces):
        kind = "aside"
    return Block(kind=kind, pieces=pieces)


def _pieces(line: str) -> list[Piece]:
    pieces, at = [], 0
    for label in LABEL.finditer(line):
        pieces.append(Piece(kind="text", text=line[at : label.start()]))
        pieces.append(Piece(kind=label[1], text=label[2], target=label[3]))
        at = label.end()
    pieces.append(Piece(kind="text", text=line[at:]))
    return [p for p in pieces if p.text.strip()]


def replaced(path: Path, replace: list[list[str]]) -> str:
    """The text of a file with every `old, new` pair applied; each `old` must be there."""
    text = path.read_text(encoding="utf-8")
    for old, new in replace:
        if old not in text:
            raise ValueError(f"{path}: nothing to replace: {old!r}")
        text = text.replace(old, new)
    return text


def _read(path: Path, replace: list[list[str]], changes: dict[str, Any]) -> Manuscript:
    data = tomllib.loads(replaced(path, replace)) | changes
    data["images"] = [Picture(**image) for image in data.get("images", ())]
    data |= {key: tuple(data.get(key, ())) for key in ("authors", "editors", "tags", "images")}
    return Manuscript(outlet=path.parent.name, slug=path.stem, **data)


@cache
def manuscripts(visit: int = 1) -> tuple[Manuscript, ...]:
    """Every article, the oldest first; on the second visit with the changes of `visit2.toml`, such as `gone_at`."""
    second = toml("newsroom/articles/visit2") if visit > 1 else {}
    articles = []
    for path in ARTICLES.glob("*/*.toml"):
        change = dict(second.get(path.stem, {}))
        articles.append(_read(path, change.pop("replace", []), change))
    return tuple(sorted(articles, key=lambda m: (m.published, m.id)))


def target_url(slug: str | None) -> str | None:
    """The address of a related link: of an article here, or any other address."""
    if slug is None or slug.startswith("http"):
        return slug
    return {m.slug: m.url for m in manuscripts()}[slug]
