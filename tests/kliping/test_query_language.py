"""The language of queries: what the examples of docs/how-to/search.md find, and that a database finds what the evaluator says."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.builders import T0, VERSIONS, outcome
from support.command_line import kliping
from support.steps import find_copies

from kliping.output import one_line
from kliping.reading.labels import Labels, Language
from kliping.reading.search import search
from parsers.search_query import QueryError, matches, parse, terms
from parsers.source import from_data
from warehouse.read.published import Reader
from warehouse.read.search_sql import with_searches
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes

PAGE = (Path(__file__).parents[2] / "docs/how-to/search.md").read_text("utf-8")
EXAMPLES = PAGE.partition("### Examples")[2].partition("### What is refused")[0]
ARTICLES = re.findall(r"^\| ([A-Z]) \| (.+) \| (.+) \|$", EXAMPLES, re.MULTILINE)
QUERIES = re.findall(r"^\| `(.+)` \| (.+) \|$", EXAMPLES, re.MULTILINE)
WORDS = ("banjir", "kebanjiran", "rob", "roboh", "desa", "dana", "Pésisir")
ROOTS = {"kebanjiran": "banjir", "pésisir": "pesisir"}
QUERY_WORD = st.sampled_from(("banjir", "rob", "desa", "dana", "pesisir"))


@dataclass(frozen=True)
class Meaning:
    """A query, and what it means: a function of an article's headline, text and outlet, as lists of words."""

    query: str
    is_true: Callable[..., bool]


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+|\n", text.lower())


def root(word: str) -> str:
    return ROOTS.get(word, word)


def plain(word: str) -> str:
    return word.replace("é", "e")


def are_near(words: list[str], one: str, other: str, most: int) -> bool:
    places = [[at for at, word in enumerate(words) if plain(word) == each] for each in (one, other)]
    return any(
        a != b and abs(a - b) - 1 <= most and "\n" not in words[min(a, b) : max(a, b)]
        for a in places[0]
        for b in places[1]
    )


@st.composite
def leaves(draw) -> Meaning:
    one, other, most = draw(QUERY_WORD), draw(QUERY_WORD), draw(st.integers(0, 3))
    kinds = {
        one: lambda h, t, _: one in map(root, h + t),
        f'"{one} {other}"': lambda h, t, _: any(
            (one, other) == (plain(a), plain(b)) for words in (h, t) for a, b in pairwise(words)
        ),
        f'"{one} {other}"~{most}': lambda h, t, _: any(
            are_near(words, one, other, most) for words in (h, t)
        ),
        f"{one[:3]}*": lambda h, t, _: any(plain(word).startswith(one[:3]) for word in h + t),
        f"headline:{one}": lambda h, *_: one in map(root, h),
        f"headline:({one} OR {other})": lambda h, *_: bool({one, other} & set(map(root, h))),
        "source:koran": lambda *article: article[2] == "koran",
        "*": lambda *_: True,
    }
    return Meaning(*draw(st.sampled_from(sorted(kinds.items(), key=lambda kind: kind[0]))))


def extended(queries: st.SearchStrategy[Meaning]) -> st.SearchStrategy[Meaning]:
    def binary(one: Meaning, other: Meaning, sign: str) -> Meaning:
        join = any if sign == " OR " else all
        return Meaning(
            f"({one.query}{sign}{other.query})",
            lambda *article: join([one.is_true(*article), other.is_true(*article)]),
        )

    def excluded(one: Meaning, sign: str) -> Meaning:
        query = f"({one.query})" if one.query.startswith("-") else one.query
        return Meaning(f"{sign}{query}", lambda *article: not one.is_true(*article))

    return st.one_of(
        st.builds(binary, queries, queries, st.sampled_from((" ", " AND ", " OR "))),
        st.builds(excluded, queries, st.sampled_from(("-", "NOT "))),
    )


TREES = st.recursive(leaves(), extended, max_leaves=6)


def load(store: Database, articles: dict[str, tuple[str, str, str]]) -> None:
    outlets = {
        name: from_data({"name": name, "title": name.title(), "home": f"http://{name}.test/"})
        for name in ("kabar", "koran")
    }
    load_outcomes(store, [
        outcome(body, url=f"http://{source}.test/{name}", article_id=name, source_id=source, headline=headline, date_published=T0 + timedelta(days=n))
        for n, (name, (headline, body, source)) in enumerate(articles.items())
    ], outlets, VERSIONS)  # fmt: skip
    find_copies(store)
    store.publish()


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    store = Database(tmp_path_factory.mktemp("examples"))
    load(store, {name: (headline, text, "koran" if name == "E" else "kabar") for name, headline, text in ARTICLES})  # fmt: skip
    with Reader(store.home) as opened:
        yield opened


