"""Originals of different outlets about one event are found by their words and by what they name, in whatever order they came."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.builders import VERSIONS, outcome, rows
from support.steps import find_copies

from kliping.reading.questions import ask
from parsers.source import from_data
from parsers.structure import structure
from warehouse.read.published import Reader
from warehouse.write.events import average_link
from warehouse.write.load import load_outcomes

SOURCES = {
    name: from_data({"name": name, "title": name, "home": f"http://{name}.test/"})
    for name in ("pagi", "sore", "malam")
}
MORNING = datetime(2026, 4, 6, 1, tzinfo=UTC)
FIRST = (
    "Feri Kandas di Pelabuhan Sape, Delapan Orang Luka",
    "Kapal feri KMP Teluk Bima kandas di Pelabuhan Sape, Bima. Delapan orang terluka. Kepala Basarnas Bima Mahdi Salim mengatakan 94 penumpang dievakuasi. Ombak mendorong kapal ke karang.",
)
SECOND = (
    "94 Penumpang KMP Teluk Bima Dievakuasi",
    "Sebanyak 94 penumpang KMP Teluk Bima dievakuasi setelah kapal itu kandas di Sape. Menurut Mahdi Salim dari Basarnas, ombak besar mendorong feri ke karang.",
)
THIRD = (
    "KMP Teluk Bima Ditarik dari Karang Sape",
    "KMP Teluk Bima yang kandas di Pelabuhan Sape ditarik dengan dua kapal tunda. Semua 94 penumpang sudah pulang, kata Mahdi Salim.",
)
WAVES = (
    "Ombak Besar, Feri Kandas di Sape",
    "Ombak setinggi tiga meter membuat sebuah feri kandas di dekat Pelabuhan Sape. Semua penumpang selamat, kata Kepala KSOP Bima Rahmat Tora.",
)
SEIZURE = (
    "Nakhoda KMP Teluk Bima Diperiksa Polisi",
    "Polisi memeriksa nakhoda kapal feri yang kandas di Sape. Ia diduga lalai memeriksa mesin sebelum berlayar dari dermaga, dan izinnya akan ditinjau kementerian dalam dua pekan, kata Mahdi Salim dari Basarnas.",
)
TOW = (
    "Kapal Tunda Berangkat dari Lombok",
    "Dua kapal tunda berangkat dari Lombok untuk menarik feri yang kandas di Sape. Pemilik kapal menanggung biaya hotel para penumpang, ujar Mahdi Salim dari Basarnas.",
)
COURT = (
    "Bendahara Partai Divonis Empat Tahun",
    "Pengadilan Negeri Bima menjatuhkan vonis empat tahun penjara kepada Usman Hadi. Hakim Rukmana Sari menyatakan ia menggelapkan Rp340 juta.",
)
OTHER_COURT = (
    "Pencuri Sebelas Sapi di Dompu Dihukum",
    "Jamal Ismail harus menjalani hukuman dua tahun karena mencuri ternak tetangganya pada musim kering. Majelis di Dompu memberinya waktu sepekan untuk banding.",
)


def original(source, name, text, hours=0, seen=None, **fields):
    headline, body = text
    when = MORNING + timedelta(hours=hours)
    return outcome(
        body,
        hour=1000 + (hours if seen is None else seen),
        url=f"http://{source}.test/{name}",
        article_id=f"{source}-{name}",
        source_id=source,
        headline=headline,
        date_published=when,
        structure=structure(body, published=when.date()),
        **fields,
    )


def load(store, *originals):
    load_outcomes(store, originals, SOURCES, VERSIONS)
    find_copies(store)


def events(store):
    return dict(rows(store, "SELECT article_id, event_id FROM mart.event_articles"))


def test_the_words_of_an_event_are_rare_on_days_with_nothing_else_too(store):
    load(store, original("pagi", "a", FIRST), original("sore", "b", WAVES, 3))

    assert set(events(store).values()) == {"pagi-a"}


@pytest.mark.parametrize(("source", "n_events"), [("sore", 1), ("pagi", 2)])
def test_two_pages_of_one_site_must_be_more_alike_than_those_of_two(store, source, n_events):
    text = SEIZURE[1].replace("kapal feri", "kapal feri KMP Teluk Bima")
    load(
        store,
        original("pagi", "a", FIRST),
        original(source, "b", (f"Feri Kandas, {SEIZURE[0]}", text), 3),
    )

    assert len(set(events(store).values())) == n_events


@pytest.mark.parametrize(
    ("speaker", "named", "n_events"),
    [("Mahdi Salim", "Mahdi Salim", 1), ("Rahmat Tora", "Mahdi Salim", 2), ("Rahmat Tora", "Basarnas", 1)],
)  # fmt: skip
@pytest.mark.parametrize("hours", [1, 5])
def test_a_statement_of_somebody_whom_the_other_does_not_quote_is_another_event(store, speaker, named, n_events, hours):  # fmt: skip
    statement = (
        f"Feri Kandas di Sape, {named}: Ombak Terlalu Besar",
        "Feri yang kandas di Sape akan ditarik besok pagi. “Ombak terlalu besar untuk kapal tunda,” kata Kepala Basarnas Bima Mahdi Salim. Penumpang menunggu di pelabuhan.",
    )
    report = (
        "Penumpang Feri di Sape Menunggu Kapal Tunda",
        f"Penumpang feri menunggu kapal tunda dari Lombok sejak Senin. “Kami beri mereka makan,” kata Kepala KSOP Bima {speaker}. Muatan belum diturunkan dari kapal.",
    )
    load(store, original("pagi", "a", statement, hours), original("sore", "b", report, 3))

    assert len(set(events(store).values())) == n_events


def test_one_event_told_by_three_outlets_is_one_group(store):
    load(
        store,
        original("pagi", "a", FIRST),
        original("sore", "b", SECOND, 3),
        original("malam", "c", THIRD, 26),
        original("pagi", "d", COURT, 1),
        original("sore", "e", OTHER_COURT, 2),
    )

    assert events(store) == {
        "pagi-a": "pagi-a",
        "sore-b": "pagi-a",
        "malam-c": "pagi-a",
        "pagi-d": "pagi-d",
        "sore-e": "sore-e",
    }
    assert rows(
        store,
        "SELECT first_source_name, span_minutes, n_articles, n_outlets, n_origins, outlets, headline FROM mart.events WHERE n_outlets > 1",
    ) == [("pagi", 26 * 60, 3, 3, 3, ["malam", "pagi", "sore"], FIRST[0])]


def test_what_an_agency_wrote_is_one_origin_for_all_who_take_it(store):
    load(
        store,
        original("pagi", "a", FIRST, dateline="Bima (ANTARA)"),
        original("sore", "b", FIRST, 1),
        original("malam", "c", SECOND, 2, dateline="Bima (ANTARA)"),
        original("sore", "d", THIRD, 4),
    )

    assert rows(
        store, "SELECT n_articles, n_outlets, n_origins FROM mart.events WHERE n_outlets > 1"
    ) == [(4, 3, 2)]


def test_four_days_later_it_is_another_event(store):
    load(store, original("pagi", "a", FIRST), original("sore", "b", SECOND, 73))

    assert events(store) == {"pagi-a": "pagi-a", "sore-b": "sore-b"}


def test_an_unlike_pair_with_an_original_of_days_before_is_no_matter(store):
    """Three days before the days that are compared again: what is there is not looked at any more."""
    load(store, original("pagi", "a", FIRST), original("sore", "b", SECOND, 70))
    store.write("UPDATE core.event_pairs SET similarity = 0.1", {})
    load(store, original("malam", "c", COURT, 142))

    assert events(store)["malam-c"] == "malam-c"


def test_a_original_that_is_rewritten_leaves_its_event(store):
    load(store, original("pagi", "a", FIRST), original("sore", "b", SECOND, 3))
    assert events(store)["sore-b"] == "pagi-a"

    load(store, original("sore", "b", OTHER_COURT, 3, seen=40))

    assert events(store) == {"pagi-a": "pagi-a", "sore-b": "sore-b"}


def test_an_earlier_report_that_comes_late_gives_the_event_its_id(store):
    load(store, original("sore", "b", SECOND, 3), original("malam", "c", THIRD, 20))
    load(store, original("pagi", "a", FIRST, seen=50))

    assert set(events(store).values()) == {"pagi-a"}


def test_a_page_without_a_time_of_day_cannot_be_first(store):
    load(
        store,
        original("pagi", "a", FIRST, -1, date_published_source="url"),
        original("sore", "b", SECOND, 3),
    )

    assert rows(store, "SELECT article_id, has_time FROM mart.event_articles ORDER BY ALL") == [
        ("pagi-a", False),
        ("sore-b", True),
    ]


def test_the_questions_name_events_and_who_was_first(store):
    load(store, original("pagi", "a", FIRST), original("sore", "b", SECOND, 3))
    store.publish()

    with Reader(store.home) as reader:
        [event] = ask(reader, "events")
        first = {row["source_name"]: row for row in ask(reader, "first")}
    assert (event["outlets"], event["origins"], event["first_source_name"]) == (2, 2, "pagi")
    assert (first["pagi"]["events"], first["pagi"]["first"], first["sore"]["first"]) == (1, 1, 0)


def first_of(store):
    store.publish()
    with Reader(store.home) as reader:
        return {row["source_name"]: row for row in ask(reader, "first")}


def test_a_median_of_who_was_first_needs_three_events(store):
    events = [
        (("Jembatan Lae Kombih Ambruk", "Jembatan Lae Kombih di Pakpak Bharat ambruk diterjang arus."), 0),
        (("Pabrik Gula Sei Semayang Tutup", "Pabrik gula Sei Semayang berhenti menggiling tebu bulan ini."), 200),
        (("Bandara Silangit Dibuka Lagi", "Bandara Silangit melayani penerbangan perintis mulai pekan ini."), 400),
    ]  # fmt: skip
    found = list[dict]()
    for n, ((headline, text), hours) in enumerate(events):
        later = (headline, text + " Warga setempat diminta tetap bersabar.")
        load(
            store,
            original("pagi", f"a{n}", (headline, text), hours),
            original("sore", f"b{n}", later, hours + 1 + n),
        )
        found.append(first_of(store))

    ahead = [rows["pagi"]["median_minutes_ahead"] for rows in found]
    behind = [rows["sore"]["median_minutes_behind"] for rows in found]
    assert (ahead, behind) == ([None, None, 120], [None, None, 120])


def test_a_copy_is_no_report_that_is_first_or_behind(store):
    long = (FIRST[0], " ".join([FIRST[1]] * 3))
    load(
        store,
        original("pagi", "a", long),
        original("malam", "c", long, 1),
        original("sore", "b", SECOND, 3),
    )

    assert rows(store, "SELECT n_articles FROM mart.events") == [(3,)]
    assert set(first_of(store)) == {"pagi", "sore"}


SAME_DAY = [MORNING] * 4
WINDOW = timedelta(days=3)


def test_groups_are_joined_by_the_mean_and_the_most_similar_first():
    chain = {(0, 1): 0.9, (1, 2): 0.8, (2, 3): 0.9, (0, 2): 0.1}

    assert sorted(map(sorted, average_link(chain, 0.3, SAME_DAY, WINDOW))) == [[0, 1], [2, 3]]
    assert sorted(map(sorted, average_link(chain, 0.2, SAME_DAY, WINDOW))) == [[0, 1, 2, 3]]


def test_no_group_lasts_longer_than_three_days():
    """Each pair is near, the first and the last are not."""
    times = [MORNING + timedelta(hours=hours) for hours in (0, 40, 73)]
    chain = {(0, 1): 0.9, (1, 2): 0.8, (0, 2): 0.8}

    assert list(average_link(chain, 0.3, times, WINDOW)) == [[0, 1]]


@pytest.mark.parametrize(("hours", "event"), [(72, "pagi-a"), (73, "malam-c")])
def test_a_copy_that_comes_after_three_days_is_alone(store, hours, event):
    """It would make the event longer than what was compared."""
    load(
        store,
        original("pagi", "a", FIRST),
        original("sore", "b", SECOND, 3),
        original("malam", "c", SECOND, hours),
    )

    assert events(store) == {"pagi-a": "pagi-a", "sore-b": "pagi-a", "malam-c": event}
    assert rows(store, "SELECT max(span_minutes) <= 3 * 24 * 60 FROM mart.events") == [(True,)]


def quake(place, magnitude, region):
    return (
        f"Gempa Magnitudo {magnitude} Guncang {place}",
        f"Gempa bumi bermagnitudo {magnitude} mengguncang {region} pada Senin pagi. BMKG menyatakan gempa itu tidak berpotensi tsunami. Masyarakat diminta tetap tenang.",
    )


@pytest.mark.parametrize(
    ("place", "region"),
    [("Pangandaran", "Kabupaten Pangandaran, Jawa Barat"), ("Malang", "Kabupaten Malang, Jawa Timur")],
)  # fmt: skip
def test_one_kind_of_disaster_in_two_places_is_two_events(store, place, region):
    load(
        store,
        original("pagi", "a", quake("Tuban", "4,5", "Kabupaten Tuban, Jawa Timur")),
        original("sore", "b", quake(place, "4,6", region), 2),
        original("malam", "c", quake("Tuban", "4,5", "Kabupaten Tuban"), 3),
    )

    assert events(store) == {"pagi-a": "pagi-a", "malam-c": "pagi-a", "sore-b": "sore-b"}


def budget(town):
    return (
        f"Posisi APBD {town} Bulan Ini: Belanja Pegawai Naik",
        f"Pemerintah {town} sudah membelanjakan separuh anggaran tahun ini. Belanja pegawai naik, sedangkan belanja modal masih tertahan di lelang.",
    )


@pytest.mark.parametrize(
    ("other", "n_events"),
    [
        ("Kota Bima", 1),
        ("Nusa Tenggara Barat", 1),  # may be the province of the town
        ("Kabupaten Dompu", 2),
        ("Dompu", 2),
        ("Provinsi Jawa Tengah", 2),
    ],
)
def test_what_headlines_place_elsewhere_is_another_event(store, other, n_events):
    load(
        store,
        original("pagi", "a", budget("Kota Bima")),
        original("sore", "b", budget(other), 2),
        original("malam", "c", budget("Kota Bima"), 3),
    )

    assert len(set(events(store).values())) == n_events


def match(one, other):
    return (
        f"Hasil {one} vs {other}: Menang di Kandang Sendiri",
        "Pertandingan kualifikasi berlangsung ketat sampai menit terakhir. Tuan rumah menang dan naik ke puncak klasemen grup.",
    )


def test_matches_of_other_teams_are_two_events(store):
    load(
        store,
        original("pagi", "a", match("Serbia", "Andorra")),
        original("sore", "b", match("Albania", "Latvia"), 1),
        original("malam", "c", match("Serbia", "Andorra"), 2),
    )

    assert events(store) == {"pagi-a": "pagi-a", "malam-c": "pagi-a", "sore-b": "sore-b"}


@pytest.mark.parametrize(
    ("kind", "headline"),
    [
        ("horoscope", "Ramalan Zodiak Leo dan Virgo Hari Ini"),
        ("price_list", "Harga Emas Antam Hari Ini di Bima"),
        ("how_to", "Cara Cek Bantuan Sosial Lewat Ponsel"),
        ("live", "Link Live Streaming Persebi vs Perseta"),
        ("schedule", "Jadwal Salat Bima Hari Ini"),
        ("quiz", "Kunci Jawaban Matematika Kelas 5 Halaman 20"),
        ("quiz", "Latihan Soal Matematika Kelas 5 tentang Pecahan"),
        ("how_to", "Banjir Mereda, Ini Cara Mencegah Penyakit Kulit"),
        ("scripture", "Surat Al Ashr: Tulisan dan Artinya"),
        ("lyrics", "Lirik Lagu Perahu Kertas dan Artinya"),
        ("synopsis", "Sinopsis Sinetron Cinta di Sape Malam Ini"),
        ("weather", "Cuaca Bima Hari Ini Berawan"),
        ("list", "7 Rekomendasi Warung Sate di Bima"),
    ],
)
def test_a_page_that_tells_of_no_event_is_alone_and_says_what_it_is(store, kind, headline):
    text = "Simak selengkapnya di bawah ini. Semua keterangan berlaku untuk pembaca di Bima dan sekitarnya."
    load(
        store,
        original("pagi", "a", (headline, text)),
        original("sore", "b", (headline, text + " Selamat membaca."), 1),
    )

    assert rows(
        store,
        "SELECT kind, n_originals FROM (SELECT any_value(kind) AS kind, count(DISTINCT event_id) AS n_originals FROM core.article_events)",
    ) == [(kind, 2)]


def test_only_the_headline_of_a_service_page_tells_its_kind(store):
    text = "Lirik lagu itu dibacakan hakim sebelum ia membuka sidang. " + COURT[1]
    load(store, original("pagi", "a", (COURT[0], text)))

    assert rows(store, "SELECT kind FROM mart.events") == [("verdict",)]


def test_an_event_says_its_kind_place_and_people(store):
    load(store, original("pagi", "a", FIRST), original("sore", "b", SECOND, 3))

    assert rows(store, "SELECT kind, people FROM mart.events") == [("shipwreck", ["Mahdi Salim"])]


def test_the_place_of_an_event_is_where_most_of_its_originals_put_it(store):
    running = (
        "Gempa 4,5 Guncang Lamongan, Warga Berlarian",
        "Warga Kabupaten Lamongan berlarian ke luar rumah ketika gempa bermagnitudo 4,5 mengguncang pada Senin pagi.",
    )
    felt = (
        "Gempa Magnitudo 4,5 di Lamongan Terasa sampai Tuban",
        "Getaran gempa di Kabupaten Lamongan pada Senin pagi terasa sampai Kabupaten Tuban. BMKG mencatat magnitudo 4,5.",
    )
    load(
        store,
        original("pagi", "a", quake("Lamongan", "4,5", "Kabupaten Lamongan, Jawa Timur")),
        original("sore", "b", running, 1),
        original("malam", "c", felt, 2),
    )

    assert rows(store, "SELECT n_origins, place, kemendagri_code FROM mart.events") == [
        (3, "Kabupaten Lamongan", "35.24")
    ]


def test_the_people_of_an_event_are_those_that_half_of_its_originals_name(store):
    owner = f"{THIRD[1]} “Semua selamat,” kata Rahmat Tora, pemilik feri."
    load(
        store,
        original("pagi", "a", FIRST),
        original("sore", "b", SECOND, 3),
        original("malam", "c", (FIRST[0], owner), 4),
    )

    assert rows(store, "SELECT n_origins, people FROM mart.events") == [(3, ["Mahdi Salim"])]


def test_what_the_headline_tells_counts_before_the_first_lines(store):
    load(store, original("pagi", "a", SEIZURE))

    assert rows(store, "SELECT kind FROM mart.events") == [("inquiry",)]


def links(store):
    return rows(store, "SELECT event_id, linked_event_id, kind FROM mart.event_links")


def test_another_side_is_linked_and_not_merged(store):
    load(store, original("pagi", "a", FIRST), original("sore", "b", SEIZURE, 20))

    assert events(store) == {"pagi-a": "pagi-a", "sore-b": "sore-b"}
    assert links(store) == [("pagi-a", "sore-b", "follow_up")]


@pytest.mark.parametrize(("hours", "kind"), [(11, "same_story"), (12, "follow_up")])
def test_a_follow_up_is_first_reported_half_a_day_later(store, hours, kind):
    load(store, original("sore", "b", SEIZURE, hours), original("pagi", "a", FIRST))

    assert links(store) == [("pagi-a", "sore-b", kind)]


def test_two_sides_of_one_kind_at_one_time_are_one_scene(store):
    load(store, original("pagi", "a", FIRST), original("sore", "b", TOW, 5))

    assert links(store) == [("pagi-a", "sore-b", "same_scene")]


def with_similarity(store, similarity):
    store.write("UPDATE core.event_pairs SET similarity = $similarity", {"similarity": similarity})


def test_events_that_are_little_alike_are_not_linked(store):
    load(store, original("pagi", "a", FIRST), original("sore", "b", SEIZURE, 20))
    with_similarity(store, 0.19)

    assert links(store) == []


HEARING = (
    "Nakhoda Mulai Diadili di Bima",
    "Sidang pertama nakhoda kapal feri itu penuh pengunjung. Kementerian Perhubungan menyerahkan rekaman radio kapal kepada hakim, dan keluarga menunggu di luar gedung.",
)


INQUIRY = (FIRST[0], FIRST[1] + " Kementerian Perhubungan memeriksa kapal itu.")


def test_events_that_name_one_body_are_linked_only_if_two_originals_are_very_alike(store):
    load(store, original("pagi", "a", INQUIRY), original("sore", "b", HEARING, 20))
    found = list[int]()
    for similarity in (0.32, 0.33):
        with_similarity(store, similarity)
        found.append(len(links(store)))

    assert found == [0, 1]


def test_an_event_that_names_nothing_in_common_is_not_linked(store):
    text = HEARING[1].replace("Kementerian Perhubungan", "Penjaga pantai")
    load(store, original("pagi", "a", INQUIRY), original("sore", "b", (HEARING[0], text), 20))
    with_similarity(store, 0.9)

    assert links(store) == []


from event_texts import event_outcome, hand_written  # noqa: E402

MANY = [event_outcome(n, text) for n, text in enumerate(hand_written("development")) if n % 3]
OUTLETS = {
    name: from_data({"name": name, "title": name, "home": f"http://{name}.test/"})
    for name in {page.article.source_id for page in MANY}
}


def tables(store):
    return {
        name: sorted(map(str, rows(store, f"FROM {name}")))
        for name in ("core.event_pairs", "core.article_events")
    }


@pytest.fixture(scope="module")
def at_once(new_store):
    store = new_store()
    load_outcomes(store, MANY, OUTLETS, VERSIONS)
    find_copies(store)
    return tables(store)


@pytest.mark.slow
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations(range(len(MANY))), cuts=st.sets(st.integers(1, len(MANY) - 1), max_size=4)
)
def test_any_order_and_batching_gives_the_same_events(order, cuts, at_once, new_store):
    store = new_store()
    for first, last in pairwise([0, *sorted(cuts), len(MANY)]):
        load_outcomes(store, [MANY[n] for n in order[first:last]], OUTLETS, VERSIONS)
        find_copies(store)

    assert tables(store) == at_once
