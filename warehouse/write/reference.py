"""The reference tables: rules, regions and cues, as the parsers ship them."""

from __future__ import annotations

import json
from dataclasses import asdict

from parsers.language.words import cues, rows
from parsers.structure import RULES
from warehouse.queries import Row


def reference() -> dict[str, list[Row]]:
    """The rows of each table of `ref`, by its name."""
    return {
        "ref.rules": [asdict(rule) for rule in RULES],
        "ref.regions": [_region(row) for row in rows("regions")]
        + [_region(row | {"level": "district"}) for row in rows("districts")],
        "ref.cues": [
            {"cue": cue.word, "cue_class": cue.cue_class, "position": cue.position}
            for cue in cues().values()
        ],
    }


def fingerprint(tables: dict[str, list[Row]]) -> str:
    """Text that changes with any row."""
    return json.dumps(tables, sort_keys=True)


def _region(row: Row) -> Row:
    code = row["kemendagri_code"]
    parent = code.rpartition(".")[0]
    return {
        "region_id": f"id-{code}",
        "name": row["name"],
        "level": row["level"],
        "parent_region_id": f"id-{parent}" if parent else None,
        "kemendagri_code": code,
        "bps_code": row.get("bps_code") or None,
    }
