"""The extraction table of docs/benchmarks/extraction.md: kliping, its stages and its peers on one corpus, in one command that prints Markdown.

    python benchmarks/bench_extraction.py BENCH_DIR [--only kliping,trafilatura] [--dataset idnews] [--limit 20]

BENCH_DIR holds measure.py and score.py, with the corpus beside it. Peers run in environments of their own, made here on first use.
`kliping-unseen` reads each page with weights fitted on other hosts (bench_fit.py). `kliping-quick`, `kliping-vote` and `kliping-plain` are the
ablations: the quick readers alone, everybody always, a plain majority of lines. CPU is that of the command, start included, by all pages.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from pathlib import Path

from measurement import print_table, run

ROOT = Path(__file__).resolve().parents[1]
OURS = ("kliping", "kliping-unseen", "kliping-quick", "kliping-vote", "kliping-plain")
THEIRS = ("trafilatura", "readability", "resiliparse", "newspaper4k", "fundus")
ENVIRONMENTS = {"fundus": ("fundus==0.5.7", "curl_cffi<0.14")}  # it wants an older lxml
COLUMNS = {
    "scrapinghub": ("body_f1",),
    "fundus_eval": ("rouge",),
    "fundus": ("body_f1", "title_norm", "author_f1", "date_day", "date_minute"),
    "wcxb": ("word", "title_norm", "author_f1", "date_day"),
    "trafilatura": ("snip_f1", "title_norm", "author_f1"),
    "idnews": ("body_f1", "title_norm", "date_minute"),
    "slasherrb": ("body_f1",),
    "htmldate": ("date_day",),
    "readability": ("body_f1",),
    "newspaper4k": ("body_f1",),
    "idpages": ("snip_f1", "title_norm", "author_exact", "date_instant"),
}
SAYS = {  # others say everything
    "resiliparse": "body|word|rouge|snip",
    "readability": "body|word|rouge|snip|title",
}
KNOWS = {"fundus": {"fundus", "fundus_eval"}}  # a peer of site rules is asked about its sites

Scores = dict[str, dict[str, float]]


def command(name: str) -> list[str]:
    if name == "kliping":
        return [str(Path(sys.executable).with_name("kliping")), "extract", "--jsonl"]
    return [
        sys.executable if name in OURS else str(python_of(name)),
        str(ROOT / "benchmarks" / "peers.py"),
        name,
    ]


def python_of(name: str) -> Path:
    folder = ROOT / (f".venv-{name}" if name in ENVIRONMENTS else ".venv-peers")
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder)
        wanted = ENVIRONMENTS.get(name, ("-r", str(ROOT / "benchmarks" / "requirements.txt")))
        uv = Path(sys.executable).with_name("uv")  # pip of stock Python 3.11 fails on lxml's extras
        subprocess.run([uv, "pip", "install", "-q", "--python", python, *wanted], check=True)
    return python


# measure.py does not wait for the command it asks, so that a parent in between has to write down what the command used.
TIMED = (
    "import resource, subprocess, sys; code = subprocess.call(sys.argv[2:]);"
    "open(sys.argv[1], 'w').write(str(sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]))); sys.exit(code)"
)


def measure(name: str, bench: Path, datasets: list[str], limit: int) -> tuple[Scores, float]:
    """The scores by dataset and metric, and the CPU in milliseconds a page."""
    found: Scores = {}
    used = 0.0
    known_datasets = [d for d in datasets if d in KNOWS.get(name, datasets)]
    slow = [d for d in known_datasets if "rouge" in COLUMNS[d]]
    quick = [d for d in known_datasets if d not in slow]
    for chosen, more in ((slow, []), (quick, ["--no-rouge"])):
        if not chosen:
            continue
        with tempfile.TemporaryDirectory() as folder:
            note = Path(folder, "cpu")
            filter_command = shlex.join([sys.executable, "-c", TIMED, str(note), *command(name)])
            chosen_options = ["--dataset", ",".join(chosen), "--limit", str(limit), *more]
            run = [sys.executable, bench / "measure.py", filter_command, *chosen_options]
            printed = subprocess.run(run, check=True, capture_output=True, text=True, cwd=ROOT)
            for line in printed.stdout.splitlines():
                scores = re.findall(r"(\w+)=\s*([\d.]+)", line)
                found[line.split()[0]] = {key: float(value) for key, value in scores}
            used += seconds(note)
    return found, 1000 * used / sum(s["n"] for s in found.values())


def seconds(note: Path) -> float:
    """What the timing parent wrote, once it has: the command ends a moment after measure.py."""
    for _ in range(100):
        if note.exists() and (text := note.read_text()):
            return float(text)
        time.sleep(0.1)
    return float("nan")


def rows(results: dict[str, tuple[Scores, float]], datasets: list[str]) -> Iterator[list[str]]:
    """A row a metric with a column a reader; the best of a row is bold."""
    for dataset in datasets:
        n = next((int(s[dataset]["n"]) for s, _ in results.values() if dataset in s), 0)
        for metric in COLUMNS[dataset]:
            values = [
                scores.get(dataset, {}).get(metric) if re.match(SAYS.get(name, ""), metric) else None
                for name, (scores, _) in results.items()
            ]  # fmt: skip
            best = max((v for v in values if v is not None), default=0.0)
            cells = ("–" if v is None else f"**{v:.3f}**" if v == best else f"{v:.3f}" for v in values)  # fmt: skip
            yield [f"{dataset} {n} {metric}", *cells]
    yield ["CPU ms a page", *(f"{cpu:.0f}" for _, cpu in results.values())]


def main(
    bench: Path,
    only: str = ",".join((*OURS, *THEIRS)),
    dataset: str = ",".join(COLUMNS),
    limit: int = 0,
    json_file: Path | None = None,
) -> None:
    """Every score is kept in the `json_file`."""
    datasets, results = dataset.split(","), {}
    for name in only.split(","):
        results[name] = measure(name, bench, datasets, limit)
        print(f"{name}: {results[name][1]:.0f} ms a page", file=sys.stderr, flush=True)
        if json_file:  # after each, lest an interrupted run leave nothing
            json_file.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print_table(("set, pages, metric", *results), rows(results, datasets))


if __name__ == "__main__":
    run(main, __doc__)
