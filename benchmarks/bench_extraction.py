"""The extraction table of docs/benchmarks.md: kliping, its stages and its peers on one corpus, in one command that prints Markdown.

    python benchmarks/bench_extraction.py BENCH_DIR [--only kliping,trafilatura] [--dataset idnews] [--limit 20]

BENCH_DIR holds measure.py and score.py, with the corpus beside it. Peers run in environments of their own, made here on first use.
`kliping-unseen` reads each page with weights fitted on other hosts (fit.py). `kliping-quick`, `kliping-vote` and `kliping-plain` are the ablations:
the quick readers alone, everybody always, a plain majority of lines.
CPU is that of the command, start included, by all pages. After the table comes what a page with a rule of its source costs.
"""

from __future__ import annotations

import argparse
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

ROOT = Path(__file__).resolve().parents[1]
OURS = ("kliping", "kliping-unseen", "kliping-quick", "kliping-vote", "kliping-plain")
THEIRS = (
    "trafilatura",
    "readability",
    "resiliparse",
    "newspaper4k",
    "newsplease",
    "htmldate",
    "fundus",
)
ENVIRONMENTS = {
    "fundus": ("fundus==0.5.7", "curl_cffi<0.14")
}  # it wants an older lxml than the others
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
SAYS = {
    "htmldate": "date",
    "resiliparse": "body|word|rouge|snip",
    "readability": "body|word|rouge|snip|title",
}  # others say everything
KNOWS = {"fundus": {"fundus", "fundus_eval"}}  # a peer of site rules is asked about its sites
PAGE_BYTES = 100_000

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
    for chosen, options in (
        (slow, []),
        ([d for d in known_datasets if d not in slow], ["--no-rouge"]),
    ):
        with tempfile.TemporaryDirectory() as folder:
            note = Path(folder, "cpu")
            command_line = shlex.join([sys.executable, "-c", TIMED, str(note), *command(name)])
            run = [
                sys.executable,
                str(bench / "measure.py"),
                command_line,
                "--dataset",
                ",".join(chosen),
                "--limit",
                str(limit),
                *options,
            ]
            if chosen:
                for line in subprocess.run(
                    run, check=True, capture_output=True, text=True, cwd=ROOT
                ).stdout.splitlines():
                    found[line.split()[0]] = {
                        key: float(value) for key, value in re.findall(r"(\w+)=\s*([\d.]+)", line)
                    }
                used += seconds(note)
    return found, 1000 * used / sum(s["n"] for s in found.values())


def seconds(note: Path) -> float:
    """What the timing parent wrote, once it has: the command ends a moment after measure.py."""
    for _ in range(100):
        if note.exists() and (text := note.read_text()):
            return float(text)
        time.sleep(0.1)
    return float("nan")


def table(results: dict[str, tuple[Scores, float]], datasets: list[str]) -> Iterator[str]:
    """A column a reader, a row a metric; the best of a row is bold."""
    yield f"| set, pages, metric | {' | '.join(results)} |"
    yield "|---" + "|---:" * len(results) + "|"
    for dataset in datasets:
        for metric in COLUMNS[dataset]:
            values = [
                s[dataset].get(metric)
                if dataset in s and re.match(SAYS.get(n, ""), metric)
                else None
                for n, (s, _) in results.items()
            ]
            best = max((v for v in values if v is not None), default=0.0)
            cells = (
                "–" if v is None else f"**{v:.3f}**" if v == best else f"{v:.3f}" for v in values
            )
            n = next((int(s[dataset]["n"]) for s, _ in results.values() if dataset in s), 0)
            yield f"| {dataset} {n} {metric} | {' | '.join(cells)} |"
    yield f"| CPU ms a page | {' | '.join(f'{cpu:.0f}' for _, cpu in results.values())} |"


