"""What the published copy has on one person or organisation."""

from __future__ import annotations

from kliping.sql_files import sql
from warehouse.queries import Row, execute, narrowed
from warehouse.read.published import Reader

OWN_MENTIONS = sql("entity_page/own_mentions")
NAME = sql("entity_page/name")
MEANT = "SELECT canonical_id FROM mart.identities WHERE entity_id = $entity AND article_id IS NULL"
PARTS = {name: sql(f"entity_page/{name}") for name in ("written", "offices", "named_with", "weeks")}


def entity(reader: Reader, entity_id: str) -> tuple[Row, dict[str, list[Row]]] | None:
    """Its name and totals, and the parts of its page; None where no article names it. The id of another name of it will do."""
    meant = reader.rows(MEANT, {"entity": entity_id})
    parameters = {"entity": meant[0]["canonical_id"] if meant else entity_id}
    execute(reader.con, OWN_MENTIONS, parameters)
    if not (found := reader.rows(NAME, parameters)):
        return None
    return found[0], {
        name: reader.rows(*narrowed(query, parameters)) for name, query in PARTS.items()
    }
