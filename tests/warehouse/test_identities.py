"""The names of one person, body or office are one row in the marts; what was loaded stays as written."""

import csv
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import pytest
from support.builders import VERSIONS, outcome, rows
from support.steps import link_names

from kliping.reading.questions import ask
from parsers.source import from_data
from parsers.structure import structure
from parsers.structure.names.name_forms import body_form, is_single_office, office_form
from warehouse.known_names import bundled_names, name_key
from warehouse.read.published import Reader
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes
from warehouse.write.steps import run_steps

SOURCES = {
    name: from_data({"name": name, "title": name.title(), "home": f"http://{name}.test/"})
    for name in ("pagi", "siang", "sore")
}
MINISTER = [  # one minister under four names, and two people who share words with him
    ("pagi", 3, "“Bantuan cair besok,” kata Menteri Sosial Rahman Wiryadinata, yang akrab disapa Gus Rama, di Bone."),
    ("pagi", 4, "“Data sudah siap,” kata Mensos Gus Rama di Bantaeng, Kamis."),
    ("siang", 4, "“Dana masih kurang,” kata Menteri Sosial Wiryadinata di Parepare."),
    ("siang", 5, "“Warga harus terdata,” kata Mensos Rahman Wiryadinata di Palopo."),
    ("sore", 5, "“Jangan ada yang terlewat,” kata Mensos Kakanda Rama di Barru."),
    ("sore", 6, "“Kios dibuka lagi,” kata Bupati Bone Arman Wiryadinata di Watampone."),
    ("sore", 6, "“Pasar ramai,” kata pedagang Rama Sutejo di Maros."),
]  # fmt: skip
OWN_FILE = "kind,name,also\nperson,Rahman Wiryadinata,Kakanda Rama\n"


def articles(*texts):
    """Outlet, day of November 2026 and text of each; the text is its number."""
    return [
        outcome(
            text,
            url=f"http://{source}.test/{number}",
            article_id=f"{source}-{number}",
            source_id=source,
            in_language="id",
            date_published=datetime(2026, 11, day, 3, tzinfo=UTC),
            structure=structure(text),
        )
        for number, (source, day, text) in enumerate(texts)
    ]


def load(store, *texts, own_file=None):
    if own_file is not None:
        (store.home / "identities.csv").write_text(own_file, encoding="utf-8")
    load_outcomes(store, articles(*texts), SOURCES, VERSIONS)
    link_names(store)


def identities(store):
    return rows(
        store,
        "SELECT name, canonical_name, rule_id, article_id FROM core.identities WHERE kind <> 'office' ORDER BY ALL",
    )


def canonical_names(store):
    return {name: canonical for name, canonical, *_ in identities(store)}


def speakers(store):
    return {name for (name,) in rows(store, "SELECT DISTINCT speaker FROM mart.quotes")}


def test_a_minister_under_four_names_in_three_outlets_is_one_row_of_the_report(store):
    load(store, *MINISTER, own_file=OWN_FILE)
    store.publish()
    with Reader(store.home) as reader:
        report = ask(reader, "speakers")
        people = reader.rows("SELECT * FROM mart.people")

    [minister] = [row for row in report if row["role"] == "Menteri Sosial"]
    assert minister["speaker"] == "Rahman Wiryadinata"
    assert (minister["quotes"], minister["articles"], minister["outlets"]) == (5, 5, 3)
    assert {row["speaker"] for row in report} == {
        "Rahman Wiryadinata", "Arman Wiryadinata", "Rama Sutejo"
    }  # fmt: skip
    assert [p["n_outlets"] for p in people if p["person"] == "Rahman Wiryadinata"] == [3]
    assert {role for (role,) in rows(store, "SELECT speaker_role FROM core.quotes")} > {"Mensos"}


def test_identities_are_the_same_whatever_the_order_and_batches_of_loads(tmp_path, empty_warehouse):
    tables = []
    for number, order in enumerate(list(permutations(articles(*MINISTER[:4])))[::9]):
        store = Database(tmp_path / str(number))
        store.home.mkdir()
        shutil.copy(empty_warehouse, store.path)
        for loaded in order[:2]:
            load_outcomes(store, [loaded], SOURCES, VERSIONS)
            link_names(store)
        load_outcomes(store, order[2:], SOURCES, VERSIONS)
        link_names(store)
        link_names(store)
        tables.append(rows(store, "FROM core.identities ORDER BY ALL"))

    assert tables[0]
    assert all(table == tables[0] for table in tables)


