"""What the published copy has on one person or organisation."""

from __future__ import annotations

from warehouse.queries import Row, sql
from warehouse.read.published import Reader

NAME = sql("entity_page/name")
PARTS = {name: sql(f"entity_page/{name}") for name in ("written", "offices", "named_with", "weeks")}


def entity(reader: Reader, entity_id: str) -> tuple[Row, dict[str, list[Row]]] | None:
    """Its name and totals, and the parts of its page; None where no article names it."""
    if not (found := reader.rows(NAME, {"entity": entity_id})):
        return None
    return found[0], {
        name: reader.rows(query, {"entity": entity_id}) for name, query in PARTS.items()
    }
