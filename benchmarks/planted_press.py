"""A press of 12 outlets and 23 months by seed: what its articles say, and what a study of them must count.

The truth is counted from the plan alone. Texts are invented: wordings of events/templates.toml, and sentences from the lists of planted_press.toml.
"""

from __future__ import annotations

import random
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from itertools import count, product
from pathlib import Path
from typing import Any, NamedTuple

from event_texts import TEXTS

from parsers.language.words import rows

WIB = timezone(timedelta(hours=7))
SINCE, UNTIL = date(2024, 12, 1), date(2026, 10, 31)  # 23 months
BURST_MONDAY = date(2025, 9, 15)
QUERY = 'subsidi -"subsidi silang"'
CHANNELS = ("feed", "sitemap", "index")
SECTIONS = ("nasional", "daerah", "ekonomi")
WIRE = "wartanusa"
CREDIT = "(Warta Nusa)"
DATA = tomllib.loads(Path(__file__).with_name("planted_press.toml").read_text(encoding="utf-8"))
OUTLETS: Mapping[str, str] = DATA["outlets"]
BURST = "sorotnegeri"
ALIASES: Mapping[str, str] = DATA["aliases"]


class Person(NamedTuple):
    """Somebody with an office; `region`: whose head it is, given where the office is named in full."""

    office: str
    region: str
    name: str
    short_name: str

    @property
    def full_office(self) -> str:
        return f"{self.office} {self.region}".rstrip()


PEOPLE = tuple(Person(**each) for each in DATA["people"])
CUES = ("kata", "ujar", "tutur", "jelas")
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
# How an article names a person. "Region only" has the office and its region, which tell who it is; "short only" has the office and one word of
# the name, which do not.
FORMS = ("full", "short after full", "alias", "region only", "short only")
FORM_SHARES = (60, 25, 10, 3, 2)
NATIONAL = "Menteri Pangan"  # an office that one person has, without a region
DISTRICTS = [a + b for a, b in product(DATA["district_beginnings"], DATA["district_ends"])]


@dataclass(frozen=True, kw_only=True)
class PlantedArticle:
    """An article of the plan. `speakers` has a name for each of its quotes: the short one where no reader can know who that is."""

    number: int
    outlet: str
    published_at: datetime
    event: int
    cluster: int  # number of the first article with this text
    headline: str
    paragraphs: tuple[str, ...]
    is_on_topic: bool
    speakers: tuple[str, ...] = ()
    section: str = SECTIONS[0]
    channels: frozenset[str] = frozenset()
    is_blocked: bool = False
    before: PlantedArticle | None = None  # the version that was read first

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)

    @property
    def url(self) -> str:
        return f"http://{self.outlet}.test/{self.section}/{self.number}/"

    @property
    def day(self) -> date:
        return self.published_at.date()

    @property
    def monday(self) -> date:
        return self.day - timedelta(days=self.day.weekday())


@dataclass(frozen=True, kw_only=True)
class Press:
    """All that was published, and the weeks for which an outlet was not crawled."""

    articles: tuple[PlantedArticle, ...]
    gaps: frozenset[tuple[str, date]] = field(default_factory=frozenset)  # outlet and Monday

    @property
    def announced(self) -> list[PlantedArticle]:
        return [each for each in self.articles if each.channels]

    @property
    def loaded(self) -> list[PlantedArticle]:
        return [each for each in self.announced if not each.is_blocked]

    @property
    def gap_days(self) -> set[tuple[str, date]]:
        return {
            (outlet, monday + timedelta(days=n)) for outlet, monday in self.gaps for n in range(7)
        }

    def n_unseen(self, first: date = SINCE, last: date = UNTIL, outlet: str | None = None) -> int:
        """Articles that no channel announced in the weeks of these days, without those that were not crawled."""
        monday = first - timedelta(days=first.weekday())
        return sum(
            not each.channels and outlet in (None, each.outlet) and monday <= each.monday <= last
            for each in self.articles
            if (each.outlet, each.monday) not in self.gaps
        )


def plant(seed: int, n: int) -> Press:
    """About so many articles."""
    return Planter(random.Random(f"press {seed}")).press(n)