def test_a_line_taken_out_of_the_file_leaves_no_trace_and_mentions_stay_as_written(store):
    load(store, *MINISTER)
    before, mentions = identities(store), rows(store, "FROM core.entity_mentions ORDER BY ALL")
    (store.home / "identities.csv").write_text(OWN_FILE, encoding="utf-8")
    link_names(store)
    with_line = identities(store)
    (store.home / "identities.csv").unlink()
    link_names(store)

    assert len(with_line) > len(before) == len(identities(store))
    assert identities(store) == before
    assert rows(store, "FROM core.entity_mentions ORDER BY ALL") == mentions


def test_the_users_file_goes_before_every_rule_and_keeps_names_apart(store):
    load(
        store,
        ("pagi", 3, "“Baik,” kata Gus Ipul. “Cukup,” kata Jokowi, Senin."),
        own_file="kind,name,also,offices,status\nperson,Gus Ipul,Saifullah Yusuf,,different\nperson,Pak Lurah Desa,Jokowi,,\n",
    )

    assert "Gus Ipul" not in canonical_names(store)
    assert canonical_names(store)["Jokowi"] == "Pak Lurah Desa"


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        ("kind,name\nperson,X\n", "columns"),
        ("kind,name,also\norang,X,Y\n", "kind is person, body, office"),
        (
            "kind,name,also,offices,status\nperson,X,,,nihil\n",
            "verified, unverified, different, none",
        ),
        ("kind,name,also,offices\nperson,X,Y,Menteri Sosial\n", "has its years"),
        ("kind,name,also\nperson,X,Y,Z,A,B\n", "columns"),
    ],
)
def test_a_file_with_a_wrong_line_is_named_and_changes_nothing(store, file, problem):
    load(store, *MINISTER)
    before = identities(store)
    (store.home / "identities.csv").write_text(file, encoding="utf-8")

    (message,) = link_names(store)

    assert re.match(rf"identities are as they were: identities.csv:2: .*{problem}", message)
    assert run_steps(store) == [message]
    assert identities(store) == before


def test_words_that_the_user_calls_no_name_are_nobodys(store):
    load(
        store,
        (
            "pagi",
            3,
            "“Kami siaga,” kata Wali Kota Parepare Biar Rahman Mappasoro dari Dinas Merah Putih.",
        ),
        ("siang", 4, "“Air surut,” kata Wali Kota Parepare Biar Rahman."),
        ("sore", 5, "“Jalan putus,” kata Ketua Dinas Merah Putih Rahman Mappasoro."),
        own_file="kind,name,also,offices,status\nperson,Biar Rahman Mappasoro,Biar Rahman,,none\nbody,Dinas Merah Putih,,,none\n",
    )

    named = rows(
        store, "SELECT DISTINCT kind, entity FROM mart.mentions WHERE kind <> 'organization'"
    )
    assert set(named) == {
        ("none", "Biar Rahman Mappasoro"), ("none", "Biar Rahman"), ("none", "Dinas Merah Putih"), ("person", "Rahman Mappasoro")
    }  # fmt: skip
    assert [row[:3] for row in identities(store)] == [
        (name, name, "identity.user") for name in ("Biar Rahman", "Biar Rahman Mappasoro", "Dinas Merah Putih")
    ]  # fmt: skip
    assert rows(store, "SELECT speaker, speaker_entity_id IS NULL FROM mart.quotes ORDER BY day, speaker") == [
        (None, True), (None, True), ("Rahman Mappasoro", False)
    ]  # fmt: skip
    assert rows(store, "SELECT DISTINCT speaker_affiliation FROM mart.quotes") == [(None,)]
    assert rows(store, "SELECT person FROM mart.people") == [("Rahman Mappasoro",)]


