"""Identities: which names stand for one person, body or office. Views apply them; what was loaded stays as written.

Only changed articles are read for what they say about names, and only the names that they touch are linked again: those that share a
key (`name_keys`) with a changed one, directly or through others. No rule compares names without such a key, and the counts of words that
rules read are in a table. So the rows are the same whatever the order of loads, and a line taken out of a file leaves no trace. A change
of the rules needs a migration that marks all articles as changed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb

from parsers.facts import entity_id
from parsers.language.common_words import is_common_word, listed_words
from parsers.language.words import common_names, lower, people, rows, table
from parsers.structure.names.name_forms import office_form, regions_by_name
from warehouse.known_names import (
    KnownName,
    KnownNamesError,
    bundled_names,
    home_names,
    name_key,
)
from warehouse.queries import Row, execute, repeat, sql
from warehouse.write.identity_links import (
    AlsoCalled,
    IdentityFinder,
    IdentityLink,
    Name,
    OfficeHeld,
    Proposal,
)
from warehouse.write.name_keys import lists_sha256, name_keys
from warehouse.write.staging import stage_rows
from warehouse.write.step import Step, StepContext, StepPostponed

LISTS = sql("identities/lists")
CHANGED = sql("identities/changed")
READ_NAMES = sql("identities/names")
COUNT_NAMES = sql("identities/counts")
MACROS = sql("identities/macros")
KEYS = sql("identities/keys")
WORDS = sql("identities/words")
SEEDS = sql("identities/seeds")
NEXT = sql("identities/next")
LINKED = sql("identities/linked")
COMPARE = sql("identities/compare")
PROPOSALS = sql("identities/proposals")
PROPOSED = sql("identities/proposed")
CHANGED_NAMES = sql("identities/changed_names")
CHANGED_OFFICES = sql("identities/changed_offices")
ALL_NAMES = "CREATE OR REPLACE TEMP TABLE names_left AS SELECT entity_id FROM changed_names UNION SELECT entity_id FROM ops.name_keys"
N_NAMES = "SELECT (SELECT count(*) FROM changed_names), (SELECT count(*) FROM core.names)"
DONE = "DELETE FROM names_left WHERE entity_id IN (FROM names_to_link)"
NAMES = "SELECT entity_id, kind, name, n_articles, first_day, last_day FROM linked_names"
ROLES = sql("identities/roles")
ALSO_CALLED = sql("identities/also_called")
OFFICES = sql("identities/offices")
EVIDENCE = sql("identities/evidence")
CLASHES = sql("identities/clashes")
REPLACE = sql("identities/replace")
REMOVE_LOST = sql("identities/lost")
MANY = 20  # one changed name in so many touches nearly all, and to compare them with all words costs more than to link all
PART = 20_000  # names at once: so many take some 300 MB
FIRST_PART = 10  # names in the first group, when it is not known how many others each touches; some 400 in a million articles
FIRST_WORDS = ("product", "none")
FOR_ITSELF = ("identity.other", "identity.local")  # the name itself, of somebody else


def link_names(context: StepContext) -> int:
    """Bring `core.identities` to the changed articles; returns the number of names linked to another. Raises StepPostponed."""
    con, folder, bundled = context.con, context.folder, bundled_names()
    try:
        user = home_names(context.home)
    except KnownNamesError as error:
        raise StepPostponed(f"identities are as they were: {error}") from error
    lines, parameters = (*user, *bundled), _parameters()
    _count_names(con, lines, parameters)
    people, n_linked = _people(lines), 0
    _choose_names(con)
    for _ in _groups(con):
        found = IdentityFinder(
            proposals=_proposals(con, parameters),
            names=_names(con, people),
            also_called=[AlsoCalled(*row) for row in con.execute(ALSO_CALLED).fetchall()],
            offices=[OfficeHeld(*row) for row in con.execute(OFFICES).fetchall()],
            bundled=bundled,
            user=user,
        )
        found.find()
        n_linked += _replace(con, folder, found)
    con.execute(REMOVE_LOST)
    return n_linked


def _replace(con: duckdb.DuckDBPyConnection, folder: Path, found: IdentityFinder) -> int:
    """Bring `core.identities` to what was found of the names to link; returns how many are linked to another."""
    weak = [{"entity_id": a, "canonical_id": b} for a, b in found.weak_pairs()]
    stage_rows(con, folder, "pairs", "core.identities", weak)
    for (name,) in con.execute(CLASHES).fetchall():
        del found.links[name]
    rows = [row for link in found.links.values() if (row := _row(found, link))]
    stage_rows(con, folder, "identities", "core.identities", rows)
    by_office = [row for link in found.by_office if (row := _row(found, link))]
    stage_rows(con, folder, "by_office", "core.identities", by_office)
    con.execute(REPLACE)
    return len(rows)


LINK_NAMES = Step(
    name="link names",
    reads=(
        "ops.uncompared",
        "mart.article_metadata",
        "core.article_versions",
        "core.entity_mentions",
        "core.quotes",
    ),
    makes=(
        "core.name_evidence",
        "core.article_names",
        "core.names",
        "core.name_forms",
        "core.article_words",
        "core.small_words",
        "core.identities",
        "ops.name_keys",
        "ops.name_words",
        "ops.name_lists",
        "ops.changed_people",
    ),
    run=link_names,
)


def _people(lines: Iterable[KnownName]) -> set[str]:
    """The keys of the people that files know."""
    return {
        name_key(spelling)
        for line in lines
        if line.kind == "person"
        for spelling in (line.name, *line.also)
    }


def _parameters() -> dict[str, Any]:
    """The lists that SQL reads, in an order that is the same in each process: `ops.name_lists` has their digest."""
    kinds = table("name_forms")["kinds"]
    return {
        "given": sorted(common_names()),
        "places": [*regions_by_name(), *(row["name"].lower() for row in rows("countries"))],
        "degrees": sorted(degree.replace(".", "") for degree in people("degrees")),
        "last_words": sorted({*people("suffixes"), *lower(kinds["last_words"])}),
        "first_words": [word for kind in FIRST_WORDS for word in kinds[kind].split()],
        "first_kinds": [kind for kind in FIRST_WORDS for _ in kinds[kind].split()],
    }


def _count_names(
    con: duckdb.DuckDBPyConnection, lines: tuple[KnownName, ...], parameters: Row
) -> None:
    """Bring the evidence and the tables of names to the changed articles; `lines` are those of files."""
    execute(con, LISTS, {"sha256": lists_sha256(lines, parameters)})
    execute(con, CHANGED, {})
    values = [(kind, value) for kind, value in con.fetchall()]
    offices = [value for kind, value in values if kind == "office"]
    roles = [value for kind, value in values if kind == "role"]
    evidence = {"offices": offices, "forms": [office_form(value) for value in offices]}
    ids = [entity_id("office", role) for role in roles]
    execute(con, EVIDENCE, evidence | {"roles": roles, "ids": ids})
    execute(con, READ_NAMES, {"everyday": sorted(listed_words())})
    execute(con, MACROS, parameters)
    listed = {
        (line.kind, name_key(spelling))
        for line in lines
        if line.status in {"verified", "unverified"}
        for spelling in (line.name, *line.also)
    }
    kinds, spellings = map(list, zip(*sorted(listed), strict=True))
    for _ in _parts(con, "changed_names", "part_names", "entity_id"):
        execute(con, COUNT_NAMES, {"kinds": kinds, "keys": spellings})
        names = con.execute(CHANGED_NAMES).fetchall()
        held = con.execute(CHANGED_OFFICES).fetchall()
        keys = sorted(set(name_keys(names, held, lines)))
        columns = [list(column) for column in zip(*keys, strict=True)] or [[], [], [], []]
        execute(con, KEYS, dict(zip(("ids", "kinds", "keys", "owns"), columns, strict=True)))


def _parts(
    con: duckdb.DuckDBPyConnection, whole: str, part: str, column: str, size: int = PART
) -> Iterator[None]:
    """Each value of the table `whole`, in order and so many at a time in the table `part`; one empty part if there are none."""
    ((n_rows,),) = con.execute(f"SELECT count(DISTINCT {column}) FROM {whole}").fetchall()  # noqa: S608 - our own names
    for start in range(0, max(n_rows, 1), size):
        rows = f"SELECT DISTINCT {column} FROM {whole} ORDER BY ALL LIMIT {size} OFFSET {start}"  # noqa: S608 - as above
        con.execute(f"CREATE OR REPLACE TEMP TABLE {part} AS {rows}")
        yield


def _choose_names(con: duckdb.DuckDBPyConnection) -> None:
    """Fill `names_left`: the changed names, and those of which a rule reads a count that changed."""
    ((n_changed, n_names),) = con.execute(N_NAMES).fetchall()
    is_all = n_changed * MANY > n_names
    size = PART if is_all else sys.maxsize  # if not, the counts that changed are compared
    for _ in _parts(con, "found_words", "asked_words", "word", size):
        _count_words(con)
    con.execute(ALL_NAMES if is_all else SEEDS)


def _groups(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of `names_left`, some at a time in `names_to_link` with the names that they touch: no rule compares others with them."""
    ((n_left,),) = con.execute("SELECT count(*) FROM names_left").fetchall()
    n = n_left if n_left <= PART else FIRST_PART
    while n_left:
        execute(con, NEXT, {"n": n})
        repeat(con, LINKED)
        yield
        ((n_linked,),) = con.execute("SELECT count(*) FROM names_to_link").fetchall()
        n = max(FIRST_PART, n * PART // n_linked)
        ((n_done,),) = con.execute(DONE).fetchall()
        n_left -= n_done


def _count_words(con: duckdb.DuckDBPyConnection) -> None:
    words = [word for (word,) in con.execute("FROM asked_words").fetchall()]
    execute(con, WORDS, {"everyday": [word for word in words if is_common_word(word)]})


def _proposals(con: duckdb.DuckDBPyConnection, parameters: Row) -> list[Proposal]:
    """What all names say about those to link."""
    con.execute(COMPARE)
    if con.execute("FROM asked_words LIMIT 1").fetchall():
        _count_words(con)
    execute(con, PROPOSALS, parameters)
    return [Proposal(*row) for row in con.execute(PROPOSED).fetchall()]


def _names(con: duckdb.DuckDBPyConnection, people: set[str]) -> dict[str, Name]:
    """The names by their id; `people` are the keys of those known from files."""
    names = {row[0]: _name(Name(*row), people) for row in con.execute(NAMES).fetchall()}
    for (role,) in con.execute(ROLES).fetchall():
        name = Name(entity_id("office", role), "office", role, 0, None, None)
        names[name.entity_id] = min(name, names.get(name.entity_id, name))
    return names


def _name(name: Name, people: set[str]) -> Name:
    """A name of unknown kind that a file knows is a person's."""
    is_person = name.kind == "unknown" and name_key(name.name) in people
    return name._replace(kind="person") if is_person else name


def _row(found: IdentityFinder, link: IdentityLink) -> Row | None:
    """The row of `core.identities`; None where the name is its own canonical name everywhere."""
    name, is_itself = link.name, link.kind == "none" or link.rule_id in FOR_ITSELF
    kind = link.kind if link.kind and link.kind != "none" else name.kind
    canonical = link.target if is_itself else found.canonical(kind, link.target)
    canonical_id = entity_id(kind, canonical)
    if canonical_id == name.entity_id and not is_itself:
        return None
    return {
        "entity_id": name.entity_id,
        "kind": link.kind or kind,
        "name": name.name,
        "canonical_id": canonical_id,
        "canonical_name": canonical,
        "rule_id": link.rule_id,
        "evidence": link.evidence,
        "first_day": name.first_day,
        "last_day": name.last_day,
        "office": link.office,
    }