class Planter:
    def __init__(self, dice: random.Random) -> None:
        self.dice, self.numbers = dice, count(1)
        data = tomllib.loads((TEXTS / "templates.toml").read_text(encoding="utf-8"))
        self.families, self.names = data["family"], data["people"]
        self.regencies = [
            row["name"].removeprefix("Kabupaten ")
            for row in rows("regions")
            if row["name"].startswith("Kabupaten ")
        ]

    def press(self, n: int) -> Press:
        dice, articles = self.dice, list[PlantedArticle]()
        n_burst = min(150, n // 4)
        while len(articles) < n - n_burst:
            moment = _moment(dice, SINCE, (UNTIL - SINCE).days + 1)
            articles += self._event(
                len(articles), moment, dice.choices((1, 2, 3, 4), (60, 20, 12, 8))[0]
            )
        for _ in range(n_burst):
            articles += self._event(len(articles), _moment(dice, BURST_MONDAY, 7), 1, (BURST,))
        articles = [each for each in articles if each.day <= UNTIL]
        gaps = self._gaps()
        rates = {pair: dice.uniform(0.5, 0.85) for pair in product(OUTLETS, CHANNELS)}
        return Press(
            articles=tuple(self._announce(each, rates, gaps) for each in articles), gaps=gaps
        )

    def _gaps(self) -> frozenset[tuple[str, date]]:
        """Two weeks of every outlet, outside of the burst."""
        mondays = [date(2024, 12, 9) + timedelta(days=7 * n) for n in range(95)]
        mondays.remove(BURST_MONDAY)
        return frozenset((name, each) for name in OUTLETS for each in self.dice.sample(mondays, 2))

    def _announce(
        self, planted: PlantedArticle, rates: Mapping[tuple[str, str], float], gaps: frozenset[Any]
    ) -> PlantedArticle:
        if (planted.outlet, planted.monday) in gaps:
            return planted
        channels = (each for each in CHANNELS if self.dice.random() < rates[planted.outlet, each])
        is_blocked = self.dice.random() < 0.02
        return replace(planted, channels=frozenset(channels), is_blocked=is_blocked)

    def _event(
        self,
        event: int,
        moment: datetime,
        n_outlets: int,
        outlets: tuple[str, ...] = tuple(OUTLETS),
    ) -> Iterator[PlantedArticle]:
        """The articles about one event, with the copies of the first."""
        dice, family = self.dice, self.dice.choice(self.families)
        slots = self._slots(family, moment)
        on_topic = dice.random() < 0.3
        chosen = dice.sample(outlets, n_outlets)
        for at, outlet in enumerate(chosen):
            planted = self._article(event, outlet, moment, family, slots, on_topic)
            if n_outlets == 1 and outlet != WIRE and dice.random() < 0.04:
                planted = self._edited(planted, slots)
            yield planted
            if at == 0 and len(outlets) > 1 and not planted.before:
                others = [each for each in outlets if each not in chosen]
                yield from self._copies(planted, others)
            moment += timedelta(minutes=dice.randrange(40, 500))

    def _slots(self, family: Mapping[str, Any], moment: datetime) -> dict[str, Any]:
        return {
            **{each: self._person() for each in ("p", "q", "official")},
            **{each: self.dice.randint(*family[each]) for each in ("a", "b")},
            "kab": self.dice.choice(self.regencies),
            "kec": self.dice.choice(DISTRICTS),
            "hari": DAYS[moment.weekday()],
            "tanggal": f"{moment.day}/{moment.month}/{moment.year}",
        }

    def _person(self) -> str:
        return f"{self.dice.choice(self.names['first'])} {self.dice.choice(self.names['last'])}"

    def _article(
        self, event: int, outlet: str, moment: datetime, family: Mapping[str, Any], slots: Mapping[str, Any], on_topic: bool,
    ) -> PlantedArticle:  # fmt: skip
        dice, number = self.dice, next(self.numbers)
        details = dice.sample(family["details"], 1)
        parts = [_usable(each) for each in (*family["sentences"], *details)]
        lead = " ".join(dice.choice(each) for each in parts if each).format_map(slots)
        topic = self._pick("on_topic" if on_topic else "look_alike").format_map(slots)
        says_topic = on_topic or dice.random() < 0.15
        second = f"{topic} {self.filler(2)}" if says_topic else self.filler(3)
        quotes = [self._quote(*each) for each in self._speakers(dice.choice((0, 1, 1, 2)))]
        paragraphs = [lead, second, *(line for lines, _ in quotes for line in lines)]
        paragraphs.append(self.filler(4) + (f" {CREDIT}" if outlet == WIRE else ""))
        return PlantedArticle(
            number=number, outlet=outlet, published_at=moment, event=event, cluster=number,
            headline=dice.choice(family["headlines"]).format_map(slots), paragraphs=tuple(paragraphs),
            is_on_topic=on_topic, speakers=tuple(name for _, name in quotes), section=dice.choice(SECTIONS),
        )  # fmt: skip

    def _speakers(self, n: int) -> Iterator[tuple[Person, str]]:
        weights = range(len(PEOPLE), 0, -1)
        chosen = (self.dice.choices(PEOPLE, weights)[0] for _ in range(n))
        for who in dict.fromkeys(chosen):
            [form] = self.dice.choices(FORMS, FORM_SHARES)
            is_possible = {"alias": who.name in ALIASES, "region only": bool(who.region)}
            yield who, form if is_possible.get(form, True) else "full"

    def _quote(self, who: Person, form: str) -> tuple[list[str], str]:
        """The paragraphs of a quote, and who speaks, as far as a reader can know."""
        dice = self.dice
        saying = self._pick("sayings").format(
            n=dice.randrange(3, 990), thing=self._pick("things"), what=self._pick("what"), where=self._pick("where")
        )  # fmt: skip
        full = f"{who.full_office} {who.name}"
        name = {
            "full": full,
            "alias": f"{who.full_office} {ALIASES.get(who.name)}",
            "region only": f"{who.full_office} {who.short_name}",
        }.get(form, f"{who.office} {who.short_name}")
        before = [f"{full} meninjau {self._pick('where')} {self._pick('while')}."]
        line = f"“{saying},” {dice.choice(CUES)} {name}, {DAYS[dice.randrange(7)]}."
        is_unknown = form == "short only" and who.office != NATIONAL
        paragraphs = [*(before if form == "short after full" else []), line]
        return paragraphs, who.short_name if is_unknown else who.name

    def filler(self, n: int) -> str:
        pick = self._pick
        return " ".join(
            f"{pick('who')} {pick('did')} {pick('what')} di {pick('where')} {pick('while')}."
            for _ in range(n)
        )

    def _pick(self, name: str) -> str:
        """One of a list of planted_press.toml."""
        return str(self.dice.choice(DATA[name]))

    def _copies(self, planted: PlantedArticle, others: list[str]) -> Iterator[PlantedArticle]:
        """Of a wire article two or three, of others seldom one; half of those have another headline and another last paragraph."""
        dice, is_wire = self.dice, planted.outlet == WIRE
        n = dice.choice((2, 3)) if is_wire else int(dice.random() < 0.08)
        for outlet in dice.sample(others, n):
            moment = planted.published_at + timedelta(minutes=dice.randrange(20, 600))
            copy = replace(planted, number=next(self.numbers), outlet=outlet, published_at=moment)
            if not is_wire and dice.random() < 0.5:
                changed = (*planted.paragraphs[:-1], self.filler(1))
                copy = replace(copy, headline=f"Kabar: {planted.headline}", paragraphs=changed)
            yield copy

    def _edited(self, planted: PlantedArticle, slots: Mapping[str, Any]) -> PlantedArticle:
        """Its second version, which adds or drops the topic, or adds a quote."""
        first, second, *rest = planted.paragraphs
        if planted.is_on_topic and self.dice.random() < 0.5:
            paragraphs, on_topic = (first, self.filler(3), *rest), False
        elif self.dice.random() < 0.5:
            new, name = self._quote(*next(iter(self._speakers(1))))
            return replace(
                planted, paragraphs=(first, second, *rest, *new), speakers=(*planted.speakers, name), before=planted,
            )  # fmt: skip
        else:
            added = self._pick("on_topic").format_map(slots)
            paragraphs, on_topic = (first, second, *rest, added), True
        return replace(planted, paragraphs=paragraphs, is_on_topic=on_topic, before=planted)


def _usable(wordings: list[str]) -> list[str]:
    """The wordings of a sentence in which nobody speaks and that is not about the topic: both are planted apart."""
    return [each for each in wordings if '"' not in each and "subsidi" not in each]


def _moment(dice: random.Random, first: date, n_days: int) -> datetime:
    start = datetime(first.year, first.month, first.day, tzinfo=WIB)
    return start + timedelta(days=dice.randrange(n_days), minutes=dice.randrange(300, 1200))


Truth = Mapping[tuple[str, str], int]


def truth(press: Press) -> Truth:
    """What `numbers` of a study of the whole press must say, by subject and name; of events their number and that of their articles."""
    leads, outlets = dict[int, int](), defaultdict[int, set[str]](set)
    for each in sorted(press.loaded, key=lambda planted: planted.published_at):
        leads.setdefault(each.cluster, each.number)
        outlets[each.event].add(each.outlet)
    counts = Counter[tuple[str, str]]()
    counts.update({("person", who.name): 0 for who in PEOPLE})
    events = set[int]()
    for each in press.loaded:
        if not each.is_on_topic:
            continue
        counts["articles", "all"] += 1
        counts["period", f"{each.day:%Y-%m}-01"] += 1
        counts["outlet", OUTLETS[each.outlet]] += 1
        counts.update(("person", who.name) for who in PEOPLE if who.name in each.speakers)
        if leads[each.cluster] == each.number:
            counts["articles", "without copies"] += 1
            counts.update(("speaker", name) for name in each.speakers)
        if len(outlets[each.event]) > 1:
            events.add(each.event)
            counts["events", "their articles"] += 1
    counts["events", "of several outlets"] = len(events)
    return counts
