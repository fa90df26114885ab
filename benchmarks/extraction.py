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
import re
import shlex
import subprocess
import sys
import tempfile
import time
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


# measure.py does not wait for the command it asks, so that a parent in between has to write down what the command used.
TIMED = (
    "import resource, subprocess, sys; code = subprocess.call(sys.argv[2:]);"
    "open(sys.argv[1], 'w').write(str(sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]))); sys.exit(code)"
)


def measure(name: str, bench: Path, datasets: list[str], limit: int) -> dict[str, dict[str, float]]:
    """The scores by dataset and metric, and the CPU a page, start included, as `cpu_ms`."""
    found: dict[str, dict[str, float]] = {}
    for dataset in datasets:
        with tempfile.TemporaryDirectory() as folder:
            used = Path(folder, "cpu")
            asked = shlex.join([sys.executable, "-c", TIMED, str(used), *command(name)])
            run = [sys.executable, str(bench / "measure.py"), asked, "--dataset", dataset]
            run += ["--limit", str(limit)] if limit else []
            run += [] if "rouge" in COLUMNS[dataset] else ["--no-rouge"]
            environment = {**os.environ, "KLIPING_ABLATION": OURS.get(name, "")}
            said = subprocess.run(run, check=True, capture_output=True, text=True, cwd=ROOT, env=environment).stdout
            fields = {key: float(value) for key, value in re.findall(r"(\w+)=\s*([\d.]+)", said)}
            found[dataset] = fields | {"cpu_ms": 1000 * seconds(used) / fields["n"]}
    return found


def seconds(used: Path) -> float:
    """What the timing parent wrote, once it has: the command ends a moment after measure.py."""
    for _ in range(100):
        if used.exists() and (text := used.read_text()):
            return float(text)
        time.sleep(0.1)
    return float("nan")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("bench", type=Path)
    ask.add_argument("--only", default=",".join((*OURS, *THEIRS)))
    ask.add_argument("--dataset", default=",".join(COLUMNS))
    ask.add_argument("--limit", type=int, default=0)
    ask.add_argument("--json", type=Path, help="keep every score here")
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
    if args.json:
        args.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
