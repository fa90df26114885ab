"""Drafts with planted faults, made by seed from articles whose labels say who said what: for bench_proofread and its test."""

from __future__ import annotations

import random
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from support.labels import Quote
from support.truth import Truth

from parsers.structure.names.name_forms import office_form

FAULTS = ("word changed", "speaker swapped", "office changed", "number off", "quote invented")
UNTOUCHED = "untouched"
MARKS = (("“", "”"), ('"', '"'), ("‘", "’"), ("«", "»"), ("„", "“"))
DIGITS = re.compile(r"\d[\d.,]*\d|\d")
WORDS = ("dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh")
DATA = tomllib.loads(Path(__file__).with_name("draft_items.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A paragraph of a draft; `fault` is one of FAULTS or UNTOUCHED."""

    fault: str
    form: str
    text: str
    slug: str


@dataclass(frozen=True, kw_only=True)
class DraftMaker:
    """Of articles in Indonesian with labels."""

    articles: Sequence[Truth]
    pick: random.Random

    def items(self, n_each: int, n_untouched: int) -> Iterator[Item]:
        """So many of each fault, and of untouched items; half of these are figures."""
        for fault in FAULTS:
            yield from (self._item(fault) for _ in range(n_each))
        yield from (self._item(UNTOUCHED) for _ in range(n_untouched))

    def _item(self, fault: str) -> Item:
        is_figure = fault == "number off" or (fault == UNTOUCHED and self.pick.random() < 0.5)
        while True:
            article = self.pick.choice(self.articles)
            item = self._figure(article, fault) if is_figure else self._quote(article, fault)
            if item:
                return item

    # -- quotes

    @cached_property
    def _quotes(self) -> list[Quote]:
        return [q for a in self.articles for q in direct_quotes(a)]

    def _quote(self, article: Truth, fault: str) -> Item | None:
        if fault in {"speaker swapped", UNTOUCHED} and self.pick.random() < 0.3:
            return self._statement(article, fault)
        quotes = direct_quotes(article)
        if not quotes:
            return None
        quote = self.pick.choice(quotes)
        text, speaker, form = quote.text, quote, ""
        if fault == "word changed":
            text = self._changed(text)
        elif fault == "speaker swapped":
            other = self._other_speaker(article, quote)
            if other is None:
                return None
            speaker = other
        elif fault == "office changed":
            return self._in_office(article, quote)
        elif fault == "quote invented":
            text, form = self._invented(text)
        else:
            text, form = self._edited(text)
        line = self._attributed(text, self._name(speaker))
        return Item(fault=fault, form=form or "whole", text=line, slug=article.slug)

    def _statement(self, article: Truth, fault: str) -> Item | None:
        """A sentence that has a statement in its own words and whose it is, with every fifth word or so left out."""
        statements = [
            q
            for q in article.quotes
            if q.quote_type == "indirect"
            and q.resolution in {"full_name", "short_name"}
            and q.speaker_surface
        ]
        if not statements:
            return None
        quote = self.pick.choice(statements)
        start, end = sentence(article.body_text, quote.char_start, quote.char_end)
        text = article.body_text[start:end]
        name = str(quote.speaker_surface)
        if name not in text or any(mark in text for mark in "“”\"'\n"):
            return None
        if fault == UNTOUCHED:
            text = self._shortened(text)
        else:
            other = self._other_speaker(article, quote)
            if other is None or str(other.speaker_name) in text:
                return None
            text = text.replace(name, str(other.speaker_name))
        return Item(fault=fault, form="statement", text=text, slug=article.slug)

    def _attributed(self, text: str, who: str) -> str:
        opens, closes = self.pick.choice(MARKS)
        if closes in text or opens in text:
            opens, closes = MARKS[0]
        end = text[-1] if text[-1] in "?!" else ","
        words = text.rstrip("?!")
        verb = self.pick.choice(("kata", "ujar", "tutur", "jelas"))
        verb_before = self.pick.choice(("mengatakan", "menyatakan", "menjelaskan"))
        last = end if end != "," else "."
        quoted = f"{opens}{words}{end}{closes} {verb} {who}"
        before = f"{who} {verb_before}, {opens}{words}{last}{closes}"
        return self.pick.choice((f"{quoted}.", f"{quoted}, pekan ini.", before))

    def _name(self, speaker: Quote) -> str:
        """In full, short, or with the office before it."""
        name = str(speaker.speaker_name)
        names = [name, name]
        first = name.split(maxsplit=1)[0]
        n_same = len({q.speaker_name for q in self._quotes if first in str(q.speaker_name).split()})
        if len(name.split()) > 1 and len(first) > 2 and n_same == 1:
            names.append(first)
        if speaker.speaker_role and speaker.speaker_role[0].isupper():
            names.append(f"{speaker.speaker_role} {name}")
        return self.pick.choice(names)

    def _other_speaker(self, article: Truth, quote: Quote) -> Quote | None:
        """Of the same article half the time."""
        quotes = direct_quotes(article) if self.pick.random() < 0.5 else self._quotes
        others = [q for q in quotes if names_of(quote).isdisjoint(names_of(q))]
        return self.pick.choice(others) if others else None

    def _in_office(self, article: Truth, quote: Quote) -> Item | None:
        """In that of another speaker; half the time in one that begins with the same word: Menteri, Kapolres."""
        own = str(quote.speaker_role)
        if not own[0].isupper() or not quote.speaker_role:
            return None
        offices = {str(q.speaker_role) for q in self._quotes if q.speaker_role}
        others = sorted(o for o in offices if o[0].isupper() and not _words(o) <= _words(own))
        alike = [o for o in others if o.split()[0] == own.split(maxsplit=1)[0]]
        is_alike = bool(alike) and self.pick.random() < 0.5
        office = self.pick.choice(alike if is_alike else others)
        name = f"{office} {quote.speaker_name}"
        line = self._attributed(quote.text, name)
        form = "like office" if is_alike else "any office"
        return Item(fault="office changed", form=form, text=line, slug=article.slug)

    def _changed(self, text: str) -> str:
        """With one word replaced, left out or added."""
        words = text.split()
        at = self.pick.randrange(1, len(words) - 1)  # without its first or last word it is a part
        other = self._word(words[at])
        kind = self.pick.choice(("replace", "replace", "replace", "drop", "insert", "negate"))
        if kind == "drop" and len(words) > 4 and words[at].isalpha():
            del words[at]
        elif kind == "negate":
            words.insert(max(at, 1), "tidak")
        elif kind == "insert":
            words.insert(max(at, 1), other)
        else:
            words[at] = re.sub(r"[\w'’-]+", other, words[at], count=1)
        return " ".join(words)

    def _word(self, unlike: str) -> str:
        while True:
            word = self.pick.choice(self.pick.choice(self.articles).body_text.split())
            if word.isalpha() and word.islower() and len(word) > 3 and word not in unlike.lower():
                return word

    def _invented(self, text: str) -> tuple[str, str]:
        """Written new, or of the halves of two real ones."""
        if self.pick.random() < 0.5:
            return self.pick.choice(DATA["invented"]), "written"
        other = self.pick.choice([q.text for q in self._quotes if q.text != text])
        words, other_words = text.split(), other.split()
        half = " ".join(words[: max(len(words) // 2, 2)]).rstrip(".,?!")
        rest = " ".join(other_words[len(other_words) // 2 :])
        return f"{half} {rest[:1].lower()}{rest[1:]}", "halves"

    def _edited(self, text: str) -> tuple[str, str]:
        """What an editor may do: leave out with a mark, explain in brackets, take a part."""
        words = text.split()
        form = self.pick.choice(("whole", "whole", "omission", "insertion", "part"))
        third = len(words) // 3
        if form == "omission" and third >= 2:
            mark = self.pick.choice(("[…]", "...", "[...]", "…"))
            words[third : 2 * third] = [mark]
        elif form == "insertion" and third >= 2:
            words.insert(third, "[pemerintah daerah]")
        elif form == "part" and third >= 2:
            words = words[: 2 * third] if self.pick.random() < 0.5 else words[third:]
            words[-1] = words[-1].rstrip(".,;:")
        else:
            form = "whole"
        return " ".join(words), form

    # -- figures

    def _figure(self, article: Truth, fault: str) -> Item | None:
        """A sentence without quotes: whole, from the figure's clause on, or shortened."""
        quoted = [(q.char_start, q.char_end) for q in article.quotes if q.quote_type == "direct"]
        figures = [
            f
            for f in article.figures
            if (f.unit or f.currency) and not any(a <= f.char_start < b for a, b in quoted)
        ]
        if not figures:
            return None
        figure = self.pick.choice(figures)
        start, end = sentence(article.body_text, figure.char_start, figure.char_end)
        text = article.body_text[start:end]
        if any(mark in text for mark in "“”\"'") or _has_pronoun(article, start, end):
            return None
        at = figure.char_start - start
        number = text[at : at + len(figure.text)]
        if fault == "number off" and (number := self._other_number(number)) is None:
            return None
        before, after = text[:at], text[at + len(figure.text) :]
        form = self.pick.choice(("whole", "clause", "short", "reworded", "reworded"))
        if form == "reworded":
            before, after = self._reworded(before, 2), self._reworded(after, -3)
        elif form == "clause" and len(before.split()) > 4:
            before = before[before.rfind(",") + 1 :].lstrip()
        elif form == "short":
            before = self._shortened(before)
        else:
            form = "whole"
        line = f"{before}{number}{after}".strip()
        return Item(fault=fault, form=form, text=line[:1].upper() + line[1:], slug=article.slug)

    def _shortened(self, before: str) -> str:
        """Without every fourth word or so, but for the two beside the figure."""
        words = before.split(" ")
        rest = [
            w for w in words[:-3] if self.pick.random() > 0.25 or not re.fullmatch("[a-z]{5,}", w)
        ]
        return " ".join([*rest, *words[-3:]])

    def _reworded(self, part: str, near: int) -> str:
        """In other words, as far as a list of them goes: half of the longer ones are left out, or one of the list takes their place.

        Names stay, and the words beside the number.
        """
        words = part.split(" ")
        beside = {*words[-near:]} if near > 0 else {*words[:-near]}
        others = [
            "" if w.isalpha() and w.islower() and len(w) > 3 and self.pick.random() < 0.5 else w
            for w in (w if w in beside else DATA["synonyms"].get(w, w) for w in words)
        ]
        pairs = zip(words, others, strict=True)
        return " ".join(w if w in beside else o for w, o in pairs if o or w in beside or not w)

    def _other_number(self, written: str) -> str | None:
        if digits := DIGITS.search(written):
            text = digits[0]
            places = [n for n, c in enumerate(text) if c.isdigit()]
            at = self.pick.choice(places)
            others = [c for c in "123456789" if c != text[at]]
            changed = text[:at] + self.pick.choice(others) + text[at + 1 :]
            return written[: digits.start()] + changed + written[digits.end() :]
        for word in WORDS:
            if re.search(rf"\b{word}\b", written):
                other = self.pick.choice([w for w in WORDS if w != word])
                return re.sub(rf"\b{word}\b", other, written, count=1)
        return None


def _has_pronoun(article: Truth, start: int, end: int) -> bool:
    """Whether the sentence is of somebody whom only the sentences before it name."""
    return any(
        quote.char_start < end
        and start < quote.char_end
        and quote.resolution not in {"full_name", "short_name", "organization"}
        for quote in article.quotes
    )


def _words(text: str) -> set[str]:
    """Of an office in its full form."""
    return set(office_form(text).lower().split())


def names_of(quote: Quote) -> set[str]:
    return set(str(quote.speaker_name).lower().split())


def direct_quotes(article: Truth) -> list[Quote]:
    """Between marks in one paragraph, of somebody with a name."""
    return [
        q
        for q in article.quotes
        if q.quote_type == "direct"
        and q.speaker_name
        and len(q.text.split()) >= 3
        and "\n" not in q.text
    ]


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """From the mark before to the mark after, in the paragraph."""
    marks = [m.end() for m in re.finditer(r"\n|(?<=[a-z)])[.?!]\s+(?=[A-Z“\"])", text)]
    first = max((m for m in marks if m <= start), default=0)
    last = min((m for m in marks if m >= end), default=len(text))
    return first, first + len(text[first:last].rstrip())
