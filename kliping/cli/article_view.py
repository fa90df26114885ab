"""One article for people: its facts as lines, and its text with every span marked."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kliping.output import print_styled, printable
from parsers.article import FIELDS, Use

Row = Mapping[str, Any]
STYLES = {
    "quote": "italic",
    "figure": "bold cyan",
    "date": "bold magenta",
    "place": "bold green",
    "person": "bold yellow",
    "organization": "bold blue",
    "acronym": "underline",
}
METADATA = (
    "source_id",
    "url",
    *(field.name for field in FIELDS if Use.PREVIEWED not in field.but_for),
    "parser",
    "flags",
)
SENTENCE = 76  # characters of a quote in a list


def show_article(article: Row) -> None:
    """Print an article as `parse` gives it: metadata with where it came from, text, then every kind of row."""
    facts = article["structure"] or {}
    texts = article["body_text"].split("\n")
    kinds = list(article["paragraph_kinds"]) or ["text"] * len(texts)
    sections = {
        "article": _metadata(article),
        "text": [
            f"{n:>3} {kind:8}{line}"
            for n, (kind, line) in enumerate(zip(kinds, texts, strict=False), 1)
        ],
        "removed": [f"{r['kind']:14}{r['text']}" for r in article["removed"]],
        "quotes": [_quote(q) for q in facts.get("quotes", ())],
        "figures": [_figure(f, facts) for f in facts.get("figures", ())],
        "dates": [f"{d['date_no']:>3} {d['text']}: {_period(d)}" for d in facts.get("dates", ())],
        "places": [
            f"{p['place_no']:>3} {_join(p['text'], p['place_name'], p['kind'], p['role'])}"
            for p in facts.get("places", ())
        ],
        "people and organizations": list(_entities(facts)),
        "acronyms": [
            f"{a['acronym_no']:>3} {a['short_form']} = {a['expansion']}"
            for a in facts.get("acronyms", ())
        ],
    }
    for title, lines in sections.items():
        if lines:
            print_styled(title, "bold reverse")
            for line in lines:
                _print(line)


def show_text(text: str, spans: Sequence[Row]) -> None:
    """Print a text with its spans marked, and a legend: in colours on a terminal, as `[quote 3: …]` in a pipe."""
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.text import Text

        console = Console(highlight=False)
        shown = Text(printable(text))
        for span in sorted(spans, key=lambda s: s["char_start"] - s["char_end"]):
            shown.stylize(STYLES[span["kind"]], span["char_start"], span["char_end"])
        console.print(shown)
        console.print(Text(" ").join(Text(kind, style) for kind, style in STYLES.items()))
    else:
        print(mark_spans(text, spans))
    for span in spans:
        _print(f"{span['kind']} {span['no']}: {span['details']}")


def mark_spans(text: str, spans: Sequence[Row]) -> str:
    """The text with `[kind n: ` before and `]` after every span; what lies inside another stays inside."""
    text = printable(text)
    opening: dict[int, list[str]] = {}
    closing: dict[int, int] = {}
    for span in sorted(spans, key=lambda s: (s["char_start"], -s["char_end"])):
        opening.setdefault(span["char_start"], []).append(f"[{span['kind']} {span['no']}: ")
        closing[span["char_end"]] = closing.get(span["char_end"], 0) + 1
    cuts = sorted({0, len(text), *opening, *closing})
    parts = [
        "]" * closing.get(a, 0) + "".join(opening.get(a, ())) + text[a:b]
        for a, b in zip(cuts, [*cuts[1:], len(text)], strict=True)
    ]
    return "".join(parts)


def _print(line: str) -> None:
    print_styled(line.replace("\n", " ↵ "))


def _metadata(article: Row) -> list[str]:
    origin = dict(article["provenance"]) | {"date_published": article["date_published_source"]}
    lines = []
    for name in METADATA:
        value = article[name]
        if name == "authors":
            value = [f"{a['name']} ({a['role']})" for a in value]
        if value not in (None, "", [], ()):
            text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
            lines.append(
                f"    {name:24}{text}" + (f"   ← {origin[name]}" if name in origin else "")
            )
    return lines


def _quote(quote: Row) -> str:
    text = quote["text"] if len(quote["text"]) <= SENTENCE else quote["text"][: SENTENCE - 1] + "…"
    speaker = _join(_speaker(quote), quote["speaker_role"], quote["speaker_affiliation"])
    cue = f"“{quote['cue']}”, " if quote["cue"] else ""
    return f"{quote['quote_no']:>3} ¶{quote['paragraph_no']} {quote['quote_type']}: {text} — {speaker} ({cue}{quote['resolution']})"


def _speaker(quote: Row) -> str:
    written = quote["speaker_surface"]
    return quote["speaker_name"] or (f"as written: {written}" if written else "?")


def _figure(figure: Row, facts: Row) -> str:
    high = f" – {_number(figure['value_high'])}" if figure["value_high"] is not None else ""
    quote = next((q for q in facts["quotes"] if q["quote_no"] == figure["quote_no"]), None)
    when = next((d for d in facts["dates"] if d["date_no"] == figure["date_no"]), None)
    value = f"{figure['comparator']} {_number(figure['value'])}{high} {figure['currency'] or figure['unit'] or ''}".strip()
    noun = figure["noun_phrase"] if figure["noun_phrase"] != figure["unit"] else None
    stated = f"stated by {_speaker(quote)} in quote {quote['quote_no']}" if quote else None
    return f"{figure['figure_no']:>3} {figure['text']}: " + _join(
        value, noun, stated, f"over {when['text']}" if when else None
    )


def _number(value: Any) -> str:
    return f"{value:f}".rstrip("0").rstrip(".")


def _period(when: Row) -> str:
    first, last = when["date_start"], when["date_end"]
    days = f"{first}" if first == last else f"{first} – {last}"
    doubt = "the weekday does not match" if when["weekday_matches"] is False else None
    return _join("year not known" if first is None else days, when["method"], doubt)


def _entities(facts: Row) -> Iterator[str]:
    texts_of: dict[tuple[str, str], list[str]] = defaultdict(list)
    for mention in facts.get("mentions", ()):
        texts_of[mention["entity_type"], mention["entity_name"]].append(mention["text"])
    for kind, name in sorted(
        texts_of, key=lambda entity: (entity[0] != "person", -len(texts_of[entity]), entity[1])
    ):
        texts = texts_of[kind, name]
        others = sorted(set(texts) - {name})
        also = f", also {json.dumps(others, ensure_ascii=False)}" if others else ""
        yield f"    {kind:14}{name} {len(texts)}×{also}"


def _join(*parts: str | None) -> str:
    return ", ".join(part for part in dict.fromkeys(parts) if part)
