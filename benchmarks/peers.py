"""One peer, or one stage of our own vote, as a JSONL filter.

{id, url, html_b64} in, {id, title, body, authors, published, lang} out.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Answer = dict[str, Any]


def by_trafilatura(html: bytes, url: str) -> Answer:
    from trafilatura import bare_extraction  # noqa: PLC0415 - one peer an environment

    found = bare_extraction(html, url=url, with_metadata=True, include_comments=False)
    if found is None:
        return {}
    return {
        "title": found.title,
        "body": found.text,
        "authors": [a.strip() for a in (found.author or "").split(";") if a.strip()],
        "published": found.date,
    }


def by_readability(html: bytes, url: str) -> Answer:
    from lxml.html import fromstring  # noqa: PLC0415
    from readability import Document  # noqa: PLC0415

    page = Document(html, url=url)
    summary = fromstring(page.summary(html_partial=True))
    return {
        "title": page.short_title(),
        "body": "\n".join(t.strip() for t in summary.itertext() if t.strip()),
    }


def by_resiliparse(html: bytes, url: str) -> Answer:
    from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding  # noqa: PLC0415

    del url
    return {
        "body": extract_plain_text(
            bytes_to_str(html, detect_encoding(html)), main_content=True, alt_texts=False
        )
    }


def by_newspaper4k(html: bytes, url: str) -> Answer:
    from newspaper import Article  # noqa: PLC0415

    page = Article(url, fetch_images=False)  # a page is all there is
    page.download(input_html=html.decode("utf-8", "replace"))
    page.parse()
    return {
        "title": page.title,
        "body": page.text,
        "authors": page.authors,
        "published": page.publish_date.isoformat() if page.publish_date else None,
    }


def by_fundus(html: bytes, url: str) -> Answer:
    """By the publisher's own rules, the first version of them that finds a body. Raises KeyError for a publisher it does not know."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    publisher = next(
        p for domain, p in publishers().items() if host == domain or host.endswith(f".{domain}")
    )
    found: Answer = {}
    for version in publisher.parser:
        found = version().parse(html.decode("utf-8", "replace"), "suppress")
        if found.get("body"):
            break
    date = found.get("publishing_date")
    answer = {
        "title": found.get("title"),
        "body": str(found.get("body") or ""),
        "authors": found.get("authors"),
    }
    return answer | {"published": date.isoformat() if date else None}


@cache
def publishers() -> dict[str, Any]:
    from fundus import PublisherCollection  # noqa: PLC0415

    return {
        (urlsplit(p.domain).hostname or "").removeprefix("www."): p for p in PublisherCollection
    }


FOLDS = 4


def fold_of(url: str) -> int:
    """All pages of a host are in one fold."""
    host = urlsplit(url).hostname or url
    return int(hashlib.md5(host.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


@cache
def folds() -> list[dict[str, dict[str, float]]]:
    folds_file = Path(__file__).with_name("folds.json")
    return list(json.loads(folds_file.read_text(encoding="utf-8")))


def by_unseen(html: bytes, url: str) -> Answer:
    """Our parser, with weights that were fitted on other hosts than the page's."""
    from parsers.body import find  # noqa: PLC0415

    find.WEIGHTS.update(folds()[fold_of(url)])
    return by_kliping(html, url)


def by_kliping(html: bytes, url: str) -> Answer:
    from kliping.cli.extract_jsonl import extract  # noqa: PLC0415

    return extract({"url": url, "html_b64": base64.b64encode(html)}, {})


def by_stage(stage: str, html: bytes, url: str) -> Answer:
    """Our parser with one stage of its vote: `quick`, `vote`, or `plain` for the mean vote."""
    from parsers.body import find  # noqa: PLC0415

    def line_chances(doc: Any, page: Any, *texts: str | None) -> tuple[list[float], str]:
        votes = find.quick_votes(doc, page)
        if stage != "quick":
            find.add_slow_vote(votes, doc)
        if stage == "plain":
            return votes.mean, stage
        return find.chances_by(find.LineFeatures(votes, *texts), find.WEIGHTS[stage]), stage

    find.line_chances = line_chances
    return by_kliping(html, url)


PEERS: dict[str, Callable[[bytes, str], Answer]] = {
    "trafilatura": by_trafilatura,
    "readability": by_readability,
    "resiliparse": by_resiliparse,
    "newspaper4k": by_newspaper4k,
    "fundus": by_fundus,
    "kliping-unseen": by_unseen,
    **{f"kliping-{stage}": partial(by_stage, stage) for stage in ("quick", "vote", "plain")},
}


def main() -> None:
    peer = PEERS[sys.argv[1]]
    for line in sys.stdin.buffer:
        row = json.loads(line)
        try:
            answer = {**peer(base64.b64decode(row["html_b64"]), row["url"]), "id": row["id"]}
        except Exception as error:  # noqa: BLE001 - a crash is a score of its own
            answer = {"id": row["id"], "error": repr(error)[:200]}
        sys.stdout.write(json.dumps(answer, default=str) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
