"""What other HTML parsers find on the pages of BENCH_DIR/corpus: the words that html5lib, which follows the standard, shows.

    pip install html5lib selectolax; python benchmarks/bench_trees.py BENCH_DIR [PAGES_OF_EACH_SET]

Prints for each parser the share of those words that it misses, on how many pages more than one in a hundred, and the CPU
time of a page.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import html5lib
from lxml import etree
from resiliparse.parse.html import HTMLTree
from selectolax.lexbor import LexborHTMLParser

from parsers.html.blocks import SKIP
from parsers.html.decode import decode, fix_mojibake
from parsers.html.document import Document

UNSEEN = SKIP - {"input"}
WORD = re.compile(r"\w+")


def by_html5lib(text: str) -> Any:
    return html5lib.parse(text, treebuilder="lxml", namespaceHTMLElements=False).getroot()


def by_lxml(text: str) -> Any:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    return etree.fromstring(text.encode("utf-8", "replace"), parser)


PARSERS: dict[str, Callable[[str], Any]] = {
    "html5lib": by_html5lib,
    "lxml": by_lxml,
    "kliping": lambda text: Document(text, "").tree,
    "lexbor, written and read by lxml": lambda text: by_lxml(str(HTMLTree.parse(text))),
    "selectolax, written and read by lxml": lambda text: by_lxml(LexborHTMLParser(text).html or ""),
}


def texts(bench: Path, most: int | None) -> Iterator[str]:
    for path in sorted((bench / "corpus").glob("*.jsonl.gz")):
        with gzip.open(path) as lines:
            for line in islice(lines, most):
                yield fix_mojibake(decode(base64.b64decode(json.loads(line)["html_b64"])).text)


def words(root: Any) -> Counter[str]:
    """Those that a browser shows."""
    shown: list[str] = []
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, node in walker:
        is_shown = isinstance(node.tag, str) and node.tag.rpartition("}")[2] not in UNSEEN
        if event == "start" and is_shown:
            shown.append(node.text or "")
        elif event == "start":
            walker.skip_subtree()
        else:
            shown.append(node.tail or "")
    return Counter(WORD.findall(" ".join(shown).lower()))


def main() -> None:
    most = int(sys.argv[2]) if len(sys.argv) > 2 else None
    seconds, missed, n_words = Counter[str](), Counter[str](), 0
    poor, n_pages = Counter[str](), 0
    for text in texts(Path(sys.argv[1]), most):
        wanted: Counter[str] = Counter()
        for name, parse in PARSERS.items():
            before = time.process_time()
            root = parse(text)
            seconds[name] += time.process_time() - before
            wanted = wanted or words(root)
            lost = (wanted - words(root)).total()
            missed[name] += lost
            poor[name] += lost * 100 > wanted.total()
        n_words, n_pages = n_words + wanted.total(), n_pages + 1
    print(f"{n_pages} pages, {n_words} words")
    for name in PARSERS:
        print(
            f"{name:38} misses {missed[name] / n_words:.4%}, on {poor[name]} pages more than 1 %,"
            f" {1000 * seconds[name] / n_pages:.1f} ms"
        )


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # html5lib's, of names that are not XML
    main()
