"""`python -m flows.newsroom`: the newsroom for a browser or a fetcher, until interrupted.

With --hostile, the bad neighbourhood, and what a crawler's environment must say to see it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from datetime import datetime
from pathlib import Path

from flows.newsroom.hostile import HostileNewsroom
from flows.newsroom.site import NOW, Newsroom


async def _serve_hostile(port: int, sources: Path | None) -> None:
    async with HostileNewsroom(port=port) as site:
        open_to = ",".join(f"{ip}:{port}" for ip, port in sorted(site.allow_private))
        where = ",".join(f"{host}={ip}:{port}" for host, (ip, port) in site.connect_to.items())
        sys.stdout.write(
            f"export KLIPING_ALLOW_PRIVATE='{open_to}'\nexport KLIPING_CONNECT_TO='{where}'\n"
        )
        if sources:
            site.write_sources(sources)
            sys.stdout.write(f"export KLIPING_SOURCES='{sources}'\n")
        sys.stdout.flush()
        await site.serve_forever()


async def _serve(port: int, now: datetime, visit: int) -> None:
    async with Newsroom(port=port, now=now, visit=visit) as site:
        for host in site.hosts:
            sys.stdout.write(f"http://{host}/ is on 127.0.0.1:{site.port}\n")
        sys.stdout.flush()
        await site.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m flows.newsroom", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument(
        "--visit", type=int, default=1, choices=(1, 2), help="2: one article is edited, one is gone"
    )
    parser.add_argument(
        "--now", type=datetime.fromisoformat, default=NOW, help="the newsroom's time, with zone"
    )
    parser.add_argument(
        "--hostile", action="store_true", help="outlets that do everything wrong instead"
    )
    parser.add_argument(
        "--write-sources",
        type=Path,
        metavar="DIR",
        help="with --hostile: put their source files there",
    )
    given = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        if given.hostile:
            asyncio.run(
                _serve_hostile(given.port, given.write_sources and given.write_sources.absolute())
            )
        else:
            asyncio.run(_serve(given.port, given.now, given.visit))


if __name__ == "__main__":
    main()
