"""A name that only the tagger sees is a row with one witness, and no ranking counts it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from support.builders import VERSIONS, facts_of_name, outcome
from support.steps import link_names

from parsers.facts import Structure
from parsers.source import from_data
from warehouse.read.published import Reader
from warehouse.write.load import load_outcomes

SOURCES = {"kabar": from_data({"name": "kabar", "title": "Kabar", "home": "http://kabar.test/"})}
TEXT = "Kata Menteri Sosial Bidin Santosa, Raihan Tuanakotta pulang. Persatuan Ombak menang."


def mention(number, name, kind, rule_id, *, is_tagged):
    facts = facts_of_name(kind, name, rule_id, start=TEXT.index(name), is_tagged=is_tagged)
    return replace(facts.mentions[0], mention_no=number)


@pytest.fixture
def reader(store):
    mentions = (
        mention(1, "Bidin Santosa", "person", "mention.person.phrase", is_tagged=True),
        mention(2, "Raihan Tuanakotta", "person", "mention.person.tagger", is_tagged=True),
        mention(3, "Persatuan Ombak", "organization", "mention.organization.phrase", is_tagged=False),
    )  # fmt: skip
    article = outcome(
        TEXT,
        url="http://kabar.test/1",
        article_id="kabar-1",
        source_id="kabar",
        in_language="id",
        date_published=datetime(2026, 11, 3, 3, tzinfo=UTC),
        structure=Structure(mentions=mentions),
    )
    load_outcomes(store, [article], SOURCES, VERSIONS)
    link_names(store)
    store.publish()
    with Reader(store.home) as opened:
        yield opened


def test_each_mention_says_which_witnesses_it_has(reader):
    found = reader.rows(
        "SELECT entity, witnesses, is_confirmed FROM mart.mentions ORDER BY mention_no"
    )

    assert [tuple(row.values()) for row in found] == [
        ("Bidin Santosa", ["rule", "tagger"], True),
        ("Raihan Tuanakotta", ["tagger"], False),
        ("Persatuan Ombak", ["rule"], True),
    ]


def test_people_and_bodies_are_counted_from_confirmed_mentions(reader):
    people = reader.rows("SELECT person FROM mart.people")
    bodies = reader.rows("SELECT organization FROM mart.organizations")

    assert [row["person"] for row in people] == ["Bidin Santosa"]
    assert [row["organization"] for row in bodies] == ["Persatuan Ombak"]
