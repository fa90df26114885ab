"""How deep the imports of a package go, in modules and in rooms.

A room is a module, or a folder of modules seen from outside. `python tests/project/test_layers.py [CHECKOUT]` prints the figures.
"""

from __future__ import annotations

import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOTS = ("flows", "kliping", "parsers", "warehouse")
MOST_MODULES = {"flows": 14, "kliping": 12, "parsers": 12, "warehouse": 12}
MOST_ROOMS = {"flows": 8, "kliping": 8, "parsers": 8, "parsers.structure": 8, "warehouse": 8}

Arrows = dict[str, set[str]]  # from an importer to what it imports


@cache
def imports() -> Arrows:
    graph = grimp.build_graph(*ROOTS, cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def modules(package: str) -> Arrows:
    """The imports among the modules of a package."""
    inside = {name for name in imports() if name == package or name.startswith(f"{package}.")}
    return {name: imports()[name] & inside for name in inside}


def rooms(package: str) -> Arrows:
    """The imports among the rooms of a package; its own `__init__` is the room of its name."""

    def room(module: str) -> str:
        return ".".join(module.split(".")[: package.count(".") + 2])

    arrows: Arrows = {room(module): set() for module in modules(package)}
    for module, imported in modules(package).items():
        arrows[room(module)] |= {room(other) for other in imported} - {room(module)}
    return arrows


def longest_chain(arrows: Arrows) -> list[str]:
    """From the module that nobody imports down; raises graphlib.CycleError for imports in a circle."""
    chains: dict[str, list[str]] = {}
    for name in TopologicalSorter(arrows).static_order():
        below = max((chains[other] for other in sorted(arrows[name])), key=len, default=[])
        chains[name] = [name, *below]
    return max(chains.values(), key=len)


@pytest.mark.parametrize("package", MOST_MODULES)
def test_no_chain_of_modules_is_too_long(package):
    chain = longest_chain(modules(package))
    assert len(chain) <= MOST_MODULES[package], " > ".join(chain)


@pytest.mark.parametrize("package", MOST_ROOMS)
def test_no_chain_of_rooms_is_too_long(package):
    chain = longest_chain(rooms(package))
    assert len(chain) <= MOST_ROOMS[package], " > ".join(chain)


def show(package: str) -> None:
    arrows, chain = rooms(package), longest_chain(rooms(package))
    n_arrows = sum(map(len, arrows.values()))
    sys.stdout.write(
        f"{package}: {len(modules(package))} modules, longest chain {len(longest_chain(modules(package)))}; "
        f"{len(arrows)} rooms, {n_arrows} arrows, {len(chain)} levels\n"
        f"  modules: {' > '.join(longest_chain(modules(package)))}\n"
        f"  rooms: {' > '.join(chain)}\n"
    )


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1] if sys.argv[1:] else str(Path(__file__).parents[2]))
    for each in MOST_ROOMS:
        show(each)
