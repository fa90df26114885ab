"""README's extraction table: kliping, its ablations and its peers on one corpus, in one command.

    python benchmarks/extraction.py BENCH_DIR [--only kliping,trafilatura] [--dataset idnews] [--limit 20]

BENCH_DIR holds measure.py and score.py, with the corpus beside it. Peers run in .venv-peers, made here from
benchmarks/requirements.txt on first use; `kliping-quick`, `kliping-vote` and `kliping-plain` are the ablations: the quick
readers alone, everybody always, a plain majority of lines.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / ".venv-peers"
OURS = {"kliping": "", "kliping-quick": "quick", "kliping-vote": "vote", "kliping-plain": "plain"}
THEIRS = ("trafilatura", "readability", "resiliparse", "newspaper4k", "newsplease", "htmldate")
COLUMNS = {
    "scrapinghub": ("body_f1",),
    "fundus_eval": ("rouge",),
    "fundus": ("body_f1", "title_norm", "author_f1", "date_day", "date_minute"),
    "wcxb": ("word", "title_norm", "author_f1", "date_day"),
    "trafilatura": ("snip_f1", "title_norm", "author_f1"),
    "idnews": ("body_f1", "title_norm", "date_minute"),
    "slasherrb": ("body_f1",),
    "htmldate": ("date_day",),
}


def command(name: str) -> list[str]:
    if name in OURS:
        return [sys.executable, "-m", "flows.extract"]
    return [str(peers_python()), str(ROOT / "benchmarks" / "peers.py"), name]


def peers_python() -> Path:
    python = PEERS / "bin" / "python"
    if not python.exists():
        venv.create(PEERS, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", ROOT / "benchmarks" / "requirements.txt"], check=True)
    return python


def measure(name: str, bench: Path, datasets: list[str], limit: int) -> dict[str, dict[str, float]]:
    """The scores by dataset and metric, and the CPU a page as `cpu_ms`."""
    found: dict[str, dict[str, float]] = {}
    for dataset in datasets:
        run = [
            sys.executable,
            str(bench / "measure.py"),
            " ".join(command(name)),
            "--dataset",
            dataset,
            *(["--limit", str(limit)] if limit else []),
        ]
        if "rouge" not in COLUMNS[dataset]:
            run.append("--no-rouge")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        said = subprocess.run(
            run, check=True, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "KLIPING_ABLATION": OURS.get(name, "")}
        ).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        fields = dict(part.split("=", 1) for part in said.replace("= ", "=").split() if "=" in part)
        pages = int(fields.pop("n"))
        found[dataset] = {k: float(v) for k, v in fields.items()} | {
            "cpu_ms": 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / pages
        }
    return found


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("bench", type=Path)
    ask.add_argument("--only", default=",".join((*OURS, *THEIRS)))
    ask.add_argument("--dataset", default=",".join(COLUMNS))
    ask.add_argument("--limit", type=int, default=0)
    args = ask.parse_args()
    datasets = args.dataset.split(",")
    columns = [(d, m) for d in datasets for m in COLUMNS[d]]
    print("| reader |", " | ".join(f"{d} {m}" for d, m in columns), "| CPU ms/page |")
    print("|---" * (len(columns) + 2) + "|")
    results = {}
    for name in args.only.split(","):
        results[name] = scores = measure(name, args.bench, datasets, args.limit)
        cpu = sum(s["cpu_ms"] for s in scores.values()) / len(scores)
        print(f"| {name} |", " | ".join(f"{scores[d][m]:.3f}" if m in scores[d] else "–" for d, m in columns), f"| {cpu:.0f} |", flush=True)
    (ROOT / "benchmarks" / "extraction.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
