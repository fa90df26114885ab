"""`mart.source_health`: its rows, the same as Prometheus metrics, and a message for each trouble."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from kliping.sql_files import sql, toml
from warehouse.queries import Row
from warehouse.queries import sql as warehouse_sql
from warehouse.read.published import Reader

SOURCES = sql("health/sources")
LAST_RUN = sql("health/last_run")
LAST_CRAWL = sql("health/last_crawl")
LAST_REQUESTS = warehouse_sql("runs/requests")
LAST_CHECKS = sql("health/last_checks")
STATES = ("ok", "quiet", "empty", "blocked", "broken", "drifting", "unasked")
LABELS = {"source": "source_id", "kind": "kind", "channel": "channel"}
METRICS = toml("reading/metrics")  # metric -> column, what it is


def source_health(reader: Reader, source: str | None = None) -> list[Row]:
    """The rows of every outlet, or of one by TOML name or title."""
    return reader.rows(SOURCES, {"source": source})


def growth(step: Row) -> str:
    """In words, of a step that grows faster than the home."""
    return (
        f"{step['step']} takes {step['cpu_seconds']:.1f} CPU s for 100 articles in a home of {step['n_articles']:,.0f};"
        f" it took {step['earlier_cpu_seconds']:.1f} in one of {step['earlier_n_articles']:,.0f}"
    )


def step_rows(costs: Iterable[Row]) -> list[Row]:
    """What the steps of the last run took, as rows of `kliping status`."""
    return [
        {
            "kind": "step",
            "channel": step["step"],
            "state": "warn" if step["is_growing"] else "ok",
            "last_cpu_seconds": step["last_cpu_seconds"],
            "note": growth(step) if step["is_growing"] else _usual_cost(step),
        }
        for step in costs
    ]


def _usual_cost(step: Row) -> str:
    usual = f"{step['cpu_seconds'] or 0:.2f} for 100 articles in the last ten"
    return f"{step['last_cpu_seconds'] or 0:.2f} CPU s in the last run, {usual}"


def cost_line(steps: Sequence[Row]) -> str:
    """What the last run took, with its three most expensive steps; empty where it is not known."""
    spent = {row["channel"]: row["last_cpu_seconds"] for row in steps if row["last_cpu_seconds"]}
    first = ", ".join(f"{step} {cpu:.1f}" for step, cpu in islice(spent.items(), 3))
    return f"; {sum(spent.values()):.1f} CPU s: {first}" if spent else ""


def last_requests(reader: Reader) -> list[Row]:
    """What the last crawl asked the outlets for, by source, host and reason of failure."""
    return [row for run in reader.rows(LAST_CRAWL) for row in reader.rows(LAST_REQUESTS, run)]


def prometheus(health: Iterable[Row]) -> str:
    """Text for the node exporter: one sample per channel and metric; `kliping_state` is 1 for its state and 0 for the others."""
    return "".join(f"{line}\n" for line in _lines(list(health)))


def troubles(health: Sequence[Row]) -> Iterator[tuple[str, str, str]]:
    """(outlet, state, message) for each state but ok of the outlet or one of its channels; the message is about the first such row."""
    for (source_id, state), row in {
        (row["source_id"], row["state"]): row for row in reversed(health) if row["state"] != "ok"
    }.items():
        last_well = (
            f"{row['last_success_at']:%Y-%m-%d %H:%M} UTC" if row["last_success_at"] else "never"
        )
        note = f"; {row['note']}" if row["note"] else ""
        yield (
            source_id,
            state,
            f"{row['source_name']} is {state}: {row['kind']} {row['channel']}, last well {last_well}{note}",
        )


def _lines(health: list[Row]) -> Iterator[str]:
    for metric, (column, description) in METRICS.items():
        samples = [
            f"kliping_{metric}{{{_labels(row)}}} {_value(row[column])}"
            for row in health
            if row[column] is not None
        ]
        yield from _head(metric, description) if samples else ()
        yield from samples
    yield from _head("state", "1 for the state of the channel.")
    for row in health:
        yield from (
            f'kliping_state{{{_labels(row)},state="{state}"}} {int(row["state"] == state)}'
            for state in STATES
        )


def _head(metric: str, description: str) -> tuple[str, str]:
    return f"# HELP kliping_{metric} {description}", f"# TYPE kliping_{metric} gauge"


def _labels(row: Row) -> str:
    return ",".join(f'{name}="{_escaped(row[column])}"' for name, column in LABELS.items())


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _value(value: Any) -> float:
    return value.timestamp() if isinstance(value, datetime) else float(value)
