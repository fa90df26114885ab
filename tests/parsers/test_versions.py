"""A version stands for code: where the code changes, somebody decides whether its version must."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from parsers.parse import CLEANER_VERSION, EXTRACTOR_VERSION, PARSER_VERSION

PARSERS = Path(__file__).parents[2] / "parsers"
NOTED = Path(__file__).parents[1] / "golden" / "versions.txt"
VERSIONS = {
    "parser": PARSER_VERSION,
    "cleaner": CLEANER_VERSION,
    "extractor": EXTRACTOR_VERSION,
}
# Counted are code and tables, without comments and docstrings. What is in neither of these two lists is the parser's, but
# for what makes no row of an article: the outlets' files, the drafts of new ones, the language of queries, and what was measured of the rules.
CLEANER = ("cleaning",)
EXTRACTOR = ("facts.py", "language", "text/numbers.py", "structure")
BOTH = ("language/months.toml", "language/words.py", "language/zones.toml")  # the parser's too
NOT_COUNTED = ("language/rules.toml", "patterns.py", "probe", "search_query.py", "sources")
ADVICE = """
The code of the {name} has changed since version {version} was noted. If any article could get another row from it, raise
{constant} in parsers/parse.py. In any case note the change: pytest tests/parsers/test_versions.py --write-golden"""


def is_in(path: str, names: tuple[str, ...]) -> bool:
    return path.startswith(tuple(f"{name}/" for name in names)) or path in names


def owners(path: str) -> set[str]:
    if is_in(path, NOT_COUNTED):
        return set()
    owner = (
        "cleaner" if is_in(path, CLEANER) else "extractor" if is_in(path, EXTRACTOR) else "parser"
    )
    return {owner, "parser"} if is_in(path, BOTH) else {owner}


def code(text: str) -> str:
    """A module without comments, docstrings and empty lines; blanks inside a line count, for they may be in a string."""
    lines = text.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            assert node.end_lineno is not None
            lines[node.lineno - 1 : node.end_lineno] = [""] * (node.end_lineno - node.lineno + 1)
    return "\n".join(line.rstrip() for line in lines if line.strip())


def files() -> Iterator[tuple[str, str]]:
    for path in sorted(PARSERS.rglob("*")):
        if path.suffix in {".py", ".toml", ".csv", ".json"}:
            text = path.read_text(encoding="utf-8")
            name = path.relative_to(PARSERS).as_posix()
            yield name, code(text) if path.suffix == ".py" else text


def digests() -> dict[str, str]:
    found = {name: sha256() for name in VERSIONS}
    for path, text in files():
        for owner in owners(path):
            found[owner].update(f"{path}\0{text}\0".encode())
    return {name: digest.hexdigest()[:16] for name, digest in found.items()}


def test_code_and_its_version_change_together(write_golden):
    now = {name: f"{VERSIONS[name]} {digest}" for name, digest in digests().items()}
    if write_golden:
        NOTED.write_text("".join(f"{name} {value}\n" for name, value in now.items()))
    noted = dict(line.split(" ", 1) for line in NOTED.read_text().splitlines())

    assert now == noted, "".join(
        ADVICE.format(name=name, version=value.split()[0], constant=f"{name.upper()}_VERSION")
        for name, value in noted.items()
        if now[name] != value
    )


def test_what_is_only_said_about_code_does_not_change_it():
    plain = 'def both(n):\n    return "# " * n\n'
    noted = '"""A module."""\n\ndef both(n):\n    """Both.\n\n    Of them."""\n    # why\n    return "# " * n  # two\n'

    assert code(noted) == code(plain)
    assert code(noted) != code(plain.replace('"# "', '"#"'))
