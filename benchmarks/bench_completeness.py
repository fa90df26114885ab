"""Is the estimate of unseen articles right?

    python benchmarks/bench_completeness.py [--seeds FIRST]

Newsrooms of 6 to 840 articles a week, of 48 weeks if they are small, else of twelve. Then newsrooms of 40 to 2,000 articles and one week: 50 newsrooms
with independent channels, 50 whose channels depend on each other in the ways from which the rule was written, and 50 of other ways (`planted_newsrooms.py` has all); with three channels, and the same with two. The rule was written with seeds below
300; the default seeds are others.
A hit is an interval, in whole articles, that has the true number. Neither a bound nor "cannot tell" is a hit.
large_home.py says what the estimates of all its weeks cost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import ceil, floor, sqrt
from statistics import median

from measurement import print_table, run
from planted_newsrooms import (
    DEPENDENT,
    HELD_OUT,
    INDEPENDENT,
    KINDS,
    Kind,
    Planted,
    plant,
    plant_weeks,
)

from warehouse.missed_articles import MissState, Unseen, estimate, interval
from warehouse.write.week_estimates import Week, estimate_weeks

N_NEWSROOMS = 50
FIRST_SEED = 1000
SETS: Mapping[str, Mapping[str, Kind]] = {
    "independent": INDEPENDENT,
    "dependent": DEPENDENT,
    "dependent, held out": HELD_OUT,
}
BY_SIZE: Mapping[str, Mapping[str, Kind]] = {
    "independent": INDEPENDENT,
    "dependent": HELD_OUT,
    "shared": {name: KINDS[name] for name in ("partly_shared", "one_list", "query_lengths")},
    "nested": {name: KINDS[name] for name in ("nested", "nested_pair")},
}
SIZES = (6, 12, 40, 100, 280, 840)  # articles a week
N_WEEKS = {6: 48, 12: 48}  # of those sizes; else twelve
VERDICTS = ("hit", "miss", "bound", "wrong bound", "cannot tell")
WIDTHS = ("width, of all articles", "width, of the unseen")


def newsrooms(
    kinds: Mapping[str, Kind],
    n_channels: int = 3,
    first: int = FIRST_SEED,
    n_articles: int | None = None,
) -> list[Planted]:
    """The kinds by turns."""
    names = [*kinds]
    return [
        plant(names[n % len(names)], first + n, n_channels, n_articles) for n in range(N_NEWSROOMS)
    ]


def verdict(planted: Planted, unseen: Unseen) -> str:
    if unseen.low is None:
        return "cannot tell"
    if unseen.high is None:
        return "bound" if floor(unseen.low) <= planted.n_unseen else "wrong bound"
    return "hit" if floor(unseen.low) <= planted.n_unseen <= ceil(unseen.high) else "miss"


def described(name: str, planted: Sequence[Planted]) -> tuple[object, ...]:
    """A row of the table."""
    results = [(each, estimate(each.captures)) for each in planted]
    verdicts = Counter(verdict(*result) for result in results)
    estimated = [(p, u) for p, u in results if u.state is MissState.ESTIMATED]
    widths = [(u.high - u.low) / (p.n_announced + u.n) for p, u in estimated]
    of_unseen = [(u.high - u.low) / max(u.n, 1) for _, u in estimated]
    medians = (f"{median(each):.0%}" if each else "–" for each in (widths, of_unseen))
    return name, len(planted), *(verdicts[each] for each in VERDICTS), *medians


def by_size(first: int) -> Iterator[tuple[object, ...]]:
    """What is estimated beside the truth, over the weeks with an interval."""
    sets = {f"{name}, 3 channels": (kinds, 3) for name, kinds in BY_SIZE.items()}
    for name, (kinds, n_channels) in (sets | {"single channel": (INDEPENDENT, 1)}).items():
        for n_a_week in SIZES:
            verdicts, estimated, true, of_sums = Counter[str](), 0.0, 0, Counter[str]()
            for n in range(N_NEWSROOMS):
                kind = [*kinds][n % len(kinds)]
                planted = plant_weeks(
                    kind, first + n, n_a_week, N_WEEKS.get(n_a_week, 12), n_channels
                )
                unseen = estimate_weeks(
                    [Week(number=at, captures=p.captures) for at, p in enumerate(planted)]
                )
                verdicts.update(map(verdict, planted, unseen))
                shown = [
                    (u, p.n_unseen) for u, p in zip(unseen, planted, strict=True) if u.n is not None
                ]
                if shown:
                    sums = (
                        sum(u.n or 0 for u, _ in shown),
                        sqrt(sum((u.sd or 0) ** 2 for u, _ in shown)),
                    )
                    truth = sum(n for _, n in shown)
                    low, high = interval(*sums)
                    of_sums["hit" if floor(low) <= truth <= ceil(high) else "miss"] += 1
                    estimated += sums[0]
                    true += truth
            yield (
                name,
                n_a_week,
                *(verdicts[each] for each in VERDICTS),
                f"{of_sums['hit']} / {of_sums.total()}",
                f"{estimated:.0f} / {true}",
            )


def report(first: int) -> Iterator[tuple[object, ...]]:
    for n_channels in (3, 2):
        for name, kinds in SETS.items():
            planted = newsrooms(kinds, n_channels, first)
            yield described(f"**{n_channels} channels, {name}**", planted)
            for kind in kinds:
                of_kind = [each for each in planted if each.kind == kind]
                yield described(kind.replace("_", " "), of_kind)


def main(seeds: int = FIRST_SEED) -> None:
    print_table(
        ("newsrooms", "a week", *VERDICTS, "newsrooms hit", "estimated / true"), by_size(seeds)
    )
    print()
    print_table(("newsrooms", "n", *VERDICTS, *WIDTHS), report(seeds))


if __name__ == "__main__":
    run(main, __doc__)
