"""Copies are found by their words, whoever published them and in whatever order they came."""

import random
from datetime import timedelta
from itertools import pairwise

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.builders import T0, VERSIONS, outcome, rows
from support.steps import find_copies

from parsers.article import Person, Removed
from parsers.source import from_data
from warehouse.write import memory
from warehouse.write.load import load_outcomes

SOURCES = {
    name: from_data({"name": name, "title": name, "home": f"http://{name}.test/"})
    for name in ("pagi", "sore", "malam")
}
SOURCES["kawat"] = from_data(
    {"name": "kawat", "title": "Antara Kabar", "home": "http://kawat.test/", "kind": "wire"}
)
WORDS = [
    f"{a}{b}{c}"
    for a in ("ka", "me", "su", "pe", "ta", "lu")
    for b in ("ra", "ni", "bo", "de", "ti")
    for c in ("ng", "k", "n", "s", "h")
]
FURNITURE = "Ikuti kabar terbaru kami setiap hari melalui saluran percakapan resmi dan jangan lupa mendukung kerja redaksi dengan berlangganan sekarang juga"


def paragraphs(seed, n=15, n_words=20):
    dice = random.Random(seed)
    return [" ".join(dice.choice(WORDS) for _ in range(n_words)) + "." for _ in range(n)]


def new_article(source, name, lines, hours=0, seen=None, **fields):
    url = f"http://{source}.test/{name}"
    when = T0 + timedelta(hours=hours)
    body, hour = "\n".join(lines), (hours if seen is None else seen) + 1
    return outcome(
        body,
        hour=hour,
        url=url,
        article_id=f"{source}-{name}",
        source_id=source,
        date_published=when,
        **fields,
    )


def load(store, *articles):
    for each in articles:
        load_outcomes(store, [each], SOURCES, VERSIONS)
    find_copies(store)


def clusters(store):
    return {
        a: (lead, relation)
        for a, lead, relation in rows(
            store, "SELECT article_id, cluster_id, relation FROM core.article_clusters"
        )
    }


def edited(lines):
    return [
        *lines[:4],
        "Satu alinea lain sama sekali berdiri di tempat ini dan tidak pernah ada di naskah semula.",
        *lines[5:],
    ]


def test_a_copy_has_the_earliest_as_its_lead_and_says_how_much_it_took(store):
    text = paragraphs("asal")
    load(
        store,
        new_article("pagi", "asal", text),
        new_article("sore", "sama", text, 1),
        new_article("malam", "ubah", edited(text), 2),
        new_article("malam", "potong", [*paragraphs("lain", 1), *text[6:9]], 3),
        new_article("sore", "beda", paragraphs("beda"), 4),
    )

    assert clusters(store) == {
        "pagi-asal": ("pagi-asal", "lead"),
        "sore-sama": ("pagi-asal", "exact"),
        "malam-ubah": ("pagi-asal", "near_duplicate"),
        "malam-potong": ("pagi-asal", "partial"),
        "sore-beda": ("sore-beda", "lead"),
    }
    assert rows(store, "SELECT count(*) FROM mart.articles WHERE is_cluster_lead") == [(2,)]
    copies = rows(
        store,
        "SELECT source_name, lead_source_name, copy_relation, minutes_after, is_own FROM mart.copies ORDER BY minutes_after",
    )
    assert copies == [
        ("sore", "pagi", "exact", 60, False),
        ("malam", "pagi", "near_duplicate", 120, False),
        ("malam", "pagi", "partial", 180, False),
    ]


