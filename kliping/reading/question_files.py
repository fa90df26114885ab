"""The files of the saved questions: what the comment at their top says, and their SQL.

Its first paragraph is the question. The lines of the second one are: `id:` and the question in Indonesian; `by outlet` or `over outlets`
where the numbers count articles, quotes or events; `id COLUMN: LABEL` for a column whose name `labels.toml` lacks. A line that is
indented further continues the one above.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import takewhile

from warehouse.queries import QUESTIONS, first_comment

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
    question = first_comment(text)
    comment = takewhile(lambda line: line.startswith("--"), CONTINUED.sub(" ", text).splitlines())
    lines = [line.removeprefix("-- ") for line in comment]
    labels = [found for line in lines if (found := LABEL.fullmatch(line))]
    counts = [Counts(line) for line in lines if line in set(Counts)]
    return QuestionFile(
        question=question,
        indonesian={
            (found[1].replace("_", " ") if found[1] else question): found[2] for found in labels
        },
        counts=counts[0] if counts else None,
        sql=text,
    )