def test_the_page_has_its_examples():
    assert (len(ARTICLES), len(QUERIES)) == (5, 26)


@pytest.mark.parametrize(("query", "found"), QUERIES)
def test_every_example_finds_what_the_page_says(reader, query, found):
    expected = set() if found == "none" else set(found.split(", "))
    evaluated = {
        name
        for name, headline, text in ARTICLES
        if matches(parse(query), {"headline": [headline], "text": [headline, text], "source": ["koran Koran" if name == "E" else "kabar Kabar"]})
    }  # fmt: skip

    assert {row["article_id"] for row in search(reader, query)} == expected == evaluated


def test_the_refusal_on_the_page_is_what_the_command_prints(demo_home):
    [printed] = re.findall(r"```text\n(kliping: .+?)```", PAGE, re.DOTALL)
    query = printed.splitlines()[1].strip()
    refused = kliping(demo_home, "search", query)

    assert (refused.returncode, refused.stderr) == (2, printed)


@pytest.fixture(scope="module")
def invented(tmp_path_factory):
    """Many short articles, and a reader of them."""
    chance = random.Random(7)

    def text(signs: tuple[str, ...], most: int) -> str:
        words = " ".join(chance.choices(signs, k=chance.randint(1, most)))
        return re.sub(r"\s*\n\s*", "\n", words).strip()

    articles = {
        f"a{n}": (text(WORDS, 3), text((*WORDS, "lain", "\n", "–"), 9), chance.choice(("kabar", "koran")))
        for n in range(150)
    }  # fmt: skip
    articles = {name: each for name, each in articles.items() if words_of(each[1])}
    store = Database(tmp_path_factory.mktemp("invented"))
    load(store, articles)
    with Reader(store.home) as opened:
        assert opened.rows("FROM mart.search('*') SELECT count(*) AS n") == [{"n": len(articles)}]
        yield opened, articles


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(tree=TREES)
def test_a_database_and_the_evaluator_find_what_a_query_means(invented, tree):
    reader, articles = invented
    meant, evaluated = set(), set()
    for name, (headline, text, source) in articles.items():
        if tree.is_true(words_of(headline), words_of(text), source):
            meant.add(name)
        texts = {"headline": [headline], "text": [headline, text], "source": [f"{source} {source.title()}"]}  # fmt: skip
        if matches(parse(tree.query), texts):
            evaluated.add(name)

    found = reader.rows("SELECT article_id FROM mart.search($query)", {"query": tree.query})

    assert {row["article_id"] for row in found} == meant == evaluated


