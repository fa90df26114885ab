"""Credits as printed: names beside their role, such as `Penulis: A | Editor: B`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from parsers.article_address import is_article_like
from parsers.fields.person_names import STUCK, names
from parsers.html.blocks import BLOCKS, Anchor, Block, read_tree
from parsers.html.document import Document, Element, text_of
from parsers.text.normalize import collapse_whitespace, letters

CASELESS = re.IGNORECASE
AUTHOR = (
    r"penulis|writer|reporter(?:\smagang)?|pewarta|jurnalis|wartawan|kontributor|koresponden|rep|naskah|teks|ditulis oleh"
    r"|(?<!oleh[\s-])oleh(?!\soleh)"
    r"|laporan(?:\s(?:wartawan|reporter|jurnalis|kontributor|koresponden))?"
)
EDITOR = r"editor|redaktur(?:\spelaksana)?|red|penyunting|penyelaras(?:\sbahasa)?|disunting oleh"
PHOTOGRAPHER = r"fotografer|pewarta foto|foto oleh"
# Ends a name; who is named after it is none of these.
OTHER = r"uploader|pengunggah|sumber|copyright|hak cipta|penerjemah|video editor|tags?|topik|baca(?: juga)?"
LABEL = re.compile(
    rf"(?<![^\W_])(?:(?P<photographer>{PHOTOGRAPHER})|(?P<other>{OTHER})|(?P<author>{AUTHOR})|(?P<editor>{EDITOR}))"
    rf"(?![^\W_])(?!(?<!jurnalis)-)(?:\s*(?:&|dan|/)\s*(?P<second>{AUTHOR}|{EDITOR})(?![^\W_]))?"
    r"\s*(?P<mark>[:：/]|\.(?=\s?\S)|(?<=jurnalis)\s?[–-](?=\s?\S))?\s*",
    CASELESS,
)
STRONG = frozenset(":：/")
ALONE = re.compile(rf"\W*(?P<role>{AUTHOR}|{EDITOR})\s*(?P<mark>[:：]?)\W*", CASELESS)
NEEDS_MARK = re.compile(
    r"(?:red|rep|teks|naskah|sumber|tags?|topik|baca.*|laporan|kontributor)$", CASELESS
)
FROM = re.compile(
    r"(?:laporan\s\w+|kontributor|koresponden)$", CASELESS
)  # an outlet or a place follows
BEFORE_LABEL = re.compile(r"(?:^|[|/•·,;)(\[]|\s[–-])\W*$")
HOST = re.compile(r"^[\w-]+(?:\.[a-z]{2,6})+\s+(?=\S)", CASELESS)
INITIALS = re.compile(r"[A-Z]{2,4}")
NEXT_NAME = re.compile(r"\s?[A-Z]")
CAPITALISED = re.compile(r"(?:[A-Z][\w.'’-]*|binti|bin|van|der|de|al|el|dan|&)[,]?")
LONGEST_LINE = 200  # letters
MANY_PLACES = 3  # with authors on one page; more are those of other articles
BOX = 600  # letters of an element with a role and its name in two lines
BOX_LINES = 12  # a text of short lines has more
CLIMB = 2  # elements from a role alone to the element that holds its name too
NOT_HERE = frozenset({"nav", "form", "script", "style", "noscript", "title", "option", "select"})
COMMENTS = re.compile(r"comment|komentar|disqus", CASELESS)
HEADLINE_WORDS = 4  # of the heading of another article
TITLES = frozenset({"heading", "item"})  # kinds of lines that name other articles
BESIDE_TEXT = frozenset({"li", "aside", "footer"})  # elements around other articles
# The address of a person's page; a word of an article's slug is not enough.
AUTHOR_ADDRESS = re.compile(
    r"^mailto:|//(?:[\w-]+\.)?(?:google|twitter|x|facebook|instagram|linkedin|threads|tiktok)\.(?:com|net)/"
    r"|(?:^|[/?&=])(?:@|(?:auth?ors?|penulis|reporters?|jurnalis|wartawan|profile?|users?|editor|redaktur|contributors?|kontributor)"
    r"(?:[/=?]|$|-(?P<name>[^/?]+)$))",
    CASELESS,
)
# `Laporan Wartawan Kabar Muara, Sari`
WITH_ORIGIN = re.compile(r"\W*laporan \w+ [^,]{2,40}, ", CASELESS)

Credit = tuple[str, str]  # a name and its role: author, editor or photographer


class _Label(NamedTuple):
    match: re.Match[str]
    roles: tuple[str, ...]
    is_strong: bool  # printed with a colon or a slash


def credited_names(lines: Iterable[str]) -> list[Credit]:
    """Names with their roles, each pair once; of two spellings of a name only the longer one."""
    texts = map(collapse_whitespace, lines)
    pairs = dict.fromkeys(pair for t in texts if len(t) <= LONGEST_LINE for pair in _in_line(t))
    return [
        (name, role)
        for name, role in pairs
        if not any(r == role and o.casefold().startswith(f"{name} ".casefold()) for o, r in pairs)
    ]


def is_credit(line: str) -> bool:
    """Whether the line has nothing but credits."""
    first = LABEL.match(line.strip(" [(|*-–"))
    return first is not None and bool(credited_names([line]))


def is_marked(line: str) -> bool:
    """Whether its first role has a colon or a slash. Headlines begin with a role too, but have neither."""
    if STRONG.isdisjoint(line):  # a search for roles takes a hundred times as long
        return False
    first = next(_marks(collapse_whitespace(line)), None)
    return first is not None and first.is_strong


def may_credit(
    text: str, kind: str, anchors: Iterable[Anchor], path: Iterable[Element] = ()
) -> bool:
    """Whether a line can be of this article: with a colon, or neither heading, item nor link but to a person.

    A role that is part of a link to an article is part of a headline: `Wartawan: Kami Diusir`.
    """
    if is_marked(text):
        is_own = not any(is_marked(a.text) and _leads_to_article(a) for a in anchors)
    else:
        is_beside = kind in TITLES or any(e.tag in BESIDE_TEXT for e in path)
        is_own = not is_beside and all(_is_of_person(a) for a in anchors if " " in a.text)
    return is_own and not any(e.tag == "nav" or _is_comment(e) for e in path)


def _is_of_person(link: Anchor) -> bool:
    """`/author/sari`, `/@sari`; `/penulis-sari-wulandari` only where that name is the link's text."""
    found = AUTHOR_ADDRESS.search(link.href)
    return found is not None and (not found["name"] or letters(found["name"]) == letters(link.text))