def test_known_people_go_by_one_name_and_shared_words_alone_join_nobody(store):
    load(
        store,
        ("pagi", 3, "“Saya siap,” kata Presiden Joko Widodo. “Kami ikut,” kata Iriana Joko Widodo, Senin."),
        ("siang", 4, "“Lanjutkan,” kata Jokowi di Bone."),
        ("pagi", 4, "Presiden Jokowi tiba. “Senang sekali,” kata Ibu Negara Iriana Jokowi di Bone."),
        ("siang", 4, "“Baik,” kata Wakil Presiden Ma’ruf Amin. “Ya,” kata Wury Ma’ruf Amin, Senin."),
        ("sore", 5, "“Sudah,” kata Ma'ruf Amin di Jakarta."),
        ("sore", 5, "“Belum,” kata Amin (40), pedagang di Maros."),
    )  # fmt: skip

    assert speakers(store) == {
        "Joko Widodo", "Iriana Joko Widodo", "Ma'ruf Amin", "Wury Ma'ruf Amin", "Amin"
    }  # fmt: skip


def test_a_namesake_who_heads_another_region_stays_another_person(store):
    load(
        store,
        ("pagi", 3, "“Anggaran cukup,” kata Menteri Keuangan Sri Mulyani di Jakarta."),
        ("siang", 3, "“Panen naik,” kata Bupati Klaten Sri Mulyani di Klaten."),
        ("sore", 3, "“Pajak turun,” kata Menteri Keuangan Sri Mulyani Indrawati."),
    )

    found = rows(store, "SELECT source_name, speaker FROM mart.quotes ORDER BY day, source_name")
    assert found == [
        ("Pagi", "Sri Mulyani Indrawati"), ("Siang", "Sri Mulyani"), ("Sore", "Sri Mulyani Indrawati")
    ]  # fmt: skip


def test_a_short_name_joins_by_its_office_only_where_one_longer_name_fits(store):
    load(
        store,
        ("pagi", 3, "“Kami siaga,” kata Wali Kota Parepare Taslim Mappasoro."),
        ("siang", 4, "“Air surut,” kata Wali Kota Parepare Mappasoro."),
        ("siang", 4, "“Jalan putus,” kata Camat Bacukiki Mappasoro."),
        ("pagi", 5, "“Listrik padam,” kata Bupati Barru Hasan Daeng Pasewang."),
        ("sore", 5, "“Kami cek,” kata Bupati Barru Husain Daeng Pasewang."),
        ("sore", 6, "“Sudah pulih,” kata Bupati Barru Pasewang."),
    )

    assert [row for row in identities(store) if row[2] == "identity.office"] == [
        ("Mappasoro", "Taslim Mappasoro", "identity.office", "siang-1")
    ]


@pytest.mark.parametrize(
    ("office", "same_office", "other_office"),
    [
        ("Sekretaris Daerah Jepara", "Sekda Kabupaten Jepara", "Sekda Demak"),
        ("Kajari Jepara", "Kepala Kejaksaan Negeri Jepara", "Kajari Demak"),
        ("Kepala Pelaksana BPBD Jepara", "Kalaksa BPBD Jepara", "Kalaksa BPBD"),
        ("Kapolres Jepara", "Kapolres Jepara", "Kapolres"),
        ("Kadinkes Jepara", "Kepala Dinas Kesehatan Jepara", "Kadinkes"),
    ],
)
def test_a_region_has_one_holder_of_such_an_office(store, office, same_office, other_office):
    load(
        store,
        ("pagi", 3, f"“Kami siaga,” kata {office} Hasan Mappasoro."),
        ("siang", 4, f"“Air surut,” kata {same_office} Hasan."),
        ("sore", 5, f"“Jalan putus,” kata {other_office} Hasan."),
    )

    spoken = rows(store, "SELECT source_name, speaker FROM mart.quotes ORDER BY day")
    assert spoken == [("Pagi", "Hasan Mappasoro"), ("Siang", "Hasan Mappasoro"), ("Sore", "Hasan")]  # fmt: skip


def test_a_rank_before_a_name_is_no_part_of_the_office(store):
    load(store, ("pagi", 3, "Kapolres Bone AKBP Hasan Mappasoro meninjau pasar di Watampone."))

    assert rows(store, "SELECT value FROM core.name_evidence WHERE kind = 'office'") == [("Kepala Kepolisian Resor Bone",)]  # fmt: skip


