"""An invented page in the form that a rule's selectors describe."""

from __future__ import annotations

import re
from html import escape

from parsers.source import ArticleRule

HEADLINE = "Warga Dusun Karangjati Bergotong Royong Memperbaiki Jembatan"
AUTHOR = "Rina Melati"
WHEN = "Senin, 23 November 2026 14:05 WIB"
SECTION, TAG = "Daerah", "gotong royong"
UNWANTED = "Sisipan iklan toko serba ada"
TEXT = [
    f"Pekerjaan tahap {n} di dusun itu dimulai sejak pagi oleh puluhan warga bersama perangkat desa. "
    f"Kepala dusun menyebut bahan bangunan ke-{n} dibeli dari iuran warga dan bantuan kabupaten."
    for n in range(1, 6)
]
PART = re.compile(r"([\w-]+)?((?:\.[\w-]+|#[\w-]+|\[[^\]]+\])*)$")


def elements(css: str, inside: str) -> str:
    """HTML that the first alternative of the selector matches."""
    for step in reversed(css.split(",", maxsplit=1)[0].split()):
        match = PART.match(step)
        assert match, step
        tag, marks = match[1] or "div", match[2]
        classes = re.findall(r"\.([\w-]+)", re.sub(r"\[[^\]]+\]", "", marks))
        attributes = [f'class="{" ".join(classes)}"'] if classes else []
        attributes += [f'id="{each}"' for each in re.findall(r"#([\w-]+)", marks)]
        attributes += [_attribute(each) for each in re.findall(r"\[([^\]]+)\]", marks)]
        if tag == "meta":
            inside = f'<meta {" ".join(attributes)} content="{escape(inside)}">'
        else:
            inside = f"<{tag} {' '.join(attributes)}>{inside}</{tag}>"
    return inside


def _attribute(text: str) -> str:
    name, _, value = text.partition("=")
    value = value.strip("'\"")
    return f'{name.rstrip("*^$~|")}="{value or AUTHOR}"'


def page(rule: ArticleRule) -> bytes:
    drops = "".join(elements(css, UNWANTED) for css in rule.drop if not css.startswith("ins"))
    text = "".join(f"<p>{line}</p>" for line in TEXT) + drops
    fields = {
        "headline": rule.headline or "h1",
        "authors": rule.authors,
        "date": rule.date,
        "section": rule.section,
    }
    values = {"headline": HEADLINE, "authors": AUTHOR, "date": WHEN, "section": SECTION}
    parts = {key: elements(css, values[key]) for key, css in fields.items() if css}
    head = "".join(part for part in parts.values() if part.startswith("<meta"))
    top = "".join(part for part in parts.values() if not part.startswith("<meta"))
    tags = elements(rule.tags, TAG) if rule.tags else ""
    body = elements(rule.body, text) if rule.body else f"<article>{text}</article>"
    return (
        f'<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{HEADLINE}</title>{head}</head>'
        f"<body><main>{top}{body}</main>{tags}</body></html>"
    ).encode()
