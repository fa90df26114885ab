"""The text of SQL files: the comment at their top, and conditions of parameters that are not given."""

import duckdb
import pytest

from warehouse.queries import first_comment, narrowed

QUERY = """SELECT n FROM range(6) AS t (n)
WHERE n > 0
  AND ($most IS NULL OR n <= $most)
  AND (
    $parity IS NULL
    OR n % 2 = $parity
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
def test_a_condition_holds_where_its_parameter_is_given(parameters, numbers):
    query, values = narrowed(QUERY, parameters)

    assert "IS NULL" not in query
    assert [n for (n,) in duckdb.execute(query, values).fetchall()] == numbers


def test_the_comment_at_the_top_ends_where_its_paragraph_ends():
    text = "-- Who writes most: the articles\n-- of each byline.\n--\n-- Copies count.\nSELECT 1;\n"

    assert first_comment(text) == "Who writes most: the articles of each byline."
