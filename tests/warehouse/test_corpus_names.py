"""What the names of all articles say about each other: counts that follow the articles, and the joins that follow from the counts."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.builders import VERSIONS, facts_of_name, outcome, rows
from support.steps import link_names

from parsers.source import from_data
from parsers.structure import structure
from parsers.structure.names.name_forms import needs_region
from warehouse.write import identities
from warehouse.write.database import Database
from warehouse.write.identities import LINK_NAMES
from warehouse.write.load import load_outcomes
from warehouse.write.person_traits import DESCRIBE_PEOPLE
from warehouse.write.steps import run_steps

SOURCES = {
    name: from_data({"name": name, "title": name.title(), "home": f"http://{name}.test/"})
    for name in ("pagi", "siang", "sore")
}
OUTLETS = tuple(SOURCES)
QUOTE = "“Kami siap,” kata {} di Parepare."
SMALL = tuple(f"Ada {n} sinyalemen lama." for n in range(5))
FULL = QUOTE.format("Taslim Mappasoro")
OTHER = QUOTE.format("Hasan Pasewang")
COUNTS = (
    "FROM core.article_names ORDER BY ALL",
    "FROM core.names ORDER BY ALL",
    "FROM core.name_forms ORDER BY ALL",
    "FROM core.small_words ORDER BY ALL",
    "FROM core.identities ORDER BY ALL",
)


def article(number, text, day=4, hour=0, facts=None):
    source = OUTLETS[number % len(OUTLETS)]
    return outcome(
        text,
        hour=hour,
        url=f"http://{source}.test/{number}",
        article_id=f"{source}-{number}",
        source_id=source,
        in_language="id",
        date_published=datetime(2026, 11, day, 3, tzinfo=UTC),
        structure=facts or structure(text),
    )


def load(store, *texts, first=0):
    articles = [article(first + number, text) for number, text in enumerate(texts)]
    load_outcomes(store, articles, SOURCES, VERSIONS)
    link_names(store)


def finish(store):
    """As a run does once all steps are through."""
    with store.write_connection() as con:
        con.execute("DELETE FROM ops.uncompared")


def canonical(store, name):
    """What the name stands for everywhere; itself where nothing is joined."""
    found = rows(
        store,
        f"SELECT canonical_name FROM core.identities WHERE name = '{name}' AND article_id IS NULL",
    )
    return found[0][0] if found else name


def kinds(store, name):
    return {
        kind for (kind,) in rows(store, f"SELECT kind FROM mart.mentions WHERE entity = '{name}'")
    }


def tables(store):
    return [rows(store, query) for query in COUNTS]


def test_a_name_has_its_articles_outlets_and_days(store):
    load_outcomes(
        store,
        [article(n, QUOTE.format("Taslim Mappasoro"), day) for n, day in ((0, 3), (1, 5), (3, 4))],
        SOURCES,
        VERSIONS,
    )
    link_names(store)

    assert rows(
        store,
        """SELECT kind, n_articles, n_outlets, n_ruled, n_acting, first_day::VARCHAR, last_day::VARCHAR, has_corpus_witness
        FROM core.names WHERE name = 'Taslim Mappasoro'""",
    ) == [("person", 3, 2, 3, 3, "2026-11-03", "2026-11-05", True)]


def test_counts_follow_an_edit_and_a_removal_without_a_look_at_other_articles(store):
    load(store, QUOTE.format("Taslim Mappasoro"), QUOTE.format("Taslim Mappasoro"))
    finish(store)
    with store.write_connection() as con:
        con.execute("DELETE FROM core.entity_mentions")  # of all: a step that reads them finds none
    load(store, "Kapal bersandar. " + QUOTE.format("Hasan Pasewang"))
    count = "SELECT n_articles FROM core.names WHERE name = 'Taslim Mappasoro'"
    small = "SELECT word FROM core.small_words WHERE word = 'bersandar'"
    assert rows(store, count) == [(1,)]
    assert rows(store, small) == [("bersandar",)]

    with store.write_connection() as con:
        con.execute("DELETE FROM core.articles WHERE article_id IN ('pagi-0', 'siang-1')")
        con.execute("INSERT INTO ops.uncompared VALUES ('pagi-0'), ('siang-1')")
    link_names(store)

    assert tables(store)[:4] == [[], [], [], []]


def test_a_home_of_schema_42_gets_its_counts_at_the_first_run(store):
    load(store, FULL, QUOTE.format("Taslim Mapasoro"), FULL, *SMALL)
    finish(store)
    expected = tables(store)
    with store.write_connection() as con:
        for table in ("article_names", "names", "name_forms", "article_words", "small_words"):
            con.execute(f"DROP TABLE core.{table}")
        con.execute("DELETE FROM ops.schema_migrations WHERE version IN (0, 43)")
        con.execute("DELETE FROM core.identities")

    upgraded = Database(store.home)
    link_names(upgraded)

    assert expected[0]
    assert tables(upgraded) == expected


NAMES = (
    "“Kami siap,” kata Taslim Mappasoro di Parepare.",
    "“Kami siap,” kata Taslim di Parepare.",
    "“Kami siap,” kata Kritikan Taslim Mappasoro di Parepare.",
    "“Kami siap,” kata Taslim Mapasoro di Parepare.",
    "“Kami siap,” kata Wali Kota Parepare Taslim Mappasoro Daeng.",
    "“Air surut,” kata Wali Kota Parepare Daeng.",
    "“Kami siap,” kata Rahman W. Wiryadinata, yang akrab disapa Gus Rama, di Bone.",
    "“Sudah,” kata Gus Rama di Bone.",
    "“Belum,” kata Rahman Wiryadinata di Bone. Wiryadinata pulang.",
    "“Belum,” kata Rahman Wiryadinata di Barru. Wiryadinata pulang.",
    "“Belum,” kata Rahman Wiryadinata di Maros. Wiryadinata pulang.",
    "“Ya,” kata Wiryadinata di Bone.",
    "Manajer PT Surya Karsa Abadi Tbk hadir.",
    "“Baik,” kata Surya Karsa Abadi di Bone.",
    "“Baik,” kata Prasetyo Wiryawan di Bone.",
    "“Baik,” kata Prasetyo Wiriyawan di Bone.",
    "“Baik,” kata Prasetyo Wiryawansinyalemen di Bone.",
    "“Baik,” kata Sinyalemen Prasetyo Wiryawan di Bone.",
    "Ada sinyalemen dan kritikan lama.",
    "Ada sinyalemen dan kritikan baru.",
    "Ada sinyalemen dan kritikan lain.",
    "“Pemkab Bone siap,” kata Ketua DPRD Bone Hasan Pasewang.",
    "“Pemerintah Kabupaten Bone siap,” kata Ketua DPRD Bone Pasewang.",
)
FILES = (
    None,
    "kind,name,also\nperson,Taslim Mappasoro,Gus Rama\n",
    "kind,name,also,offices,status\nperson,Rahman Wiryadinata,Taslim,,different\nperson,Kritikan Taslim Mappasoro,,,none\n",
)


def set_file(store, text):
    path = store.home / "identities.csv"
    path.unlink(missing_ok=True)
    if text:
        path.write_text(text, encoding="utf-8")


def rebuilt(new_store, texts, file):
    """The tables of a home that has these articles from one load."""
    whole = new_store()
    set_file(whole, file)
    load_outcomes(whole, [article(n, text, hour=9) for n, text in texts.items()], SOURCES, VERSIONS)
    run_steps(whole, steps=[LINK_NAMES, DESCRIBE_PEOPLE])
    return [*tables(whole), rows(whole, "FROM core.person_traits ORDER BY ALL")]


def test_a_later_misreading_parts_a_name_that_it_shares_a_word_with(store, monkeypatch):
    """The third run names nobody of the first, but one of their words is of several names now."""
    monkeypatch.setattr(
        identities, "MANY", 0
    )  # in so small a home every run touches nearly all names
    load(store, FULL, FULL, QUOTE.format("Taslim Mappasoro Daeng"))
    finish(store)
    merged = canonical(store, "Taslim Mappasoro Daeng")
    load(store, OTHER, first=3)
    finish(store)
    load(store, QUOTE.format("Hasan Mappasoro"), QUOTE.format("Taslim Pasewang"), first=4)

    assert merged == "Taslim Mappasoro"
    assert canonical(store, "Taslim Mappasoro Daeng") == "Taslim Mappasoro Daeng"


def test_all_names_linked_again_in_parts_have_the_same_rows(store, monkeypatch):
    load(store, *NAMES)
    finish(store)
    expected = tables(store)
    monkeypatch.setattr(identities, "PART", 4)
    monkeypatch.setattr(identities, "FIRST_PART", 1)
    with store.write_connection() as con:
        con.execute("DELETE FROM ops.name_lists; DELETE FROM core.identities")

    link_names(store)

    assert expected[-1]
    assert tables(store) == expected


@pytest.mark.slow
@pytest.mark.long
@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    order=st.permutations(range(len(NAMES))),
    cuts=st.sets(st.integers(1, len(NAMES) - 1), min_size=1, max_size=3),
    edited=st.sets(st.integers(0, len(NAMES) - 1), max_size=4),
    forgotten=st.sets(st.integers(0, len(NAMES) - 1), max_size=4),
    files=st.lists(st.sampled_from(FILES), min_size=3, max_size=3),
)
def test_any_order_batching_and_file_gives_the_rows_of_a_rebuild(new_store, order, cuts, edited, forgotten, files):  # fmt: skip
    """Names that merge, part again by a later misreading, are forgotten or known to a file: only some are linked in each run."""
    parts, edges = new_store(), [0, *sorted(cuts), len(order)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            identities, "MANY", 0
        )  # in so small a home nearly every run touches all names
        for hour, (start, end) in enumerate(pairwise(edges)):
            set_file(parts, files[hour % len(files)])
            # an edited article has the text of another name until the last batch
            batch = [
                article(n, NAMES[n - 1] if n in edited else NAMES[n], hour=hour)
                for n in order[start:end]
            ]
            load_outcomes(parts, batch, SOURCES, VERSIONS)
            run_steps(parts, steps=[LINK_NAMES, DESCRIBE_PEOPLE])
            finish(parts)
        load_outcomes(
            parts, [article(n, NAMES[n], hour=9) for n in sorted(edited)], SOURCES, VERSIONS
        )
        with parts.write_connection() as con:
            for n in forgotten:
                key = f"{OUTLETS[n % len(OUTLETS)]}-{n}"
                con.execute("DELETE FROM core.articles WHERE article_id = ?", [key])
                con.execute(
                    "INSERT INTO ops.uncompared SELECT ? WHERE ? NOT IN (FROM ops.uncompared)",
                    [key, key],
                )
        run_steps(parts, steps=[LINK_NAMES, DESCRIBE_PEOPLE])

    texts = {n: text for n, text in enumerate(NAMES) if n not in forgotten}
    made = [*tables(parts), rows(parts, "FROM core.person_traits ORDER BY ALL")]
    assert made == rebuilt(new_store, texts, files[(len(edges) - 2) % len(files)])


@pytest.mark.parametrize(
    ("name", "others", "target", "rule"),
    [
        # a word that is small elsewhere, before or after the name, and one that is stuck to it
        ("Sinyalemen Taslim Mappasoro", (FULL, *SMALL), "Taslim Mappasoro", "glued"),
        ("Taslim Mappasoro Sinyalemen", (FULL, *SMALL), "Taslim Mappasoro", "glued"),
        ("Taslim Mappasorosangat", (FULL,), "Taslim Mappasoro", "glued"),
        ("Sinyalemen Mappasoro", (QUOTE.format("Mappasoro"), *SMALL), "Mappasoro", "glued"),
        # the more frequent form wins
        ("Taslim Mappasoro Daeng", (FULL, FULL), "Taslim Mappasoro", "part"),
        ("Taslim Mappasoro", (QUOTE.format("Taslim Mappasoro Daeng"),) * 2, "Taslim Mappasoro Daeng", "part"),
        ("Taslim Karaeng Mappasoro", (FULL, FULL), "Taslim Mappasoro", "part"),
        ("Mappasoro", ("“Ya,” kata Taslim Mappasoro. Mappasoro pulang. " + OTHER,), "Taslim Mappasoro", "part"),
        # spellings
        ("Taslim Mapasoro", (FULL, FULL), "Taslim Mappasoro", "variant"),
        ("Taslim Mappasora", (FULL, FULL), "Taslim Mappasoro", "variant"),
        ("Moh. Mappasoro", (QUOTE.format("Muhammad Mappasoro"),) * 2, "Muhammad Mappasoro", "variant"),
        ("Kim Jong-hwan", (QUOTE.format("Kim Jong Hwan"),) * 2, "Kim Jong Hwan", "variant"),
        ("PT Surya Karsa Abadi", ("Manajer PT Surya Karsa Abadi Tbk hadir.",) * 2, "PT Surya Karsa Abadi", "body"),
        ("Kementerian Sosial RI", ("Menurut Kementerian Sosial, bantuan siap.",) * 2, "Kementerian Sosial", "body"),
        ("Bali Perkasa FC", ("Tim Bali Perkasa FC menang. Bali Perkasa United.",), "Bali Perkasa FC", None),
    ],
)  # fmt: skip
def test_a_name_stands_for_the_one_that_all_articles_have(store, name, others, target, rule):
    load(store, f"{QUOTE.format(name)} {OTHER}", *others)

    assert canonical(store, name) == target
    found = rows(store, f"SELECT rule_id FROM core.identities WHERE name = '{name}'")
    assert [row for (row,) in found] == ([f"identity.{rule}"] if target != name else [])


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("Taslim Mappasoro Jr", (FULL, FULL)),
        ("Putri Taslim Mappasoro", (FULL, FULL)),
        ("Rahmat Taslim Mappasoro", (FULL, FULL)),  # a given name before another's name
        ("Taslim Mappasoro Daeng", (FULL, FULL, QUOTE.format("Hasan Mappasoro"), QUOTE.format("Taslim Pasewang"))),
        ("Rahmat Wijaya", (QUOTE.format("Rahman Wijaya"),) * 2),
        ("Mappasoro", (FULL, FULL)),  # no article uses the word for him
        ("Mappasoro", ("“Ya,” kata Taslim Mappasoro. Mappasoro pulang.",)),  # in no company of his
        ("Komisi V DPR", ("Rapat Komisi X DPR selesai.",) * 2),
    ],
)  # fmt: skip
def test_two_people_whose_names_look_alike_stay_two(store, name, others):
    load(store, QUOTE.format(name), *others, OTHER)

    assert canonical(store, name) == name


def test_two_spellings_with_different_offices_are_two_people(store):
    load(
        store,
        "“Kami siap,” kata Kapolres Bone Taslim Mappasoro.",
        "“Kami siap,” kata Kapolres Barru Taslim Mapasoro.",
        "“Kami siap,” kata Kapolres Pinrang Hasan Pasewang.",
        "“Kami siap,” kata Kapolres Pinrang Kota Hasan Pasewanng.",
    )

    assert canonical(store, "Taslim Mapasoro") == "Taslim Mapasoro"
    assert canonical(store, "Taslim Mappasoro") == "Taslim Mappasoro"


BARE = "“Kami siap,” kata Prabowo Mappasoro. Prabowo pulang."


@pytest.mark.parametrize(
    ("texts", "target"),
    [
        ((BARE,) * 6, "Prabowo Mappasoro"),
        ((BARE,) * 3, "Prabowo"),  # too few for a given name
        ((BARE,) * 6 + (BARE.replace("Mappasoro", "Pasewang"),) * 3, "Prabowo"),  # two have it
    ],
)
def test_a_bare_word_stands_for_him_for_whom_nearly_all_articles_use_it(store, texts, target):
    load(store, *texts, "“Belum,” kata Prabowo di Bone.")

    assert canonical(store, "Prabowo") == target


def test_a_bare_word_of_another_year_stays_alone(store):
    old = outcome(
        "“Belum,” kata Prabowo di Bone.",
        url="http://pagi.test/40",
        article_id="pagi-40",
        source_id="pagi",
        in_language="id",
        date_published=datetime(2015, 11, 1, 3, tzinfo=UTC),
        structure=structure("“Belum,” kata Prabowo di Bone."),
    )
    load_outcomes(store, [old], SOURCES, VERSIONS)
    load(store, *(BARE,) * 6)

    assert canonical(store, "Prabowo") == "Prabowo"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Merah Putih", "none"),  # everyday words, of somebody who does nothing
        ("Lintang Services", "organization"),
        ("Idul Adha", "none"),
    ],
)
def test_what_is_no_person_is_none_in_the_marts(store, name, kind):
    facts = facts_of_name("person", name, "mention.person.phrase", is_tagged=False)
    articles = [article(n, f"{name} lewat.", facts=facts) for n in range(2)]
    load_outcomes(store, articles, SOURCES, VERSIONS)
    link_names(store)

    assert kinds(store, name) == {kind}
    assert (name,) not in rows(store, "SELECT person FROM mart.people")


def test_what_more_articles_name_as_a_body_is_no_person(store):
    load(
        store, QUOTE.format("Surya Karsa Abadi"), *("Direktur PT Surya Karsa Abadi Tbk hadir.",) * 2
    )
    name = "PT Surya Karsa Abadi"

    assert kinds(store, name) == {"organization"}
    assert (name,) not in rows(store, "SELECT person FROM mart.people")


@pytest.mark.parametrize(
    ("texts", "n_people"),
    [
        (("“Ya,” kata Agus di Bone.", "“Tidak,” kata warga setempat, Agus."), 2),
        (("“Ya,” kata Kapolres Bone Agus.", "“Tidak,” kata Kapolres Bone Agus."), 1),
        (("“Ya,” kata Mappasoro di Bone.", "“Tidak,” kata Mappasoro di Barru."), 1),
    ],
)
def test_a_given_name_alone_is_somebody_else_where_no_office_joins(store, texts, n_people):
    load(store, *texts)

    found = rows(store, "SELECT count(DISTINCT speaker_entity_id) FROM mart.quotes")
    assert found == [(n_people,)]


def test_initials_and_bodies_without_their_region_are_others_in_every_article(store):
    load(
        store,
        "Polisi menangkap SS (23) di Bone. “Ya,” kata Ketua DPRD Hasan Pasewang.",
        "Polisi menangkap SS (41) di Barru. “Tidak,” kata Ketua DPRD Taslim Mappasoro.",
    )

    found = rows(
        store, "SELECT entity, count(DISTINCT entity_id), count(*) FROM mart.mentions GROUP BY 1"
    )
    assert {row for row in found if row[0] in {"SS", "DPRD"}} == {
        ("SS", 2, 2),
        ("DPRD", 2, 2),
    }
    bodies = "SELECT organization, n_articles, n_statements FROM mart.organizations"
    assert rows(store, bodies) == [("DPRD", 1, 1), ("DPRD", 1, 1)]


@pytest.mark.parametrize(
    ("body", "is_local"),
    [
        ("Polres", True),
        ("Satpol PP", True),
        ("Dinas Kesehatan", True),
        ("Dinkes Bone", False),
        ("Dinas Perpustakaan Pangkep", False),  # a region that the lists have not
        ("Fakultas Hukum", True),
        ("Fakultas Hukum UGM", False),
        ("KPU", False),
        ("Pemkab", True),
        ("Pemerintah Arab Saudi", False),
    ],
)
def test_a_body_that_every_region_has_needs_its_region(body, is_local):
    assert needs_region(body) is is_local


def test_a_mention_says_which_witnesses_its_name_has(store):
    load(store, FULL, FULL, "“Ya,” kata Prabowo Subianto.", OTHER)

    assert rows(
        store,
        "SELECT DISTINCT entity, list_filter(witnesses, lambda w: w <> 'tagger') FROM mart.mentions ORDER BY 1",
    ) == [
        ("Hasan Pasewang", ["rule"]),
        ("Prabowo Subianto", ["rule", "list"]),
        ("Taslim Mappasoro", ["rule", "corpus"]),
    ]


def test_what_the_tagger_alone_takes_for_a_body_makes_no_person_a_body(store):
    """It names Taslim Mappasoro as a body in six articles, in which no rule sees anybody."""
    facts = facts_of_name("organization", "Taslim Mappasoro", "mention.organization.tagger")
    tagged = [article(number, "Taslim Mappasoro.", facts=facts) for number in range(1, 7)]
    load_outcomes(store, [article(0, FULL), *tagged], SOURCES, VERSIONS)
    link_names(store)

    assert kinds(store, "Taslim Mappasoro") == {"person"}


def test_somebody_who_does_nothing_in_many_articles_is_no_body_that_one_of_them_misreads(store):
    player = facts_of_name("person", "Taslim Mappasoro", "mention.person.sure")
    body = facts_of_name("organization", "Taslim Mappasoro", "mention.organization.phrase")
    facts = [body, *(player,) * 3]
    articles = [article(n, "Taslim Mappasoro.", facts=each) for n, each in enumerate(facts)]
    load_outcomes(store, articles, SOURCES, VERSIONS)
    link_names(store)

    assert kinds(store, "Taslim Mappasoro") == {"person", "organization"}


def test_a_person_goes_by_the_spelling_without_capitals_inside(store):
    spellings = ("MArsel Mappasoro", "Marsel Mappasoro")
    articles = [
        article(n, f"{name}.", facts=facts_of_name("person", name, "mention.person.sure"))
        for n, name in enumerate(spellings)
    ]
    load_outcomes(store, articles, SOURCES, VERSIONS)
    link_names(store)

    assert rows(store, "SELECT person FROM mart.people") == [("Marsel Mappasoro",)]


def test_a_body_written_in_capitals_goes_by_its_name_in_small_letters(store):
    articles = [
        article(
            n, f"{name}.", facts=facts_of_name("organization", name, "mention.organization.phrase")
        )
        for n, name in enumerate(("KEJAKSAAN Agung", "Kejaksaan Agung"))
    ]
    load_outcomes(store, articles, SOURCES, VERSIONS)
    link_names(store)

    assert rows(store, "SELECT organization, n_articles FROM mart.organizations") == [
        ("Kejaksaan Agung", 2)
    ]


def test_the_short_form_of_a_national_team_is_the_team(store):
    load(store, "Pelatih Timnas Islandia, Sari Wulandari, tiba di Bone.")

    assert canonical(store, "Timnas Islandia") == "Tim Nasional Islandia"
