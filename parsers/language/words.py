"""Reads the word lists in this folder, each once per process."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@cache
def table(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def lower(text: str) -> frozenset[str]:
    return frozenset(text.lower().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A verb that attributes a statement. `position`: `post` after the statement, `pre` before it.

    `needs_mark` and `needs_clause`: an ordinary object can follow it too. `asks`: it tells
    somebody to do what follows `untuk`.
    """

    word: str
    cue_class: str  # speech, attitude, report
    position: str  # post, pre
    needs_mark: bool = False
    needs_clause: bool = False
    asks: bool = False


@cache
def cues() -> dict[str, Cue]:
    by_word: dict[str, Cue] = {}
    for cue_class in ("speech", "attitude", "report"):
        for kind, text in table("cues")[cue_class].items():
            position = "post" if kind == "post" else "pre"
            for word in text.split():
                needs = {
                    "needs_mark": kind == "marked",
                    "needs_clause": kind in {"clause", "asks"},
                    "asks": kind == "asks",
                }
                by_word[word] = Cue(word=word, cue_class=cue_class, position=position, **needs)
    return by_word


@cache
def english_cues() -> frozenset[str]:
    return lower(table("cues")["english"]["post"])


@cache
def openers() -> frozenset[str]:
    """Passive verbs that begin a sentence: Disampaikan X, …"""
    return lower(table("cues")["opener"]["passive"])


@cache
def passives() -> frozenset[str]:
    return openers() | lower(table("cues")["opener"]["plain"])


@cache
def people(kind: str) -> frozenset[str]:
    """A list of people.toml in lower case: roles, ranks, honorifics, vocabulary, …"""
    return lower(table("people")[kind])


@cache
def roles() -> frozenset[str]:
    """Words that an office or an occupation begins with; also the single words of the classes of speakers."""
    entries = (
        entry.lower().split()
        for lists in table("speaker_classes").values()
        for entry in lists.get("offices", "").split(";")
    )
    occupations = frozenset(entry[0] for entry in entries if len(entry) == 1)
    return people("roles") | (occupations - people("no_roles") - common_names())


@cache
def people_exact(kind: str) -> frozenset[str]:
    """A list of people.toml as written."""
    return frozenset(table("people")[kind].split())


@cache
def common_names() -> frozenset[str]:
    names = table("people")["names"]
    return lower(names["common"]) | lower(names["foreign"])


@cache
def foreign_names() -> frozenset[str]:
    """Given names that news from abroad brings."""
    return lower(table("people")["names"]["foreign"])


@cache
def months() -> dict[str, int]:
    return dict(table("months")["months"])


@cache
def weekdays() -> dict[str, int]:
    return dict(table("months")["weekdays"])


@cache
def english_weekdays() -> dict[str, int]:
    return dict(table("months")["english_weekdays"])


@cache
def all_months() -> dict[str, int]:
    """With those of other languages. For dates on their own, not for prose."""
    return {**_by_number("foreign"), **months()}


@cache
def printed_weekdays() -> dict[str, int]:
    """Full names, with those of other languages."""
    return {**_by_number("foreign_weekdays"), **all_weekdays()}


@cache
def short_weekdays() -> dict[str, int]:
    return _by_number("short_weekdays")


def _by_number(kind: str) -> dict[str, int]:
    return {word: int(n) for n, words in table("months")[kind].items() for word in words.split()}


@cache
def aliases() -> dict[str, str]:
    """Every known name of an organization, in lower case -> its usual name."""
    return {
        name.lower(): body["name"]
        for body in table("aliases")["body"]
        for name in (body["name"], *body["also"])
    }


@cache
def listed_bodies(n_words: int) -> frozenset[str]:
    """The bodies of identities.csv under all their names, and of the lexicon: those of one word, or with 2 those of several."""
    listed = (r for r in rows("identities") if r["kind"] == "body" and r["status"] != "none")
    names = {name.strip() for row in listed for name in (row["name"], *row["also"].split(";"))}
    names.update(" ".join(name.split()) for name in table("lexicon")["bodies"].split(";"))
    return frozenset(name for name in names if min(name.count(" ") + 1, 2) == n_words and name)


def is_listed_body(name: str) -> bool:
    return name in listed_bodies(1) or name in listed_bodies(2)


@cache
def name_words() -> frozenset[str]:
    """Given and family names, in lower case."""
    return given_names() | family_names() | common_names()


@cache
def given_names() -> frozenset[str]:
    """Of many languages, in lower case."""
    return frozenset(table("lexicon")["given"].split())


@cache
def family_names() -> frozenset[str]:
    return frozenset(table("lexicon")["family"].split())


@cache
def all_weekdays() -> dict[str, int]:
    return {**weekdays(), **english_weekdays()}


@cache
def number_words() -> frozenset[str]:
    """The words a spelled number may begin with."""
    return frozenset({*table("units")["words"], "puluh", "belas", "ratus"})


@cache
def relative_words() -> frozenset[str]:
    """The words a relative date may begin with."""
    return frozenset(
        {
            *table("units")["words"],
            *table("months")["units"],
            *(days.split()[0] for days in table("months")["relative"]),
        }
    )


@cache
def month_words() -> frozenset[str]:
    """Of months, and of the parts of a year."""
    return frozenset({*months(), "kuartal", "triwulan", "semester"})


@cache
def weekday_words() -> frozenset[str]:
    return frozenset(all_weekdays())


@cache
def index_words() -> frozenset[str]:
    """The words whose positions the rules look up."""
    return month_words() | weekday_words() | number_words() | relative_words()
