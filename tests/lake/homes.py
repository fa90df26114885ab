"""Homes to compare: an archive with the newsroom and synthetic articles, loaded into a file and into a lake."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import duckdb
from support.runs import BUNDLED, differences, settings_for

from flows.jobs import maintenance
from flows.settings import Settings
from flows.stores import database, lake_location
from kliping.newsroom import Newsroom
from lake.servers import KEY, SECRET
from parsers.article import Link, Response
from parsers.source import load
from warehouse.archive.archive import Archive

START = datetime(2026, 11, 20, tzinfo=UTC)
PLACES = ("Demak", "Garut", "Bone", "Cianjur", "Brebes", "Sukabumi", "Makassar")
LEDGERS = {
    "ops.schema_migrations",
    "ops.runs",
    "ops.archive_files",
    "ops.uncounted",
    "ops.quality_results",
    "ops.hosts",
    # numbered in the order of loads
    "ops.words",
    "ops.word_postings",
    "ops.word_texts",
}
PAGE = """<html><head><title>Warga {place}</title></head><body>
<div class="breadcrumb"><a href="/">Beranda</a> <a href="/daerah">Daerah</a></div>
<h1 class="detail__title">Warga {place} perbaiki jembatan ke-{n} bersama perangkat desa</h1>
<div class="detail__author">Rina Melati</div>
<div class="detail__date">{when:%d/%m/%Y %H:%M} WIB</div>
<div class="detail__body-text">
<p>{place} - Pekerjaan tahap {n} dimulai sejak pagi oleh {n} warga bersama perangkat desa di {place}.</p>
<p>“Sudah {n} rumah selesai diperbaiki sejak 3 November 2026,” kata Bupati {place} Budi Santoso, Jumat.</p>
<p>Biaya pekerjaan Rp{n} juta berasal dari iuran warga, naik 12,5 persen dari tahun lalu.</p>
<p>Menurut Budi, jembatan ke-{n} dapat dilalui kendaraan roda empat mulai pekan depan.</p>
</div><div class="detail__tag"><a>gotong royong</a> <a>{place}</a></div></body></html>"""


def write_synthetic(
    archive: Archive, n_articles: int, run_id: str = "20261120T000000Z-5e5e"
) -> None:
    """Articles of one outlet, three a day at most, each with the responses of its page alone."""
    source = load((BUNDLED,))["portalnusa"]
    with archive.writer(run_id, START, "0", "ingest") as writer:
        for n in range(n_articles):
            place, when = PLACES[n % len(PLACES)], START + timedelta(minutes=n)
            url = f"{source.home}berita/d-{90_000 + n}/warga-{place.lower()}-{n}"
            body = PAGE.format(n=n, place=place, when=when)
            link = Link(url=url, source_id=source.name, discovered_by=source.home)
            response = Response(
                fetch_id=str(uuid5(NAMESPACE_URL, url)), requested_url=url, url=url, fetched_at=when, status=200,
                body=body.encode(), headers=(("content-type", "text/html; charset=utf-8"),),
            )  # fmt: skip
            writer.append(link, response)


def crawling(settings: Settings, site: Newsroom) -> Settings:
    """The settings, with what it takes to ask the newsroom."""
    fetching = settings_for(settings.home, site)
    names = ("contact", "allow_private", "connect_to")
    return settings.model_copy(update={name: getattr(fetching, name) for name in names})


def environment_of(settings: Settings, **more: str) -> dict[str, str]:
    """The variables of a process that uses the lake."""
    return {
        "KLIPING_SOURCES": str(BUNDLED),
        "KLIPING_WAREHOUSE": settings.warehouse or "",
        "KLIPING_STORAGE": settings.storage or "",
        "AWS_ENDPOINT_URL": settings.aws_endpoint_url or "",
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
    } | more


def fetch_archive(settings: Settings, home: Path) -> Settings:
    """A home whose warehouse is a file, made of what the bucket has."""
    location = lake_location(settings)
    assert location
    storage = location.storage
    for each in storage.objects("archive/"):
        file = home / each.name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(storage.get(each.name)[0])
    file_settings = Settings(home=home, source_folders=(BUNDLED,), readers=1)
    rebuild(file_settings)
    return file_settings


def copy_archive(home: Path, other: Path) -> Path:
    shutil.copytree(home / "archive", other / "archive", dirs_exist_ok=True)
    return other


def differences_from_lake(home: Path, lake: Settings, folder: Path) -> dict[str, list[tuple]]:
    """The rows that only the home's published file or only the lake has, in all tables but what tells of runs."""
    folder.mkdir(exist_ok=True)
    database(lake).publish_file(folder / "kliping.duckdb")
    with duckdb.connect(home / "kliping.duckdb", read_only=True) as con:
        tables = con.sql(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT internal"
        ).fetchall()
    names = sorted({name for (name,) in tables} - LEDGERS)
    assert len(names) > 30
    found = differences(home, folder, but=set(), tables=[*names, "mart."])
    return {name: rows for name, rows in found.items() if name not in LEDGERS}


def rebuild(settings: Settings) -> None:
    summary, _ = maintenance.rebuild(settings, load(settings.source_folders), lambda *_: None)
    assert not summary.failures, summary.failures
