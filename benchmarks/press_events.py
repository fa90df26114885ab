"""Events of press articles by readers who do not know the rules. press_events*.json have addresses and numbers of events, and no text.

    python benchmarks/press_events.py SHEET_INDEX ANSWERS press_events.json

writes one from what each reader of the sheet answered: `{"event": [numbers of articles], …, "occasions": [[events of one scene], …]}`, a file for each
reader. An article that is in no event of a reader is alone for that reader.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from measurement import run

LABELS = sorted(Path(__file__).parent.glob("press_events*.json"))
Groups = Mapping[str, str]  # address of an article to its group
Pair = tuple[str, str]


@dataclass(frozen=True)
class EventLabels:
    """The event of each article, and its occasion: the events of one scene, where the boundary is a matter of taste."""

    events: Groups
    occasions: Groups


def read_gold(path: Path) -> EventLabels:
    rows = json.loads(path.read_text("utf-8"))["events"]
    return EventLabels(
        events={row["link"]: row["event"] for row in rows},
        occasions={row["link"]: row["occasion"] or row["event"] for row in rows},
    )


def read_readers() -> dict[str, EventLabels]:
    """By the reader's name, those of 8 and 9 June first."""
    return {name: labels for path in LABELS for name, labels in _readers_of(path).items()}


def _readers_of(path: Path) -> dict[str, EventLabels]:
    data = json.loads(path.read_text("utf-8"))
    read = dict[str, EventLabels]()
    for place, name in enumerate(data["readers"], 1):
        occasions = data["occasions"][name]
        events = {row[0]: _event(row[0], row[place]) for row in data["articles"]}
        scenes = {address: str(occasions.get(event, event)) for address, event in events.items()}
        read[name] = EventLabels(events, scenes)
    return read


def _event(address: str, number: int | None) -> str:
    return address if number is None else str(number)


def common_to(one: EventLabels, other: EventLabels) -> EventLabels:
    """Articles are of one event where both readers say so, and of one occasion where either does."""
    events = {address: f"{one.events[address]} {other.events[address]}" for address in one.events}
    return EventLabels(events, _joined([events, one.occasions, other.occasions]))


def _joined(partitions: list[Groups]) -> Groups:
    """What is together in any of the partitions is together."""
    found = {address: address for address in partitions[0]}

    def root(address: str) -> str:
        while found[address] != address:
            address = found[address]
        return address

    for partition in partitions:
        first = dict[str, str]()
        for address in found:
            found[root(address)] = root(first.setdefault(partition[address], address))
    return {address: root(address) for address in found}


def narrowed(labels: EventLabels, is_wanted: Callable[[str], bool]) -> EventLabels:
    """Without the articles of other addresses."""

    def rest(groups: Groups) -> Groups:
        return {address: group for address, group in groups.items() if is_wanted(address)}

    return EventLabels(rest(labels.events), rest(labels.occasions))


def pairs_of(groups: Groups) -> set[Pair]:
    """Every two articles of one group."""
    members = dict[str, list[str]]()
    for address in sorted(groups):
        members.setdefault(groups[address], []).append(address)
    return {pair for group in members.values() for pair in combinations(group, 2)}


def agreement(one: Groups, other: Groups) -> float:
    """F of the pairs of one reader against those of the other."""
    first, second = pairs_of(one), pairs_of(other)
    return 2 * len(first & second) / (len(first) + len(second))


def main(index: Path, answers: Path, labels: Path) -> None:
    addresses = {row["n"]: row["url"] for row in json.loads(index.read_text("utf-8"))}
    readers = {path.stem: _numbered(path) for path in sorted(answers.glob("*.json"))}
    articles = [
        [url, *(events.get(n) for events, _ in readers.values())] for n, url in addresses.items()
    ]
    data = {
        "about": "Events of press articles by readers who had the headlines and first lines only. An article: its address, and the number of its event by each reader; null: alone.",
        "readers": list(readers),
        "occasions": {name: occasions for name, (_, occasions) in readers.items()},
    }
    rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in articles)
    head = json.dumps(data, indent=0)[:-2]
    labels.write_text(f'{head},\n"articles": [\n{rows}\n]}}\n', "utf-8")


def _numbered(path: Path) -> tuple[dict[int, int], dict[str, int]]:
    """The event number of each article, and the occasion, by its first event, of each event that has one."""
    answer: dict[str, Any] = json.loads(path.read_text("utf-8"))
    scenes = answer.pop("occasions", [])
    numbers = {event: number for number, event in enumerate(answer, 1)}
    articles = {n: numbers[event] for event, members in answer.items() for n in members}
    if len(articles) < sum(map(len, answer.values())):
        raise SystemExit(f"{path}: an article is in two events")
    return articles, {str(numbers[e]): numbers[scene[0]] for scene in scenes for e in scene}


if __name__ == "__main__":
    run(main, __doc__)
