"""A home with one published article, which its publisher may reserve."""

from parsers.source import from_data
from parsers.structure import structure
from support.builders import T0, VERSIONS, outcome
from support.steps import find_copies
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes

OUTLET = from_data({"name": "koran", "title": "Koran <b>", "home": "http://koran.test/"})


def publish_article(home, headline, body, *, is_reserved=False):
    """Its id is `satu`; the text can be searched."""
    store = Database(home)
    new = outcome(body, url="http://koran.test/1", article_id="satu", source_id="koran", headline=headline, date_published=T0,
                  structure=structure(body))  # fmt: skip
    load_outcomes(store, [new], {"koran": OUTLET}, VERSIONS)
    if is_reserved:
        with store.write_connection() as con:
            con.execute("UPDATE raw.fetches SET reservations = ['robots: noai']")
    find_copies(store)
    store.publish()
    return store
