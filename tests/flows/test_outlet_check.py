"""What the robots.txt of an outlet says to us, by one request."""

from __future__ import annotations

from support.raw_server import RawServer, ok

from flows.jobs.outlet_check import check_outlets
from flows.settings import Settings
from parsers.source import from_data


async def test_a_home_page_in_a_folder_has_the_robots_txt_of_its_host(tmp_path):
    routes = {"/robots.txt": ok(b"User-agent: *\nDisallow: /umpan")}
    async with RawServer(routes) as wire:
        settings = Settings(
            home=tmp_path,
            contact="redaksi@example.org",
            allow_private=frozenset({("127.0.0.1", wire.port)}),
            connect_to=(("kabar.test", "127.0.0.1", wire.port),),
        )
        feed = "http://kabar.test/umpan.xml"
        source = {"name": "kabar", "title": "Kabar", "home": "http://kabar.test/daerah/"}
        [check] = await check_outlets(
            settings, [from_data(source | {"discover": {"feeds": [feed]}})]
        )

    assert [request.path for request in wire.requests] == ["/robots.txt"]
    assert (check.is_reached, check.text) == (True, f"robots.txt forbids {feed}")