def ruled() -> str:
    """CPU of pages with a rule of their source, the newsroom's own among menus and teasers of a real page's size, beside trafilatura on the same."""
    from trafilatura import bare_extraction  # noqa: PLC0415

    from kliping.newsroom import NOW  # noqa: PLC0415
    from kliping.newsroom.edition import OUTLETS  # noqa: PLC0415
    from kliping.newsroom.manuscripts import manuscripts  # noqa: PLC0415
    from kliping.newsroom.pages import answer  # noqa: PLC0415
    from parsers.article import Context, Link, Page, Response  # noqa: PLC0415
    from parsers.html.decode import decode  # noqa: PLC0415
    from parsers.parse import parse  # noqa: PLC0415
    from parsers.source import load  # noqa: PLC0415

    sources = load([ROOT / "kliping/newsroom/sources"])
    pages = []
    for m in manuscripts():
        url = OUTLETS[m.outlet].home + m.path
        body = furnished(decode(answer(f"{m.outlet}.test", m.path, now=NOW).body).text)
        response = Response(
            fetch_id="", requested_url=url, url=url, fetched_at=NOW, body=body.encode()
        )
        pages.append(Page(link=Link(url=url, source_id=m.outlet), responses=(response,)))
    spent = {"kliping": float("inf"), "trafilatura": float("inf")}
    for _ in range(4):  # the first warms up; the best is least disturbed
        for name, read in (
            ("kliping", lambda p: parse(p, sources[p.link.source_id], Context(link=p.link))),
            (
                "trafilatura",
                lambda p: bare_extraction(
                    p.first.body, url=p.url, with_metadata=True, include_comments=False
                ),
            ),
        ):
            started = time.process_time()
            for page in pages:
                read(page)
            spent[name] = min(spent[name], 1000 * (time.process_time() - started) / len(pages))
    ours, theirs = spent.values()
    size = sum(len(p.first.body) for p in pages) / len(pages) / 1000
    return f"{len(pages)} pages of {size:.0f} kB with a rule: {ours:.1f} ms of CPU a page, trafilatura {theirs:.1f} ms, ratio {ours / theirs:.2f}"


def furnished(html: str) -> str:
    """The page with menus, scripts and teasers of other articles before and after it, as large as a real one."""
    titles = [
        "Harga beras di pasar induk turun",
        "Warga menanam bakau di muara",
        "Kapal nelayan kembali melaut",
        "Jembatan gantung dibuka lagi",
    ]

    def furniture(size: float) -> str:
        made, length, n = [], 0, 0
        while length < size:
            n += 1
            title, slot = (
                titles[n % len(titles)],
                f'{{"slot": {n}, "sizes": [[300, 250], [320, 100]], "targeting": {{"kanal": "daerah"}}}}',
            )
            made.append(
                f'<li class="list-item"><a href="/read/{n}/berita-{n}" title="{title}"><img class="lazyload" data-src="/img/{n}.jpg" '
                f'alt="{title}"></a><div class="media__text"><span class="media__kicker">Daerah</span><h3 class="media__title">'
                f'<a href="/read/{n}/berita-{n}">{title} {n}</a></h3><div class="media__date">{n % 23 + 1} jam yang lalu</div></div></li>'
                if n % 2
                else f'<li class="menu-item"><a href="/kanal/{n}">Kanal {n}</a><script>window.slots = window.slots || []; slots.push({slot});'
                "(function (d, s) { var j = d.createElement(s); j.async = true; d.head.appendChild(j); })(document, 'script');</script></li>"
            )
            length += len(made[-1])
        return "".join(made)

    missing = PAGE_BYTES - len(html.encode())
    html = re.sub(
        r"<body[^>]*>",
        lambda m: f'{m[0]}<nav class="nav"><ul>{furniture(missing * 0.4)}</ul></nav>',
        html,
        count=1,
    )
    return html.replace(
        "</body>", f'<aside class="sidebar"><ul>{furniture(missing * 0.6)}</ul></aside></body>'
    )


def main() -> None:
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("bench", type=Path)
    ask.add_argument("--only", default=",".join((*OURS, *THEIRS)))
    ask.add_argument("--dataset", default=",".join(COLUMNS))
    ask.add_argument("--limit", type=int, default=0)
    ask.add_argument("--json", type=Path, help="keep every score here")
    args = ask.parse_args()
    datasets, results = args.dataset.split(","), {}
    for name in args.only.split(","):
        results[name] = measure(name, args.bench, datasets, args.limit)
        print(f"{name}: {results[name][1]:.0f} ms a page", file=sys.stderr, flush=True)
        if args.json:  # after each, lest an interrupted run leave nothing
            args.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print("\n".join(table(results, datasets)))
    print(f"\n{ruled()}")


if __name__ == "__main__":
    main()
