"""The files of the saved questions: what the comment at their top says, and their SQL.

The comment has the question, then `id:` and the question in Indonesian. A question that counts articles, quotes or events has
a line `by outlet` or `over outlets`; a column whose name `labels.toml` lacks has a line `id COLUMN: LABEL`. A line that is indented
further continues the one above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import takewhile

from warehouse.queries import QUESTIONS

CONTINUED = re.compile(r"\n--\s{2,}")
LABEL = re.compile(r"id(?: (\w+))?: (.+)")


class Counts(StrEnum):
    """What the numbers of a row are of: one outlet, or all that were chosen."""

    BY_OUTLET = "by outlet"
    OVER_OUTLETS = "over outlets"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionFile:
    question: str
    indonesian: Mapping[str, str]  # of the question, and of columns with spaces for underscores
    counts: Counts | None
    sql: str


@cache
def question_files() -> dict[str, QuestionFile]:
    """Name -> file."""
    return {
        path.stem: read_question(path.read_text("utf-8"))
        for path in sorted(QUESTIONS.glob("*.sql"))
    }


def read_question(text: str) -> QuestionFile:
    question, *others = _comments(text)
    labels = [found for line in others if (found := LABEL.fullmatch(line))]
    counts = [Counts(line) for line in others if line in set(Counts)]
    return QuestionFile(
        question=question,
        indonesian={
            (found[1].replace("_", " ") if found[1] else question): found[2] for found in labels
        },
        counts=counts[0] if counts else None,
        sql=text,
    )


def _comments(text: str) -> Iterator[str]:
    """The lines of the comment at the top, those that continue one joined to it."""
    lines = CONTINUED.sub(" ", text).splitlines()
    return (
        line.removeprefix("-- ") for line in takewhile(lambda line: line.startswith("-- "), lines)
    )
