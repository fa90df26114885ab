"""How far two readers of the same articles agree: by column, the share that is equal, and kappa where the answers are a few kinds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence

from measurement import share
from press_labels import LabelledArticle, LabelledName, LabelledQuote, Labels
from press_scores import NEAR, key_of, office_words

from warehouse.known_names import name_key

Pair = tuple[Hashable, Hashable]


def agreed(articles: Iterable[LabelledArticle]) -> Iterator[tuple[str, str]]:
    """Of the articles that two people read."""
    read_twice = [(a.labels, a.second) for a in articles if a.second]
    yield "articles", str(len(read_twice))
    yield from _found_by_both(read_twice)
    quotes = [pair for first, second in read_twice for pair in _same_quotes(first.quotes, second.quotes)]  # fmt: skip
    columns = {
        "quote type": [(a.quote_type, b.quote_type) for a, b in quotes],
        "speaker named as": [(a.named_as, b.named_as) for a, b in quotes],
        "speaker class": [(a.speaker_class, b.speaker_class) for a, b in quotes],
        "gender": [(a.gender, b.gender) for a, b in quotes],
        "place: event or mention": [
            pair for first, second in read_twice for pair in _same_places(first, second)
        ],
    }
    yield "speaker", share(sum(_same_name(a.speaker, b.speaker) for a, b in quotes), len(quotes))
    same_office = sum(
        not office_words(a.role, a.affiliation).isdisjoint(office_words(b.role, b.affiliation))
        for a, b in quotes
    )
    yield "role with affiliation", share(same_office, len(quotes))
    for name, pairs in columns.items():
        equal = sum(a == b for a, b in pairs)
        yield name, f"{share(equal, len(pairs))}, kappa {kappa(pairs):.2f}"


def _found_by_both(read_twice: Sequence[tuple[Labels, Labels]]) -> Iterator[tuple[str, str]]:
    """F1 of one reader's answers by the other's."""
    counts: dict[str, Counter[str]] = {}
    for labels in read_twice:
        for name, (hits, n) in _both(*labels).items():
            counts.setdefault(name, Counter()).update(hits=2 * hits, n=n)
    for name, count in counts.items():
        yield f"{name} found by both, F1", f"{count['hits'] / max(count['n'], 1):.3f} (n {count['n'] // 2})"  # fmt: skip


def _both(first: Labels, second: Labels) -> dict[str, tuple[int, int]]:
    """What both have, and what they have together, by table."""
    result = {"quotes": (len(_same_quotes(first.quotes, second.quotes)), len(first.quotes) + len(second.quotes))}  # fmt: skip
    for kind, title in (("person", "people"), ("organization", "organisations")):
        a, b = ([name for name in labels.names if name.kind == kind] for labels in (first, second))
        result[title] = (sum(any(_same_name(x, y) for y in b) for x in a), len(a) + len(b))
    sets = {
        "acronyms": [{(name_key(s), key_of(x, "organization")) for s, x in labels.acronyms} for labels in (first, second)],
        "dates": [{(date.start, date.days) for date in labels.dates} for labels in (first, second)],
        "places": [{name_key(name) for name, _ in labels.places} for labels in (first, second)],
    }  # fmt: skip
    return result | {name: (len(a & b), len(a) + len(b)) for name, (a, b) in sets.items()}


def _same_quotes(
    first: Sequence[LabelledQuote], second: Sequence[LabelledQuote]
) -> list[tuple[LabelledQuote, LabelledQuote]]:
    """Statements that both readers let begin at nearly one place."""
    pairs, others = [], list(second)
    for quote in first:
        nearest = min(others, key=lambda other: abs(other.start - quote.start), default=None)
        if nearest and abs(nearest.start - quote.start) <= NEAR:
            others.remove(nearest)
            pairs.append((quote, nearest))
    return pairs


def _same_places(first: Labels, second: Labels) -> Iterator[Pair]:
    other = {name_key(name): is_event for name, is_event in second.places}
    for name, is_event in first.places:
        if name_key(name) in other:
            yield is_event, other[name_key(name)]


def _same_name(first: LabelledName | None, second: LabelledName | None) -> bool:
    if first is None or second is None:
        return first is second
    keys = ({key_of(form, name.kind) for form in name.forms} for name in (first, second))
    return first.kind == second.kind and not next(keys).isdisjoint(next(keys))


def kappa(pairs: Sequence[Pair]) -> float:
    """Cohen's: agreement beyond what the frequency of each answer gives by chance."""
    n = len(pairs)
    if not n:
        return float("nan")
    equal = sum(a == b for a, b in pairs) / n
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(first[answer] * second[answer] for answer in first) / n**2
    return 1.0 if chance == 1 else (equal - chance) / (1 - chance)
