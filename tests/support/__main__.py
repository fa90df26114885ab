"""`cd tests && python -m support`: serve the hostile site, and print the environment variables with which a crawler reaches it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from pathlib import Path

from support.hostile_site import HostileSite


async def _serve(port: int, sources: Path | None) -> None:
    async with HostileSite(port=port) as site:
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


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m support", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument(
        "--write-sources", type=Path, metavar="DIR", help="put its source files there"
    )
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(
            _serve(options.port, options.write_sources and options.write_sources.absolute())
        )


if __name__ == "__main__":
    main()
