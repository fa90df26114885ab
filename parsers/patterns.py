"""Finds regular expressions that can take for ever on some address, before they are used.

Python's matcher backtracks without a limit. So each pattern is matched here in the same way with
counted steps, against addresses made from its own repetitions: a short one, and one twice as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from re import _constants as sre
from re import _parser
from typing import Any

Node = tuple[Any, Any]
Then = Callable[[int], bool]
REPEATS = frozenset({sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT})
CHARACTERS = frozenset({sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN})
MANY = 16  # a repetition that can be as long counts as unlimited
FEW, TWICE = 12, 24  # repetitions in an address
STEPS = 50_000  # for the longer address; ten times the square of its length
SQUARE = (
    5.5  # times the steps for twice the length: 4 where they grow with its square, 8 with its cube
)
SAMPLES = "a1-/_.=?AZ0 &%#:~\n"
TAILS = ("", "/!", "\0")  # after which a match may fail


class TooManyStepsError(Exception):
    pass


@lru_cache(maxsize=512)
def is_costly(pattern: str) -> bool:
    """Whether the time grows faster than the square of an address's length. Raises re.error."""
    nodes = list(_parser.parse(pattern))
    if _count_choices(nodes) < 2:
        return False
    literals = {chr(node[1]) for node in _inner(nodes) if node[0] is sre.LITERAL}
    try:
        return any(
            _steps(nodes, start + pump * TWICE + tail)
            > SQUARE * _steps(nodes, start + pump * FEW + tail)
            for start, pump in dict.fromkeys(_pumps(nodes, "", literals))
            for tail in TAILS
        )
    except (TooManyStepsError, RecursionError):
        return True


def _steps(nodes: Sequence[Node], text: str) -> int:
    """Raises TooManyStepsError."""
    search = _Search(text)
    any(search.match(nodes, 0, start, lambda _: True) for start in range(len(text) + 1))
    return search.steps


def _parts(node: Node) -> list[Sequence[Node]]:
    """The sequences inside a node."""
    op, arg = node
    if op in REPEATS:
        return [arg[2]]
    if op is sre.SUBPATTERN:
        return [arg[3]]
    if op is sre.BRANCH:
        return list(arg[1])
    if op is sre.ATOMIC_GROUP:
        return [arg]
    return [arg[1]] if op in {sre.ASSERT, sre.ASSERT_NOT} else []


def _inner(nodes: Sequence[Node]) -> Iterator[Node]:
    """Every node, with those inside it."""
    for node in nodes:
        yield node
        for part in _parts(node):
            yield from _inner(part)


def _count_choices(nodes: Sequence[Node]) -> int:
    """The places to which the matcher can backtrack, counted again for each repetition around."""
    bodies = [node[1][2] for node in _inner(nodes) if node[0] in REPEATS]
    return sum(_is_choice(node) for part in (nodes, *bodies) for node in _inner(part))


def _is_choice(node: Node) -> bool:
    return node[0] is sre.BRANCH or (node[0] in REPEATS and node[1][0] != node[1][1])


def _pumps(nodes: Sequence[Node], start: str, literals: set[str]) -> Iterator[tuple[str, str]]:
    """For each long repetition, what matches before it and what it can repeat.

    Characters of the pattern are tried too, because they may end the repetition.
    """
    for node in nodes:
        parts = _parts(node)
        if node[0] in REPEATS and node[1][1] >= MANY:
            [body] = parts
            yield start, _sample(body)
            if len(body) == 1 and body[0][0] in CHARACTERS:
                yield from ((start, char) for char in sorted(literals) if _accepts(body[0], char))
        for part in parts:
            yield from _pumps(part, start, literals)
        start += _sample([node])


def _sample(nodes: Sequence[Node]) -> str:
    """A text that the nodes match, without regard to assertions."""
    return "".join(_sample_of(node) for node in nodes)


def _sample_of(node: Node) -> str:
    op, arg = node
    if op in CHARACTERS:
        own = chr(arg) if op is sre.LITERAL else ""
        return own or next((char for char in SAMPLES if _accepts(node, char)), "")
    if op in REPEATS:
        return _sample(arg[2]) * max(1, int(arg[0]))
    return _sample(_parts(node)[0]) if op in {sre.SUBPATTERN, sre.BRANCH, sre.ATOMIC_GROUP} else ""


def _accepts(node: Node, char: str) -> bool:
    op, arg = node
    if op is sre.ANY:
        return char != "\n"
    if op is not sre.IN:
        return bool((ord(char) == arg) == (op is sre.LITERAL))
    negated = arg[0][0] is sre.NEGATE
    return negated != any(_is_in(item, char) for item in arg[negated:])


def _is_in(item: Node, char: str) -> bool:
    op, arg = item
    if op is sre.LITERAL:
        return bool(ord(char) == arg)
    if op is sre.RANGE:
        return bool(arg[0] <= ord(char) <= arg[1])
    name = str(arg).removeprefix("CATEGORY_").removeprefix("UNI_")
    tests = {
        "DIGIT": char.isdigit(),
        "SPACE": char.isspace(),
        "WORD": char.isalnum() or char == "_",
    }
    return tests.get(name, not tests.get(name.removeprefix("NOT_"), False))


class _Search:
    """A matcher that backtracks as `re` does and counts steps. It ignores unknown nodes."""

    def __init__(self, text: str) -> None:
        self.text, self.steps = text, 0

    def match(self, nodes: Sequence[Node], n: int, at: int, then: Then) -> bool:
        self.steps += 1
        if self.steps > STEPS:
            raise TooManyStepsError
        if n == len(nodes):
            return then(at)
        op, arg = nodes[n]

        def rest(end: int) -> bool:
            return self.match(nodes, n + 1, end, then)

        if op in CHARACTERS:
            return at < len(self.text) and _accepts(nodes[n], self.text[at]) and rest(at + 1)
        if op in REPEATS:
            return self._repeat(arg, at, rest)
        if op in {sre.SUBPATTERN, sre.BRANCH, sre.ATOMIC_GROUP}:
            return any(self.match(part, 0, at, rest) for part in _parts(nodes[n]))
        if op in {sre.ASSERT, sre.ASSERT_NOT} and arg[0] > 0:
            found = self.match(arg[1], 0, at, lambda _: True)
            return found == (op is sre.ASSERT) and rest(at)
        is_end = op is sre.AT and arg in {sre.AT_END, sre.AT_END_STRING}
        return (not is_end or at == len(self.text)) and rest(at)

    def _repeat(self, arg: tuple[int, int, Sequence[Node]], at: int, rest: Then) -> bool:
        least, most, body = arg
        if len(body) == 1 and body[0][0] in CHARACTERS:
            end = at
            while end - at < most and end < len(self.text) and _accepts(body[0], self.text[end]):
                end += 1
            return any(rest(last) for last in range(end, at + least - 1, -1))

        def again(count: int, start: int) -> bool:
            def next_one(end: int) -> bool:
                return (end > start or count < least) and again(count + 1, end)

            return (count < most and self.match(body, 0, start, next_one)) or (
                count >= least and rest(start)
            )

        return again(0, at)
