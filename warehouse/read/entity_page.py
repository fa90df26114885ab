"""What the published copy has on one person or organisation."""

from __future__ import annotations

from warehouse.queries import Row, execute, narrowed, sql
from warehouse.read.published import Reader

OWN_MENTIONS = sql("entity_page/own_mentions")
NAME = sql("entity_page/name")
PARTS = {name: sql(f"entity_page/{name}") for name in ("written", "offices", "named_with", "weeks")}


def entity(reader: Reader, entity_id: str) -> tuple[Row, dict[str, list[Row]]] | None:
    """Its name and totals, and the parts of its page; None where no article names it."""
    asked = {"entity": entity_id}
    execute(reader.con, OWN_MENTIONS, asked)
    if not (found := reader.rows(NAME, asked)):
        return None
    return found[0], {name: reader.rows(*narrowed(query, asked)) for name, query in PARTS.items()}