def test_the_origin_is_told_beside_the_lead(store):
    """By the copy first, then by the lead; a wire is called as its source is, where we read it."""
    cases = {
        "tayang": ("pagi", {}, {"syndicated_from": "Kabar Teluk"}, "Kabar Teluk"),
        "kode": ("pagi", {}, {"credit": "(ant/rmd)"}, "Antara Kabar"),
        "rantai": ("pagi", {}, {"credit": "Editor: Ranti Antarini"}, None),
        "kepala": ("pagi", {"dateline": "Jakarta (ANTARA)"}, {}, "Antara Kabar"),
        "nama": ("pagi", {}, {"authors": (Person(name="Reuters"),)}, "Reuters"),
        "isi": ("pagi", {}, {"more": "Demikian dikutip dari kantor berita AFP, Selasa."}, "AFP"),
        "lain": (
            "pagi",
            {},
            {"more": "Keterangan itu dikutip dari antara lain catatan desa."},
            None,
        ),
        "kawat": ("kawat", {}, {}, "Antara Kabar"),
    }
    for name, (outlet, lead, copy, _) in cases.items():
        fields, lines = dict(copy), paragraphs(name)
        credited, more = fields.pop("credit", ""), fields.pop("more", "")
        text = [*lines, *filter(None, (credited, more))]
        at = len("\n".join(lines)) + 1
        fields |= (
            {
                "removed": (
                    Removed(kind="editor_credit", start=at, end=at + len(credited), text=credited),
                )
            }
            if credited
            else {}
        )
        load_outcomes(
            store,
            [
                new_article(outlet, f"{name}-1", lines, **lead),
                new_article("sore", name, text, 1, **fields),
            ],
            SOURCES,
            VERSIONS,
        )
    find_copies(store)

    assert dict(rows(store, "SELECT split_part(article_id, '-', 2), origin FROM mart.copies")) == {
        name: origin for name, (*_, origin) in cases.items()
    }


def test_the_origin_follows_the_byline_and_the_cluster(store):
    """A page that names the agency only later, and a text whose copy comes later or goes, are looked at again."""
    text, origin = paragraphs("asal"), "SELECT article_id, origin FROM mart.copies"
    load(store, new_article("pagi", "asal", text, dateline="Jakarta (ANTARA)"))
    assert rows(store, "SELECT agency FROM mart.articles") == [("ANTARA",)]  # nobody took it yet

    load(store, new_article("sore", "sama", text, 1))
    assert rows(store, origin) == [("sore-sama", "ANTARA")]

    load(store, new_article("sore", "sama", text, 1, seen=9, authors=(Person(name="Reuters"),)))
    assert rows(store, origin) == [("sore-sama", "Reuters")]

    author = (Person(name="Sari Wulandari"),)
    load(store, new_article("sore", "sama", paragraphs("baru"), 1, seen=11, authors=author))
    assert rows(store, "FROM core.article_agencies") == [("pagi-asal", "antara")]


def test_what_an_outlet_puts_under_every_article_makes_no_copies(store):
    load(
        store, *(new_article("pagi", f"k{n}", [*paragraphs(n, 2), FURNITURE], n) for n in range(8))
    )

    assert {relation for _, relation in clusters(store).values()} == {"lead"}


@pytest.mark.parametrize(("n_articles", "n_leads"), [(5, 1), (6, 6)])
def test_what_more_than_five_articles_of_a_week_have_is_no_text_of_theirs(
    store, n_articles, n_leads
):
    same = paragraphs("perabot", 4)
    load(
        store,
        *(new_article("pagi", f"k{n}", [*paragraphs(n, 2), *same], n) for n in range(n_articles)),
    )

    assert sum(relation == "lead" for _, relation in clusters(store).values()) == n_leads


def test_boilerplate_begins_and_ends_with_the_sixth_article_of_an_outlet(store):
    same = paragraphs("perabot", 4)
    six = [new_article("pagi", f"k{n}", [*paragraphs(n, 2), *same], n) for n in range(6)]
    load(store, *six[:5], new_article("sore", "lain", same))
    n_copies = [n_not_leads(store)]
    load(store, six[5])
    n_copies.append(n_not_leads(store))
    load(store, new_article("pagi", "k5", paragraphs("baru"), 5, seen=20))
    n_copies.append(n_not_leads(store))

    assert n_copies == [5, 0, 5]


def n_not_leads(store):
    return sum(relation != "lead" for _, relation in clusters(store).values())


def test_articles_of_the_week_that_share_nothing_with_a_new_one_are_not_compared_again(store):
    load(store, *(new_article("pagi", f"k{n}", paragraphs(n), n) for n in range(3)))
    load_outcomes(store, [new_article("pagi", "k9", paragraphs(9), 9)], SOURCES, VERSIONS)

    assert find_copies(store) == 1


