"""What people are by all articles: the class of speakers without an office of their own, and genders where they are turned on.

Only changed articles are read for what they say of people. The traits of these people, and of those whose names `link names` has
linked otherwise (`ops.changed_people`), follow from the evidence of all articles, whatever the order of loads.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

from parsers.facts import entity_id
from parsers.structure.person_words import name_gender, person_words
from parsers.structure.speaker_class import speaker_class
from warehouse.known_names import KnownNamesError, bundled_names, home_names
from warehouse.queries import Row, execute, sql
from warehouse.write.staging import stage_rows
from warehouse.write.step import Step, StepContext, StepPostponed

CONTEXTS = sql("person_traits/contexts")
EVIDENCE = sql("person_traits/evidence")
REPLACE = sql("person_traits/replace")
BATCH = 10_000  # mentions with the text beside them


def describe_people(context: StepContext) -> int:
    """Bring `core.person_traits` to the changed articles and names; returns the number of its rows. Raises StepPostponed."""
    con = context.con
    try:
        known_names = (*home_names(context.home), *bundled_names())
    except KnownNamesError as error:
        raise StepPostponed(f"identities are as they were: {error}") from error
    stage_rows(con, context.folder, "person_evidence", "core.name_evidence", _evidence(context))
    con.execute(EVIDENCE)
    offices = [
        (entity_id(line.kind, line.name), found, office.first_year, office.last_year)
        for line in known_names
        if line.kind == "person" and line.status == "verified"
        for office in line.offices
        if (found := speaker_class(office.office, None).name)
    ]
    names = ("people", "classes", "first_years", "last_years")
    columns = dict(zip(names, map(list, zip(*offices, strict=True)), strict=True))
    execute(con, REPLACE, columns)
    ((n_rows,),) = con.execute("SELECT count(*) FROM core.person_traits").fetchall()
    return int(n_rows)


def _evidence(context: StepContext) -> list[Row]:
    """What most places of a changed article say of each person, and what the first names say."""
    gender = _with_gender(context)
    execute(context.con, CONTEXTS, {"gender": gender})
    statements: dict[tuple[str, date, str, str], Counter[str]] = defaultdict(Counter)
    while rows := context.con.fetchmany(BATCH):
        for article_id, day, key, name, *beside in rows:
            words = person_words(*beside)
            found = {"class" if " " in name else "class_here": words.speaker_class}
            if gender:
                found |= {"gender": words.gender, "first_name": name_gender(name)}
            for kind, value in found.items():
                if value:
                    statements[article_id, day, key, kind][value] += 1
    columns = ("article_id", "day", "entity_id", "kind", "value")
    return [
        dict(zip(columns, (*key, value), strict=True))
        for key, counts in statements.items()
        for value, n in counts.items()
        if n == max(counts.values())
    ]


def _with_gender(context: StepContext) -> bool:
    """As the home says; without a home, as in a copy, what was read before stays."""
    if context.gender is not None:
        return context.gender
    kinds = "SELECT 1 FROM core.name_evidence WHERE kind IN ('gender', 'first_name') LIMIT 1"
    return bool(context.con.execute(kinds).fetchall())


DESCRIBE_PEOPLE = Step(
    name="describe people",
    reads=(
        "ops.uncompared",
        "ops.steps_due",
        "mart.article_metadata",
        "core.article_versions",
        "core.entity_mentions",
        "core.quotes",
        "core.identities",
        "ops.changed_people",
    ),
    makes=("core.name_evidence", "core.person_traits"),
    run=describe_people,
)