def own_lines(blocks: Iterable[Block]) -> Iterator[str]:
    """The lines around the text that may credit somebody, with `; ` between links that follow each other."""
    short = (b for b in blocks if b.tag != "h1" and len(b.text) <= LONGEST_LINE)
    lines = ((credit_text(b), b) for b in short)
    return (text for text, b in lines if may_credit(text, b.kind, b.anchors, b.path))


def _leads_to_article(link: Anchor) -> bool:
    return not _is_of_person(link) and is_article_like(link.href)


@lru_cache(maxsize=1000)  # several stages read the same lines
def _in_line(text: str) -> tuple[Credit, ...]:
    return tuple(_credits(text))


def _credits(text: str) -> Iterator[Credit]:
    marks = list(_marks(text))
    ends = [*(mark.match.start() for mark in marks[1:]), len(text)]
    for mark, end in zip(marks, ends, strict=False):
        value = _without_origin(mark.match, text[mark.match.end() : end])
        value = STUCK.sub("", value).strip(" .,;|/[]{}*–-").removesuffix("*)")
        value = value.removesuffix(")") if "(" not in value else value
        found = [n for n in names(value) if _can_be_name(n)]
        if any(" " in n for n in found):  # `Sari Wulandari / WBP`: the initials are an editor's
            found = [n for n in found if not INITIALS.fullmatch(n)]
        if mark.is_strong or _is_only_names(value, mark.match):
            yield from ((name, role) for name in found for role in mark.roles)


def _marks(text: str) -> Iterator[_Label]:
    """The labels of roles. In prose only those with a colon or a slash count."""
    is_credit_line = False
    for m in LABEL.finditer(text):
        word = m["photographer"] or m["other"] or m["author"] or m["editor"]
        is_strong = m["mark"] in STRONG
        is_first = BEFORE_LABEL.search(text[: m.start()]) is not None
        is_next = (
            is_credit_line and word[0].isupper() and text[m.start() - 1] == " "
        )  # `Reporter Sari Wulandari Editor Bambang`
        is_allowed = FROM.match(word) or not NEEDS_MARK.match(word)
        if is_strong or ((is_first or is_next) and is_allowed):
            is_credit_line = True
            yield _Label(m, tuple(dict.fromkeys(_roles(m))), is_strong)


def _roles(m: re.Match[str]) -> Iterator[str]:
    yield from (r for r in ("photographer", "author", "editor") if m[r])
    if m["second"]:
        yield "author" if re.fullmatch(AUTHOR, m["second"], CASELESS) else "editor"


def _without_origin(m: re.Match[str], value: str) -> str:
    """Without the outlet or the place in `Laporan Wartawan Kabar Muara, A` or `Kontributor Kudus, A`."""
    label = m["author"] or ""
    value = HOST.sub("", value) if FROM.match(label) else value
    before, comma, after = value.partition(",")
    is_name_first = bool(m["mark"]) and label.casefold() in {"kontributor", "koresponden"}
    # `Kontributor: A, B` are two people.
    return after if FROM.match(label) and comma and before and not is_name_first else value