def test_an_office_without_its_region_joins_nobody(store):
    load(
        store,
        ("pagi", 3, "“Kami siaga,” kata Kapolres Hasan Mappasoro."),
        ("siang", 4, "“Air surut,” kata Kapolres Hasan."),
    )

    assert speakers(store) == {"Hasan Mappasoro", "Hasan"}


def test_two_holders_of_one_office_who_share_a_word_keep_the_short_name_apart(store):
    load(
        store,
        ("pagi", 3, "“Kami siaga,” kata Sekda Jepara Hasan Daeng Mulyono."),
        ("sore", 4, "“Kami cek,” kata Sekretaris Daerah Jepara Husain Daeng Mulyono."),
        ("sore", 5, "“Sudah pulih,” kata Sekda Jepara Mulyono."),
    )

    assert "Mulyono" in speakers(store)


def test_an_unverified_line_never_joins_two_who_hold_an_office_in_one_text(store):
    lines = "kind,name,also,offices,status\nperson,Taslim Mappasoro,Andi Tasrif,,unverified\n"
    apart = "“Ya,” kata Wali Kota Parepare Taslim Mappasoro. “Tidak,” kata Camat Ujung Andi Tasrif."
    load(store, ("pagi", 3, "“Baik,” kata Andi Tasrif, Senin."), own_file=lines)
    assert canonical_names(store)["Andi Tasrif"] == "Taslim Mappasoro"

    load_outcomes(store, articles(("pagi", 3, "Teks."), ("siang", 3, apart))[1:], SOURCES, VERSIONS)
    link_names(store)
    assert canonical_names(store).get("Andi Tasrif") in {None, "Andi Tasrif"}


def test_an_older_home_is_read_again_and_a_forgotten_article_says_nothing(store):
    load(store, *MINISTER)
    assert rows(store, "SELECT count(*) > 0 FROM core.name_evidence WHERE article_id = 'pagi-0'") == [(True,)]  # fmt: skip
    with store.write_connection() as con:
        con.execute("DELETE FROM core.articles WHERE article_id = 'pagi-0'")
        con.execute("INSERT INTO ops.uncompared VALUES ('pagi-0')")
    link_names(store)

    assert rows(store, "SELECT count(*) FROM core.name_evidence WHERE article_id = 'pagi-0'") == [(0,)]  # fmt: skip
    assert "Gus Rama" not in canonical_names(store)


def test_names_are_linked_later_where_the_file_could_not_be_read(store):
    own_file = store.home / "identities.csv"
    own_file.write_text("kind,name\nhewan,Kucing\n", encoding="utf-8")
    load_outcomes(store, articles(*MINISTER), SOURCES, VERSIONS)
    assert run_steps(store)
    own_file.unlink()
    assert run_steps(store) == []

    assert canonical_names(store)["Gus Rama"] == "Rahman Wiryadinata"
    assert rows(store, "FROM ops.uncompared") == []


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("Pemkab Bone", "Pemerintah Kabupaten Bone"),
        ("Pemprov DKI", "Pemerintah Provinsi DKI Jakarta"),
        ("Pemkot Tangsel", "Pemerintah Kota Tangerang Selatan"),
        ("Dinkes Sulsel", "Dinas Kesehatan Sulawesi Selatan"),
        ("KPU Indramayu", "Komisi Pemilihan Umum Kabupaten Indramayu"),
        ("Polda Jatim", "Kepolisian Daerah Jawa Timur"),
        ("DPRD Provinsi Maluku", "Dewan Perwakilan Rakyat Daerah Maluku"),
        ("Dinkes Tegal", "Dinas Kesehatan Tegal"),  # the city or the regency
        ("Dinas Kesehatan Kota Tegal", "Dinas Kesehatan Kota Tegal"),
        ("Pemkot Yogyakarta", "Pemerintah Kota Yogyakarta"),
        ("Satgas Covid-19", "Satgas Covid-19"),  # another one in every region
        ("Polres", "Polres"),
        ("PT Rasa Kita Tbk", "PT Rasa Kita"),
    ],
)
def test_bodies_have_a_full_form(name, full):
    assert body_form(name) == full == body_form(full)


