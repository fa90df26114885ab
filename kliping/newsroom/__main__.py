"""`python -m kliping.newsroom`: serve the sample newsroom until interrupted."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from datetime import datetime

from kliping.newsroom.site import NOW, Newsroom


async def _serve(port: int, now: datetime, visit: int) -> None:
    async with Newsroom(port=port, now=now, visit=visit) as site:
        for host in site.hosts:
            sys.stdout.write(f"http://{host}/ is on 127.0.0.1:{site.port}\n")
        sys.stdout.flush()
        await site.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m kliping.newsroom", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 for any free port")
    parser.add_argument(
        "--visit", type=int, default=1, choices=(1, 2), help="2: one article is edited, one is gone"
    )
    parser.add_argument(
        "--now", type=datetime.fromisoformat, default=NOW, help="the newsroom's time, with zone"
    )
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(options.port, options.now, options.visit))


if __name__ == "__main__":
    main()
