"""Series of numbers as bars."""

from __future__ import annotations

from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"
LONGEST = 40  # bars of a series


def binned(series: Sequence[int], most: int = LONGEST) -> list[int]:
    """Sums of neighbours, at most `most`; their total is that of the series."""
    size = -(-len(series) // most) or 1
    return [sum(series[at : at + size]) for at in range(0, len(series), size)]


def spark(series: Sequence[int]) -> str:
    """A bar per value, relative to the highest; a dot for zero, since no line may be broken there."""
    bars = binned(series)
    top = max(bars, default=0)
    return "".join(BARS[max(0, round(n / top * len(BARS)) - 1)] if n else "·" for n in bars)
