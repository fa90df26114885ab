"""Short texts with quotes, and how to read the only one."""

from parsers.structure import structure


def only(text):
    (quote,) = structure(text).quotes
    return quote


LEAD = "Kepala Dinas Kesehatan Kota Malang Sari Wulandari hadir.\n"