@pytest.mark.parametrize(
    ("office", "full", "is_single"),
    [
        ("Mensos", "Menteri Sosial", True),
        ("Menko Polhukam", "Menteri Koordinator Bidang Politik Hukum dan Keamanan", True),
        ("Plt. Bupati Bone", "Pelaksana Tugas Bupati Bone", False),
        ("Walikota Solo", "Wali Kota Surakarta", True),
        ("Wali Kota Tegal", "Wali Kota Tegal", True),
        ("Presiden RI", "Presiden", True),
        ("Kapolri", "Kepala Kepolisian Negara Republik Indonesia", True),
        ("Kapolda Jatim", "Kepala Kepolisian Daerah Jawa Timur", True),
        ("anggota DPR", "Anggota DPR", False),
        ("Sekdakab Jepara", "Sekretaris Daerah Kabupaten Jepara", True),
        ("Sekda Jepara", "Sekretaris Daerah Kabupaten Jepara", True),
        ("Sekda Bandung", "Sekretaris Daerah Bandung", True),  # the city or the regency
        ("Sekdaprov Jateng", "Sekretaris Daerah Jawa Tengah", True),
        ("Sekda Provinsi", "Sekretaris Daerah Provinsi", False),
        (
            "Kalaksa BPBD Bone",
            "Kepala Pelaksana Badan Penanggulangan Bencana Daerah Kabupaten Bone",
            True,
        ),
        ("Ketua DPRD Bone", "Ketua Dewan Perwakilan Rakyat Daerah Kabupaten Bone", True),
        ("Ketua PN Bone", "Ketua Pengadilan Negeri Bone", True),
        ("Dandim 0719/Jepara", "Komandan Komando Distrik Militer 0719/Jepara", True),
        ("Dandim", "Komandan Komando Distrik Militer", False),
        ("Kapolresta", "Kepala Kepolisian Resor Kota", False),
        ("Kajati", "Kepala Kejaksaan Tinggi", False),
        ("Kadinkes", "Kepala Dinas Kesehatan", False),
        ("Kepala Dinas Penerangan TNI AL", "Kepala Dinas Penerangan TNI AL", True),
        ("Kepala Bappeda Bone", "Kepala Badan Perencanaan Pembangunan Daerah Kabupaten Bone", True),
    ],
)
def test_offices_have_a_full_form(office, full, is_single):
    assert office_form(office) == full == office_form(full)
    assert is_single_office(full) == is_single


def test_the_bundled_list_names_each_spelling_once_and_is_large_enough():
    lines = bundled_names()
    spelled = [
        (line.kind, key) for line in lines for key in {*map(name_key, (line.name, *line.also))}
    ]
    counts = {kind: sum(line.kind == kind for line in lines) for kind in ("person", "organization")}

    assert len(spelled) == len(set(spelled))
    assert counts["person"] >= 100
    assert counts["organization"] >= 60
    path = Path(__file__).parents[2] / "parsers" / "language" / "identities.csv"
    with path.open(encoding="utf-8", newline="") as file:
        assert {row["status"] for row in csv.DictReader(file)} == {"verified", "unverified", "none"}


def test_a_nickname_keeps_its_title_but_a_title_before_a_known_name_does_not():
    alone = structure("“Kami siap,” kata Gus Ipul. Ipul hadir.")
    with_full_name = structure("Menteri Sosial Saifullah Yusuf hadir. “Ya,” kata Gus Yusuf.")

    assert {m.entity_name for m in alone.mentions} == {"Gus Ipul"}
    assert alone.quotes[0].speaker_name == "Gus Ipul"
    assert {m.entity_name for m in with_full_name.mentions} == {"Saifullah Yusuf"}


def test_no_article_is_loaded_between_the_search_for_names_and_that_for_copies(store, monkeypatch):
    tasks, real = [], Database.write_connection
    monkeypatch.setattr(Database, "write_connection", lambda self: tasks.append(self) or real(self))

    assert run_steps(store) == []

    assert len(tasks) == 1


def test_the_digest_of_the_lists_is_the_same_in_every_process():
    """With another one a run links all names again."""
    program = "from warehouse.write import identities as i; print(i.lists_sha256(i.bundled_names(), i._parameters()))"
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(digests) == 1
