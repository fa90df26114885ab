"""Names and sizes that a reader can rely on. `NOT_YET` lists the exceptions; it must be exact, so it can only shrink."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
PACKAGES = ("flows", "kliping", "parsers", "warehouse")
EVERYWHERE = (*PACKAGES, "tests", "benchmarks")
PARTICIPLES = """
said told known begun found kept heard given asked named had stood gone shown seen met lent taken made left put settled
looked placed meant wanted allowed believed understood unasked unknown unlisted untold retold missed stated printed
marked joined moved counted refused
"""
NO_VARIABLES = {"said", "told", "known", "begun", "asked"}
STORY = re.compile(r"(?:^|_)stor(?:y|ies)(?:_|$)|Stor(?:y|ies)(?:[A-Z]|$)")
TEMP_TABLE = re.compile(r"CREATE (?:OR REPLACE )?TEMP(?:ORARY)? (?:TABLE|VIEW) (\w+)")
FILE_LINES, FUNCTION_LINES = 500, 50
NOT_YET = """
participle: parsers/dates/printed.py
twice: class Answer
twice: class Block
twice: class QueryError
twice: module flows backfill
twice: module flows errors
twice: module flows ingest
twice: module flows reparse
twice: module kliping pages
"""


@cache
def files(ending: str, folders: tuple[str, ...] = PACKAGES) -> dict[str, str]:
    """The texts of the files in the folders, by path."""
    paths = (path for folder in folders for path in (CHECKOUT / folder).rglob(f"*{ending}"))
    return {str(p.relative_to(CHECKOUT)): p.read_text(encoding="utf-8") for p in paths}


@cache
def nodes() -> dict[str, list[ast.AST]]:
    """The nodes of the syntax trees of all files, by path."""
    return {path: [*ast.walk(ast.parse(text))] for path, text in files(".py", EVERYWHERE).items()}


@cache
def definitions(folders: tuple[str, ...] = PACKAGES) -> list[tuple[str, ast.AST]]:
    """Functions, methods and classes, with the path of their file."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [
        (path, node)
        for path, in_file in nodes().items()
        if path.split("/")[0] in folders
        for node in in_file
        if isinstance(node, kinds)
    ]


def words() -> Iterator[str]:
    """Names that are a bare participle, or call an article a story."""
    everywhere = definitions(EVERYWHERE)
    names = [(f"{path} {node.name}", node.name) for path, node in everywhere]
    names += [(path, Path(path).stem) for path in (*files(".py"), *files(".sql"))]
    for where, name in names:
        if name in PARTICIPLES.split() and not where.endswith(".sql"):
            yield f"participle: {where}"
        if STORY.search(name):
            yield f"story: {where}"


def variables() -> Iterator[str]:
    """Variables, parameters and fields that are a bare participle."""
    for path, in_file in nodes().items():
        for node in in_file:
            match node:
                case (
                    ast.arg(arg=name)
                    | ast.Name(id=name, ctx=ast.Store())
                    | ast.Attribute(attr=name, ctx=ast.Store())
                ) if name in NO_VARIABLES:
                    yield f"participle: {path}:{node.lineno} {name}"


def one_name_twice() -> Iterator[str]:
    """A class defined in two modules, or two modules of a package with one name; those of commands have the names of their subjects."""
    places = defaultdict(set)
    for path, node in definitions():
        if isinstance(node, ast.ClassDef):
            places[f"class {node.name}"].add(path)
    for path in files(".py"):
        if not Path(path).stem.startswith("__") and not path.startswith("kliping/cli/"):
            places[f"module {path.partition('/')[0]} {Path(path).stem}"].add(path)
    yield from (f"twice: {name}" for name, paths in places.items() if len(paths) > 1)


def temp_tables() -> Iterator[str]:
    """Temporary tables that the comment at the top of their file does not list, nor its name."""
    for path, text in files(".sql").items():
        header = Path(path).stem + re.match(r"(?:--.*\n|[ \t]*\n)*", text)[0]
        for name in TEMP_TABLE.findall(text):
            if not re.search(rf"\b{name}\b", header):
                yield f"temp table: {path} {name}"


def sizes() -> Iterator[str]:
    for path, text in files(".py").items():
        if text.count("\n") > FILE_LINES:
            yield f"lines: {path}"
    for path, node in definitions():
        is_class = isinstance(node, ast.ClassDef)
        if not is_class and node.end_lineno - node.lineno >= FUNCTION_LINES:
            yield f"lines: {path} {node.name}"


def test_names_and_sizes_are_as_the_rules_of_the_house_say():
    rules = (words, variables, one_name_twice, temp_tables, sizes)
    problems = {problem for rule in rules for problem in rule()}
    assert problems == set(NOT_YET.strip().split("\n"))
