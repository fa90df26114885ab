"""The text of SQL files: the comment at their top, and their filters."""

import duckdb
import pytest

from kliping.reading import browse
from warehouse.queries import SQL, Filter, first_comment, narrowed, parts
from warehouse.read.published import Reader

QUERY = """SELECT n FROM range(6) AS t (n)
WHERE n > 0
  AND filter_by($most, n <= $most)
  AND filter_by(
    $parity,
    n % 2 = $parity -- a remainder :)
    AND ') ' <> '('
  )
"""


@pytest.mark.parametrize(
    ("parameters", "numbers"),
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"most": 3}, [1, 2, 3]),
        ({"parity": 0}, [2, 4]),
        ({"most": 3, "parity": 1}, [1, 3]),
    ],
)
def test_a_filter_counts_where_its_parameter_has_a_value(parameters, numbers):
    query, values = narrowed(QUERY, {"most": None, "parity": None} | parameters)

    assert query.count("AND (") == len(parameters)
    assert [n for (n,) in duckdb.execute(query, values).fetchall()] == numbers


def test_every_filter_is_found():
    folders = (SQL.parents[1] / name for name in ("warehouse", "kliping"))
    texts = [path.read_text("utf-8") for folder in folders for path in folder.rglob("*.sql")]
    found = [part for text in texts for part in parts(text) if isinstance(part, Filter)]

    assert len(found) == sum(text.count("filter_by(") for text in texts) > 50


def test_a_parameter_without_a_value_is_an_error():
    with pytest.raises(ValueError, match=r"names \$parity"):
        narrowed(QUERY, {"most": 3})


def test_a_list_cannot_be_limited_by_what_it_has_no_filter_for(demo_home):
    with (
        Reader(demo_home) as reader,
        pytest.raises(ValueError, match="copies cannot be limited by speaker"),
    ):
        browse.rows(reader, "copies", {"speaker": "Sutrisno"})


def test_the_comment_at_the_top_ends_where_its_paragraph_ends():
    text = "-- Who writes most: the articles\n-- of each byline.\n--\n-- Copies count.\nSELECT 1;\n"

    assert first_comment(text) == "Who writes most: the articles of each byline."
