"""Dates in feeds, in markup and in printed text. No zone, clock or day is assumed."""

from parsers.dates.printed import find, reference
from parsers.dates.relative import is_relative, relative_day
from parsers.dates.stamp import EARLIEST, MONTHS, Stamp
from parsers.dates.value import read, read_strictly
from parsers.dates.zones import LOCAL

__all__ = [
    "EARLIEST",
    "LOCAL",
    "MONTHS",
    "Stamp",
    "find",
    "is_relative",
    "read",
    "read_strictly",
    "reference",
    "relative_day",
]
