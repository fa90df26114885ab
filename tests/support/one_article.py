"""A home with one published article, which its publisher may reserve."""

import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from parsers.article import Removed
from parsers.source import from_data
from parsers.structure import structure
from support.builders import T0, VERSIONS, outcome
from support.steps import find_copies
from warehouse.archive.archive import Archive
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes

OUTLET = from_data({"name": "koran", "title": "Koran <b>", "home": "http://koran.test/"})
LINE = "Nelayan di Teluk Randu kembali melaut setelah ombak mereda dan es balok datang dari kota.\n"
REST_OF_TEXT = "perahu yang rusak diperbaiki di galangan milik desa sebelum musim teri tiba"
EDITED_TEXT = f"{LINE * 4}Sebanyak 19 {REST_OF_TEXT}."
REMOVED_TEXT = "Laporan ini disunting oleh meja malam"


def publish_article(home, headline, body, *, article_id="satu", is_reserved=False):
    """The text can be searched."""
    store = Database(home)
    new = outcome(body, url=f"http://koran.test/{article_id}", article_id=article_id, source_id="koran", headline=headline, date_published=T0,
                  structure=structure(body))  # fmt: skip
    load_outcomes(store, [new], {"koran": OUTLET}, VERSIONS)
    if is_reserved:
        with store.write_connection() as con:
            con.execute("UPDATE raw.fetches SET reservations = ['robots: noai']")
    find_copies(store)
    store.publish()
    return store


def publish_edited_article(home, *, is_reserved):
    """Its two pages are archived; its standfirst is its text, of which cleaning removed a line."""
    shutil.copytree(_edited_article(is_reserved).name, home, dirs_exist_ok=True)


@cache
def _edited_article(is_reserved):
    """Many tests begin with it, and to make it takes half a second."""
    folder = TemporaryDirectory()
    home = Path(folder.name)
    store = Database(home)
    removed = Removed(kind="editor_credit", start=0, end=len(REMOVED_TEXT), text=REMOVED_TEXT)
    with Archive(home / "archive").writer("run", T0, "0") as writer:
        for hour, body in enumerate((EDITED_TEXT.replace("19", "17"), EDITED_TEXT)):
            new = outcome(body, hour=hour, url="http://koran.test/1", article_id="satu", source_id="koran", description=body,
                          structure=structure(body))  # fmt: skip
            article = replace(
                new.article, source_text=f"{REMOVED_TEXT}\n{body}", removed=(removed,)
            )
            record = writer.append(new.link, new.records[0].response)
            page = replace(new, article=article, records=(record,))
            load_outcomes(store, [page], {"koran": OUTLET}, VERSIONS)
    if is_reserved:
        with store.write_connection() as con:
            con.execute("UPDATE raw.fetches SET reservations = ['robots: noai']")
    find_copies(store)
    store.publish()
    return folder
