"""What watches of each kind find: in a few articles of three outlets, and that each says what happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from support.builders import T0, URL, VERSIONS, outcome
from support.steps import find_copies
from support.stored_outcomes import failed

from kliping.watches.watch import Watch
from kliping.watches.watch_hits import KINDS, find_hits, recent_articles
from kliping.watches.watch_pass import pass_watches
from kliping.watches.watch_search import prepare
from parsers.kinds import Reason
from parsers.source import from_data
from parsers.structure import of_article
from warehouse.read.published import Reader
from warehouse.write.load import load_outcomes

EVER = datetime(2000, 1, 1, tzinfo=UTC)
NAMES = ("kabar", "warta", "lain")
SOURCES = {name: from_data({"name": name, "title": name.title(), "home": f"http://{name}.test/"}) for name in NAMES}  # fmt: skip
SINKING = "Kapal penumpang karam di perairan Sape pada Minggu malam. "
COPIED = "\n".join(
    f"Alinea ke-{n} mengisahkan pekerjaan para nelayan di dermaga nomor {n} sejak subuh sampai petang hari."
    for n in range(12)
)


def page(source, name, body, hour=0, **fields):
    names = {"url": f"http://{source}.test/{name}", "article_id": f"{source}-{name}"}
    made = outcome(
        body,
        hour=hour,
        source_id=source,
        in_language="id",
        date_published=T0 + timedelta(hours=hour),
        **names | fields,
    )
    return replace(made, article=replace(made.article, structure=of_article(made.article)))


def load(store, *pages, as_one_event=False):
    load_outcomes(store, pages, SOURCES, VERSIONS)
    find_copies(store)
    if as_one_event:
        with store.write_connection() as con:
            con.execute(
                "UPDATE core.article_events SET event_id = (SELECT min(article_id) FROM core.article_events)"
            )
    store.publish()


def hits(store, since=EVER, **keys):
    watch = Watch(name="w", **keys)
    with Reader(store.home) as reader:
        searches, problems = prepare(reader, {watch: since})
        assert problems == {}
        return find_hits(reader, searches, recent_articles(reader, since))[watch]


def test_two_outlets_that_contradict_each_other_are_one_hit(store):
    load(
        store,
        page("kabar", "a", SINKING + "Lima orang tewas.", headline="Kapal Karam"),
        page("warta", "b", "Tim mencari sejak pagi. Agen kapal menyebut tiga penumpang meninggal.", 3, headline="Kapal Tenggelam"),
        as_one_event=True,
    )  # fmt: skip

    [hit] = hits(store, kind="contested")

    assert hit.title == "people dead: Lima orang (Kabar) or tiga penumpang (Warta): Kapal Tenggelam"
    assert hit.sentence == "Agen kapal menyebut tiga penumpang meninggal."
    assert hit.page == "/event/kabar-a/figures"
    assert hits(store, kind="contested", search="gempa") == []


def test_two_outlets_that_agree_are_no_hit(store):
    load(
        store,
        page("kabar", "a", SINKING + "Lima orang tewas."),
        page("warta", "b", "Tim mencari sejak pagi. Agen kapal menyebut lima penumpang meninggal.", 3),
        as_one_event=True,
    )  # fmt: skip

    assert hits(store, kind="contested") == []


def test_an_event_is_a_hit_when_so_many_outlets_report_it(store):
    pages = [page(name, name, f"{SINKING}Laporan dari {name}.", n) for n, name in enumerate(NAMES)]
    load(store, *pages[:2], as_one_event=True)
    assert hits(store, kind="event", n_outlets=3) == []
    [two] = hits(store, kind="event", n_outlets=2)
    load(store, pages[2], as_one_event=True)

    [three] = hits(store, kind="event", n_outlets=3)

    assert (three.what, three.article_id) == ("3 outlets report it", "lain-lain")
    assert hits(store, kind="event", n_outlets=2)[0].hit_id == two.hit_id  # it is no news


def test_a_copy_of_a_text_of_ours_is_a_hit(store):
    load(store, page("kabar", "a", COPIED), page("warta", "b", COPIED, 1), page("kabar", "c", f"{COPIED}\nDermaga itu ditutup.", 2))  # fmt: skip

    [hit] = hits(store, kind="copied", outlet="kabar")

    assert (hit.what, hit.article_id) == ("Warta has a text of Kabar", "warta-b")
    load(store, page("lain", "d", COPIED, 3))
    assert len(hits(store, kind="copied", outlet="kabar")) == 2
    assert hits(store, kind="copied", outlet="warta") == []


FIRST = "“Ombak sangat tinggi malam itu,” kata Nakhoda Bima Mahdi."
SECOND = "“Kami mencari sejak subuh,” kata Kepala Desa Sape, Rahma Salim."


def test_the_first_quote_of_a_person_is_a_hit_once(store):
    load(store, page("kabar", "a", f"Kapal karam.\n{FIRST}"))
    load(store, page("warta", "b", f"Pencarian berlanjut.\n{FIRST}\n{SECOND}", 24))

    bima, rahma = hits(store, kind="first_quote")

    assert (bima.article_id, rahma.article_id) == ("kabar-a", "warta-b")
    assert bima.what == "first quote of Bima Mahdi, Nakhoda"
    assert rahma.sentence.startswith("“Kami mencari")
    since = T0 + timedelta(hours=12)
    assert [hit.hit_id for hit in hits(store, since, kind="first_quote")] == [rahma.hit_id]
    assert [hit.hit_id for hit in hits(store, kind="first_quote", person="Bima Mahdi")] == [bima.hit_id]  # fmt: skip


def remove(store, *hours):
    for hour in hours:
        made = failed(Reason.NOT_FOUND, "gone", hour, 404)
        load(store, made)


def test_an_article_that_is_missing_on_two_days_is_gone(store):
    load(store, page("kabar", "1", "Warga mengungsi.", headline="Banjir", url=URL, article_id="a1"))
    remove(store, 30)
    assert hits(store, kind="gone") == []
    remove(store, 60)

    [hit] = hits(store, kind="gone")

    assert hit.title == "the article is gone: Banjir"
    assert hits(store, kind="gone", search="gempa") == []
    assert len(hits(store, kind="gone", search="mengungsi")) == 1
    assert hits(store, T0 + timedelta(hours=61), kind="gone") == []


def test_a_pass_without_a_new_version_finds_what_is_gone(store):
    load(store, page("kabar", "1", "Warga mengungsi.", url=URL, article_id="a1"))
    (store.home / "watches.toml").write_text("watch.raib.kind = 'gone'")

    def run(hour):
        now = T0 + timedelta(hours=hour)
        return [note.text for note in pass_watches(store.home, lambda: Reader(store.home), now)]

    assert run(1) == []
    remove(store, 30, 60)
    assert "raib: 1 new" in run(61)[0]
    assert run(62) == []


def look(store, hours_ago, n_new, source="kabar"):
    at = datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=hours_ago)
    with store.write_connection() as con:
        con.execute(
            "INSERT INTO ops.feed_checks VALUES (?, ?, 'run', ?, 'feed', 'ok', 200, 30, ?, FALSE, NULL, NULL, NULL, NULL)",
            (f"http://{source}.test/feed/", at, source, n_new),
        )


@pytest.mark.parametrize(
    ("usual", "quiet_hours", "is_silent"), [(20, 26, True), (20, 20, False), (1, 26, False), (1, 200, True)]
)  # fmt: skip
def test_an_outlet_is_silent_when_a_day_and_ten_usual_articles_passed(store, usual, quiet_hours, is_silent):  # fmt: skip
    load(store, page("kabar", "a", "Warga mengungsi."))
    for hours_ago in range(12, 28 * 24, 12):
        look(store, hours_ago, usual if hours_ago > quiet_hours else 0)
    look(store, quiet_hours, usual)
    look(store, 0, 0)
    store.publish()

    found = hits(store, kind="silent")

    assert bool(found) is is_silent
    assert [hit.hit_id for hit in hits(store, kind="silent", outlet="kabar")] == [hit.hit_id for hit in found]  # fmt: skip
    if found:
        assert found[0].title.startswith("Kabar: nothing new since ")
        assert (found[0].article_id, found[0].page) == ("", "/outlet/kabar")


def test_each_kind_has_a_test_here():
    tests = {"contested", "event", "copied", "first_quote", "gone", "silent"}

    assert set(KINDS) == tests