@pytest.mark.parametrize(
    ("query", "reason", "at"),
    [
        ("OR gempa", "a term is missing before OR", 0),
        ("gempa OR", "a term is missing before the end", 8),
        ("gempa AND OR erupsi", "a term is missing before OR", 10),
        ("NOT", "a term is missing before the end", 3),
        ("gempa -OR", "a term is missing before OR", 7),
        ("(gempa", "a bracket is open", 6),
        ("gempa)", "this bracket closes none", 5),
        ("gempa ()", "a term is missing before this bracket", 7),
        ('gempa "rob', "a quotation mark", 6),
        ('gempa ""', "has no word in it", 6),
        ("gempa hedline:rob", "did you mean headline:?", 6),
        ("gempa https://kabar.test", "no field https:", 6),
        ("gempa headline: rob", "write it behind the colon", 6),
        ("headline:-rob", "a term is missing before -", 9),
        ("kor*psi", "a * stands at the end of a word", 3),
        ("*korupsi", "a * stands at the end of a word", 0),
        ('"dana *desa"', "a * stands at the end of a word", 6),
        ("gempa | rob", "write OR between two terms", 6),
        ("gempa && rob", "terms side by side", 6),
        ("gempa !rob", "-word excludes", 6),
        ("ge?pa", "korup* finds", 1),
        ("gempa^2", "no term weighs more", 5),
        ("gempa~2", "with at most 5 others", 5),
        ('"gempa bumi"~', "with at most 5 others", 12),
        ('"gempa"~2', "has 2 or 3 words", 0),
        ('"gempa bumi"~31', "at most 30 others", 0),
        ('"a b c d"~2', "has 2 or 3 words", 0),
        ("gempa NEAR/5 rob", "with at most 5 others", 6),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(query, reason, at):
    with pytest.raises(QueryError) as refused:
        parse(query)
    message, shown, caret = str(refused.value).split("\n")

    assert reason in message
    assert (shown, caret) == (f"  {query}", " " * (at + 2) + "^")
    assert one_line(refused.value) == message
    indonesian = Labels(Language.INDONESIAN).error(message)
    assert indonesian
    assert indonesian.endswith((".", ".)"))


@pytest.mark.parametrize("query", ["", " ", "%", "- –"])
def test_a_query_without_any_term_is_refused(query):
    with pytest.raises(QueryError, match="nothing to search for"):
        parse(query)


def test_a_long_query_is_shown_around_its_mistake():
    with pytest.raises(QueryError) as refused:
        parse(" ".join(["gempa"] * 100) + " | " + " ".join(["gempa"] * 100))
    _, shown, caret = str(refused.value).split("\n")

    assert len(shown) < 75
    assert shown[caret.index("^")] == "|"


def test_groups_in_groups_and_terms_have_a_limit():
    parse("(" * 20 + "gempa" + ")" * 20)
    with pytest.raises(QueryError, match="at most 20 groups"):
        parse("(" * 10_000 + "gempa" + ")" * 10_000)
    with pytest.raises(QueryError, match="at most 20 terms, not 21"):
        parse(" OR ".join(f"kata{n}" for n in range(21)))


@given(st.text(alphabet='ab -()"*~:OR3|?%\n', max_size=30))
def test_any_text_is_a_query_or_refused(text):
    with suppress(QueryError):
        assert matches(parse(text), {}) in {True, False}


def test_a_query_of_twenty_terms_is_found_by_one_look_into_the_index(invented):
    query = " OR ".join(
        [*(f"kata{n}" for n in range(16)), *(f'"kata{n} lain{n}"' for n in range(4))]
    )
    script, _ = with_searches("FROM mart.search($query)", {"query": query})

    assert script.count("ops.word_postings") == script.count("FROM ops.words)") == 1
    assert invented[0].rows(script) == []


@pytest.mark.parametrize(
    "script",
    [
        "SELECT '-- mart.search(''x'')' AS a",
        "SELECT 1 AS a -- mart.search('x |')",
        "SELECT 1 AS a /* don't: mart.search('x |') */",
        "SELECT 1 AS \"mart.search('x |')\"",
    ],
)
def test_what_only_looks_like_a_search_stays_as_it_is(script):
    assert with_searches(script) == (script, {})


def test_a_search_within_sql_may_be_joined_named_and_quoted(invented):
    reader, _ = invented
    [row] = reader.rows("""SELECT count(*) AS n, (SELECT count(*) FROM kliping.MART.search( 'banjir OR rob' )) AS other
      FROM mart.search('(banjir OR rob) -"o''reilly"') AS f JOIN mart.articles AS a USING (article_id) WHERE a.word_count > $least""", {"least": 0})  # fmt: skip

    assert row["n"] == row["other"] > 0
    [counted] = reader.rows("SELECT sum(n_matching) AS n FROM mart.attention('banjir OR rob')")
    assert counted["n"] == row["n"]


def test_only_the_terms_that_are_wanted_are_ranked_and_shown():
    wanted = terms("gempa -(rob OR NOT desa)")

    assert [(term.written, term.is_wanted) for term in wanted] == [("gempa", True), ("rob", False), ("desa", True)]  # fmt: skip


@pytest.mark.parametrize("command", ["search", "attention"])
def test_a_minus_needs_no_dashes_before_it(demo_home, command):
    def answer(*arguments):
        return kliping(demo_home, command, "--format", "json", *arguments).stdout

    assert answer("-banjir") == answer("--", "-banjir") == answer("NOT banjir") != answer("*")
    assert answer("pekerja", "-banjir") == answer("pekerja -banjir")


def test_an_option_that_is_none_does_not_become_a_query(demo_home):
    refused = kliping(demo_home, "search", "banjir", "--sinse", "2026-01-01")

    assert refused.returncode == 2
    assert "no such option: --sinse; did you mean --since?" in refused.stderr
