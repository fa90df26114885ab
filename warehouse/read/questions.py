"""The saved questions: `questions/<name>.sql`, whose first line says what is asked."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from warehouse.read.published import Reader
from warehouse.write.outcome_rows import Row

QUESTIONS = Path(__file__).parents[1] / "questions"
OUTLETS = """SELECT DISTINCT source_id, coalesce(s.name, source_id) AS name
  FROM (SELECT source_id FROM raw.fetches UNION SELECT source_id FROM core.sources)
  LEFT JOIN core.sources AS s USING (source_id) ORDER BY ALL"""
BARS = "▁▂▃▄▅▆▇█"
LONGEST = 40  # bars of a series


class UnknownNameError(ValueError):
    """There is no such question or outlet; the message names those there are."""

    exit_code = 2


def questions() -> dict[str, str]:
    """Name -> its sentence."""
    return {
        path.stem: path.read_text().splitlines()[0].removeprefix("-- ")
        for path in sorted(QUESTIONS.glob("*.sql"))
    }


def ask(
    reader: Reader,
    name: str,
    *,
    since: date | None = None,
    until: date | None = None,
    source: str | None = None,
) -> list[Row]:
    """The answer over the stories of these days, both included, western Indonesian time; `source` as `outlet` gives it.

    Raises UnknownNameError.
    """
    if name not in questions():
        raise UnknownNameError(f"no question {name!r}{_meant(name, list(questions()))}")
    return reader.rows(
        (QUESTIONS / f"{name}.sql").read_text(), {"since": since, "until": until, "source": source}
    )


def outlet(reader: Reader, source: str | None) -> str | None:
    """What the marts call the outlet of this TOML name or title; where no story of it was loaded yet, its TOML name.

    Raises UnknownNameError.
    """
    if source is None:
        return None
    known: dict[str, str] = {row["source_id"]: row["name"] for row in reader.rows(OUTLETS)}
    if source not in known and source not in known.values():
        raise UnknownNameError(f"nothing was read of {source!r}{_meant(source, list(known))}")
    return known.get(source, source)


def binned(series: Sequence[int], most: int = LONGEST) -> list[int]:
    """At most so many sums of neighbours; their sum is the series'."""
    size = -(-len(series) // most) or 1
    return [sum(series[at : at + size]) for at in range(0, len(series), size)]


def spark(series: Sequence[int]) -> str:
    """A bar a value, of the highest; a blank is none at all, so that the least is seen."""
    bars = binned(series)
    top = max(bars, default=0)
    return "".join(BARS[max(0, round(n / top * len(BARS)) - 1)] if n else " " for n in bars)


def _meant(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    return (
        f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(known) or 'none yet'}"
    )