def _is_only_names(value: str, m: re.Match[str]) -> bool:
    """After a label without a colon, every word must be that of a name, and the label come first."""
    parts = value.split()
    least = 1 if m["mark"] or FROM.match(m["author"] or "") else 2
    return least <= len(parts) <= 8 and all(map(CAPITALISED.fullmatch, parts))


def _can_be_name(name: str) -> bool:
    """A name in small letters has at most two words; more are a sentence."""
    return name[:1].isupper() or len(name.split()) <= 2


def credit_text(block: Block) -> str:
    """Its text, with `; ` between links that follow each other: each is a name."""
    text, end = block.text, 0
    for anchor in block.anchors[:-1] if len(text) <= LONGEST_LINE else ():
        at = text.find(anchor.text, end)
        end = at + len(anchor.text) if at >= 0 else end
        if at >= 0 and NEXT_NAME.match(text, end):
            text = f"{text[:end]}; {text[end:]}"
    return text


def page_credits(doc: Document, headline: str | None) -> list[str]:
    """The lines with credits below the headline, wherever they are printed: only those with a colon.

    Where more places name authors than one article has, only the first place counts.
    """
    places = [lines for box in _boxes(doc, letters(headline)) if (lines := _lines_of(box))]
    with_author = [p for p in places if any(role == "author" for _, role in credited_names(p))]
    kept = places if len(with_author) <= MANY_PLACES else with_author[:1]
    return [line for lines in kept for line in lines]


def _boxes(doc: Document, headline: str) -> Iterator[Element]:
    """The nearest block elements around a text that has a role with a colon, or is a role alone."""
    is_below = not doc.headings
    seen: set[Element] = set()
    for node in doc.tree.iter():
        if node.tag == "h1":
            title = collapse_whitespace(text_of(node))
            if is_below and len(title.split()) >= HEADLINE_WORDS and letters(title) != headline:
                return
            is_below = True
        if not is_below or node.tag in NOT_HERE:
            continue
        for text, holder in ((node.text, node), (node.tail, node.getparent())):
            if text and len(text) < BOX and _has_label(text):
                box = _block(holder)
                if box is not None and box not in seen:
                    seen.add(box)
                    yield box


def _has_label(text: str) -> bool:
    text = text.strip()
    if not 2 < len(text) <= LONGEST_LINE:
        return False
    if STRONG.isdisjoint(text):
        return ALONE.fullmatch(text) is not None
    return ALONE.fullmatch(text) is not None or any(mark.is_strong for mark in _marks(text))


def _is_comment(node: Element) -> bool:
    return _names_comments(node.get("class"), node.get("id"))


@lru_cache(maxsize=5000)
def _names_comments(*names: str | None) -> bool:
    return any(COMMENTS.search(name) for name in names if name)


def is_elsewhere(node: Element) -> bool:
    """Whether it is inside a menu, a form, a comment or a link to an article."""
    return any(
        e.tag in NOT_HERE
        or (e.tag == "a" and _leads_to_article(Anchor(text_of(e), e.get("href") or "")))
        or _is_comment(e)
        for e in (node, *node.iterancestors())
    )


def _block(node: Element) -> Element | None:
    around = (node, *node.iterancestors())
    return None if is_elsewhere(node) else next((e for e in around if e.tag in BLOCKS), None)


def _lines_of(box: Element) -> list[str]:
    """Its lines with credits; a role alone is joined with the name beside it."""
    blocks = _short(box)
    for _ in range(CLIMB):
        if len(blocks) > 1 or not blocks or not ALONE.fullmatch(blocks[0].text):
            break
        box = box.getparent()
        blocks = _short(box) if box is not None else []
    lines = [credit_text(b) for b in blocks if not ALONE.fullmatch(b.text)]
    return [*_joined(blocks), *filter(is_marked, lines)]


def _short(box: Element) -> list[Block]:
    blocks = read_tree(box) if len("".join(box.itertext())) <= 2 * BOX else []
    return blocks if len(blocks) <= BOX_LINES else []


def _joined(blocks: Sequence[Block]) -> Iterator[str]:
    """`Penulis` and `Sari` in two elements, in either order, as one line."""
    has_colon = any((m := ALONE.fullmatch(b.text)) and m["mark"] for b in blocks)
    texts = [b.text for b in blocks if has_colon or all(map(_is_of_person, b.anchors))]
    roles = [ALONE.fullmatch(t) for t in texts]
    name_first = bool(roles) and not has_colon and roles[0] is None and roles[-1] is not None
    for (text, role), (other, other_role) in pairwise(zip(texts, roles, strict=True)):
        if role is None and other_role is not None and name_first:
            yield f"{other_role['role']}: {text}"
        elif role is not None and other_role is None and not name_first:
            yield f"{role['role']}: {other}"
