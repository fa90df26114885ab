"""The SQL files: modules read theirs when they are imported, so that a missing one is found at start; views say their schema."""

import re
from pathlib import Path

from warehouse.queries import SQL
from warehouse.write.load import MADE, NEEDED, PAGE_STEPS, STEPS

ROOT = SQL.parents[1]
CODE = "\n".join(path.read_text() for folder in ("warehouse", "flows") for path in (ROOT / folder).rglob("*.py"))  # fmt: skip
READ_AS_FOLDERS = {"browse", "entity_page", "explain", "names", "number_rows", "search/fields"}


def name(path: Path) -> str:
    return path.relative_to(SQL).with_suffix("").as_posix()


def test_a_view_is_where_its_name_says():
    misplaced = [
        path
        for path in (ROOT / "warehouse" / "views").rglob("*.sql")
        if not re.search(
            rf"^CREATE OR REPLACE (VIEW|MACRO) {path.parent.name}\.{path.stem}\b",
            path.read_text(),
            re.MULTILINE,
        )
    ]

    assert misplaced == []


def test_every_file_is_read_by_the_code():
    unread = [
        name(path)
        for path in SQL.rglob("*.sql")
        if name(path.parent) not in READ_AS_FOLDERS and f'sql("{name(path)}")' not in CODE
    ]

    assert unread == []


def test_what_a_statement_of_a_load_needs_is_made_before_it():
    made: set[str] = set()
    for script, _ in (*STEPS, *PAGE_STEPS):
        for part in script.split(";"):
            if needed := NEEDED.search(part):
                assert needed[1] in made
            made |= {match[2] for match in MADE.finditer(part) if match[1].startswith("CREATE")}

    assert len(made) > 20