def test_the_same_words_a_month_later_are_another_article(store):
    text = paragraphs("tahunan")
    load(store, new_article("pagi", "dulu", text), new_article("sore", "kini", text, 24 * 30))

    assert {relation for _, relation in clusters(store).values()} == {"lead"}


def test_an_article_that_is_rewritten_is_no_copy_any_more(store):
    text = paragraphs("asal")
    load(store, new_article("pagi", "asal", text), new_article("sore", "sama", text, 1))
    load(store, new_article("sore", "sama", paragraphs("baru"), 1, seen=9))

    assert clusters(store)["sore-sama"] == ("sore-sama", "lead")


def test_nothing_new_is_nothing_to_compare(store):
    load(store, new_article("pagi", "asal", paragraphs("asal")))

    assert find_copies(store) == 0


def test_what_needs_more_memory_than_the_limit_is_done_again_without_it(store):
    def task():
        con.begin()
        limits.append(con.execute("SELECT current_setting('memory_limit')").fetchall())
        if len(limits) == 1:
            raise duckdb.OutOfMemoryException
        con.commit()

    limits = []
    with store.write_connection() as con:
        memory.with_limited_memory(con, task)

    assert len(limits) == 2
    assert limits[0] != limits[1]


def test_after_the_comparison_all_memory_can_be_taken_again(store, monkeypatch):
    monkeypatch.setattr(memory, "LIMIT", "30MB")
    with store.write_connection() as con:
        memory.with_limited_memory(con, lambda: con.execute("SELECT 1"))
        con.execute("CREATE TEMP TABLE many AS SELECT list(range) AS n FROM range(5_000_000)")


A, B, C = paragraphs("a"), paragraphs("b"), paragraphs("c")
MANY = [
    new_article("pagi", "a1", A), new_article("sore", "a2", A, 30), new_article("malam", "a3", [*A[:8], *B[:7]], 60), new_article("pagi", "b1", B, 90),
    new_article("sore", "c1", C, 24 * 6), new_article("malam", "c2", edited(C), 24 * 9), new_article("pagi", "c3", [*edited(C)[:5], *C[9:]], 24 * 15),
    *(new_article("pagi", f"k{n}", [*paragraphs(n, 2), FURNITURE], 5 * n) for n in range(7)),
]  # fmt: skip


@pytest.fixture(scope="module")
def at_once(new_store):
    store = new_store()
    load(store, *MANY)
    return tables(store)


def tables(store):
    return {
        name: sorted(map(str, rows(store, f"FROM core.article_{name}")))
        for name in ("shingles", "pairs", "clusters")
    }


@pytest.mark.slow
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations(range(len(MANY))), cuts=st.sets(st.integers(1, len(MANY) - 1), max_size=4)
)
def test_any_order_and_batching_gives_the_same_clusters(order, cuts, at_once, new_store):
    store = new_store()
    edges = [0, *sorted(cuts), len(MANY)]
    for first, last in pairwise(edges):
        load_outcomes(store, [MANY[n] for n in order[first:last]], SOURCES, VERSIONS)
        find_copies(store)

    assert tables(store) == at_once


def test_an_article_that_has_less_than_half_in_common_and_all_of_its_own_is_a_part(store):
    text = paragraphs("panjang", n=30)
    load(store, new_article("pagi", "utuh", text), new_article("sore", "bagian", text[:13], 1))

    [(relation, jaccard, containment)] = rows(
        store,
        "SELECT relation, jaccard, containment FROM core.article_clusters WHERE NOT is_lead",
    )
    assert (relation, containment) == ("partial", 1)
    assert 0.3 < jaccard < 0.5


@pytest.mark.parametrize("first", ["pagi", "sore"])
def test_a_copy_of_two_articles_belongs_to_the_earlier_one(first, store):
    second = "sore" if first == "pagi" else "pagi"
    one, other = paragraphs("satu", n=10), paragraphs("dua", n=10)
    load(
        store,
        new_article(first, "asal", one),
        new_article(second, "asal", other, 1),
        new_article("malam", "salinan", [*other[:8], *one[:8]], 2),
    )

    assert {a: lead for a, (lead, _) in clusters(store).items()} == {
        f"{first}-asal": f"{first}-asal",
        f"{second}-asal": f"{second}-asal",
        "malam-salinan": f"{first}-asal",
    }
