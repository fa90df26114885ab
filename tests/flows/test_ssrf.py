"""Nothing that is not is_public is dialled: in any spelling, through any redirect, whatever the resolver says."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import httpx
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from support.raw_server import RawServer, failure, link, ok, settings, to

from flows.http.client import Fetcher
from flows.http.errors import Fault
from flows.http.limits import FetchSettings
from flows.http.ssrf import NAT64, Guard, is_public
from parsers.kinds import Reason

PAGE = b"<html>berita</html>"

NOT_PUBLIC = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2002:c0a8:101::1",
    "2001:0:7f00:1::",
    "2001:0:808:808::f5ff:fffe",
    "2001:0:7f00:1::f7f7:f7f7",
    "2001:db8::1",
    "2001:10::1",
    "3fff::1",
    "fc00::1",
    "fd12::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "100::1",
    "5f00::1",
]
PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "100.128.0.1",
    "172.32.0.1",
    "192.0.1.1",
    "223.255.255.255",
    "2606:4700::1111",
    "2001:4860:4860::8888",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
    "2001:0:808:808::f7f7:f7f7",
]

# By refusal, before any name is looked up.
REFUSED = {
    Reason.SSRF: [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://0177.1/",
        "http://127.1/",
        "http://127.0.1/",
        "http://0/",
        "http://127.0.0.1./",
        "http://0x7F.1/",
        "http://134744072/",
        "http://08.8.8.8/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://127。0。0。1/",
        "http://%31%32%37.0.0.1/",
        "http://user@outlet.test/",
        "http://user:pass@outlet.test/",
        "http://outlet.test@127.0.0.1/",
        "http://outlet.test\\@127.0.0.1/",
        "http://10.0.0.1:6379/",
        "http://127.0.0.1\\.outlet.test/",
        "http://outlet.test%00.evil/",
        "http://-outlet.test/",
        "http://a..outlet.test/",
        f"http://{'a' * 64}.outlet.test/",
        f"http://{'a.' * 126}test/",
        "http://169.254.169.254/latest/",
    ],
    Reason.SCHEME: [
        "file:///etc/passwd", "ftp://outlet.test/", "gopher://outlet.test/", "data:text/html,x", "javascript:alert(1)",
        "ws://outlet.test/", "//outlet.test/", "outlet.test", "", "http://", "http:///x", "http://outlet.test:6379/",
        "http://outlet.test:22/", "http://outlet.test:99999/", "http://outlet.test:x/", "http://outlet.test/\r\nX: y",
        "http://outlet.test/\x00", "http://outlet.test/\x85", "http://outlet.test/" + "a" * 2040, "http://[::1/",
        "http://１２７.0.0.1/", "http://\ud800/", "https://8.8.8.8:8443/",
    ],
}  # fmt: skip


def guard(tmp_path=None, **values) -> Guard:
    return Guard(FetchSettings(locks=tmp_path, **values))


@pytest.mark.parametrize("ip", NOT_PUBLIC)
def test_an_address_that_is_not_public(ip):
    assert not is_public(ip_address(ip))


@pytest.mark.parametrize("ip", PUBLIC)
def test_an_address_that_is_public(ip):
    assert is_public(ip_address(ip))


@pytest.mark.parametrize(
    ("reason", "url"), [(reason, url) for reason, urls in REFUSED.items() for url in urls]
)
def test_an_address_is_refused_before_its_name_is_looked_up(reason, url):
    with pytest.raises(Fault) as caught:
        guard().vet(url)

    assert caught.value.reason is reason


def test_what_the_web_is_made_of_is_let_through():
    urls = ["http://outlet.co.id/a?b=c#d", "https://outlet.co.id:443/", "HTTP://Outlet.ID/a b", "http://bücher.de/ü",
            "http://8.8.8.8/", "http://[2606:4700::1111]/", "http://a_b.outlet.id/"]  # fmt: skip

    assert [str(guard().vet(url)) for url in urls] == [
        "http://outlet.co.id/a?b=c", "https://outlet.co.id/", "http://outlet.id/a%20b", "http://xn--bcher-kva.de/%C3%BC",
        "http://8.8.8.8/", "http://[2606:4700::1111]/", "http://a_b.outlet.id/",
    ]  # fmt: skip


def spellings(ip: IPv4Address):
    """The ways in which the C library, a browser or a tunnel would take a text for this address."""
    a, b, c, d = ip.packed
    number = int(ip)
    return [
        str(ip), f"{ip}.", str(number), hex(number), f"0{number:o}",
        f"{a}.{number & 0xFFFFFF}", f"{a}.{b}.{number & 0xFFFF}",
        f"{a:#x}.{b:#x}.{c:#x}.{d:#x}", f"0{a:o}.0{b:o}.0{c:o}.0{d:o}", f"{a:03d}.{b:03d}.{c:03d}.{d:03d}",
        f"[::ffff:{ip}]", f"[::{ip}]", f"[::ffff:0:{ip}]", f"[64:ff9b::{ip}]",
        f"[2002:{a:02x}{b:02x}:{c:02x}{d:02x}::]",
        f"[2001:0:808:808::{0xFFFF ^ (a << 8 | b):x}:{0xFFFF ^ (c << 8 | d):x}]",
    ]  # fmt: skip


@given(st.ip_addresses(v=4), st.data())
@example(IPv4Address("127.0.0.1"), None)
def test_no_spelling_of_a_private_address_is_accepted(ip, data):
    assume(not is_public(ip))
    for spelling in spellings(ip):
        with pytest.raises(Fault):
            guard().vet(f"http://{spelling}/")


@given(st.ip_addresses(v=6))
def test_only_unicast_and_what_carries_a_public_address_is_public(ip: IPv6Address):
    inner = ip.ipv4_mapped or (IPv4Address(int(ip) & 0xFFFFFFFF) if ip in NAT64 else None)

    assert is_public(ip) <= (ip.is_global or bool(inner and is_public(inner)))


@given(st.text(max_size=60), st.sampled_from(["http://", "https://", "http://a.id/", ""]))
def test_any_text_is_an_address_or_a_fault(text, start):
    found: httpx.URL | Reason
    try:
        found = guard().vet(start + text)
    except Fault as fault:
        found = fault.reason

    assert found in {Reason.SSRF, Reason.SCHEME} or found.port in {None, 80, 443}


class Canary(RawServer):
    """A private server that must never be reached."""

    @property
    def untouched(self) -> bool:
        return self.connections == 0


TARGETS = [
    "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://[::1]:{port}/", "http://2130706433:{port}/",
    "http://0x7f.1:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "http://x@127.0.0.1:{port}/", "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/", "//127.0.0.1:{port}/", "javascript:alert(1)", "http://169.254.169.254/latest/meta-data/",
]  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
async def test_a_redirect_leads_nowhere_private(target, tmp_path):
    async with (
        Canary() as canary,
        RawServer() as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        wire.routes["/page"] = to(target.format(port=canary.port))
        failed = await failure(fetcher.get(link("http://outlet.test/page"), delay_seconds=0))

    assert failed.reason in {Reason.SSRF, Reason.SCHEME}
    assert canary.untouched
    assert wire.paths() == ["/page"]


async def test_a_robots_txt_leads_nowhere_private_either(tmp_path):
    async with (
        Canary() as canary,
        RawServer({"/page": ok(PAGE)}) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        wire.routes["/robots.txt"] = to(f"http://127.0.0.1:{canary.port}/robots.txt")
        failed = await failure(fetcher.get(link("http://outlet.test/page"), delay_seconds=0))

    assert failed.reason is Reason.ROBOTS_UNREACHABLE
    assert canary.untouched
    assert wire.paths() == []


ANSWERS = {
    "all private": ["10.0.0.1"],
    "one of two": ["93.184.216.34", "127.0.0.1"],
    "link-local with a zone": ["fe80::1%eth0"],
    "mapped": ["::ffff:127.0.0.1"],
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_one_private_answer_condemns_the_name(name, tmp_path):
    async def resolve(host, port):
        return ANSWERS[name]

    async with RawServer() as wire, Fetcher(settings(wire, tmp_path), resolve=resolve) as fetcher:
        failed = await failure(fetcher.get(link("http://outlet.example/"), delay_seconds=0))

    assert failed.reason is Reason.SSRF
    assert failed.attempts == 1
    assert wire.connections == 0


async def test_a_name_is_looked_up_once_for_each_connection_and_that_answer_is_dialled(tmp_path):
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    hosts = []

    async def resolve(host, port):
        hosts.append(host)
        return answers.pop(0)

    async with RawServer({"/page": ok(PAGE)}) as wire:
        given = settings(wire, tmp_path, connect_to={})
        async with Fetcher(given, resolve=resolve) as fetcher:
            url = f"http://rebinding.example:{wire.port}/page"
            response = (await fetcher.get(link(url), delay_seconds=0)).response

    assert response.body == PAGE
    assert hosts == ["rebinding.example"]
    assert wire.connections == 1
    assert wire.requests[-1].host == f"rebinding.example:{wire.port}"


async def test_the_operator_opens_one_address_and_one_port(tmp_path):
    async with (
        Canary() as canary,
        RawServer({"/page": ok(PAGE)}) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        response = (
            await fetcher.get(link(f"http://127.0.0.1:{wire.port}/page"), delay_seconds=0)
        ).response
        failed = await failure(
            fetcher.get(link(f"http://127.0.0.1:{canary.port}/"), delay_seconds=0)
        )

    assert response.body == PAGE
    assert failed.reason is Reason.SSRF
    assert canary.untouched


async def test_a_host_sent_elsewhere_is_still_checked(tmp_path):
    async with Canary() as canary, RawServer() as wire:
        given = settings(wire, tmp_path, connect_to={"outlet.test": ("127.0.0.1", canary.port)})
        async with Fetcher(given) as fetcher:
            failed = await failure(fetcher.get(link("http://outlet.test/"), delay_seconds=0))

    assert failed.reason is Reason.SSRF
    assert canary.untouched


async def test_n16_a_name_that_does_not_exist_is_asked_for_once(tmp_path):
    hosts = []

    async def resolve(host, port):
        hosts.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async with RawServer() as wire, Fetcher(settings(wire, tmp_path), resolve=resolve) as fetcher:
        failed = await failure(fetcher.get(link("http://nowhere.example/"), delay_seconds=0))

    assert failed.reason is Reason.DNS
    assert len(hosts) == 1


@pytest.mark.parametrize("name", ["slow", "busy"])
async def test_n16_a_resolver_that_is_slow_or_busy_is_asked_again(name, tmp_path):
    hosts = []

    async def resolve(host, port):
        hosts.append(host)
        if name == "busy":
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        await asyncio.sleep(9)

    async with RawServer() as wire, Fetcher(settings(wire, tmp_path), resolve=resolve) as fetcher:
        failed = await failure(fetcher.get(link("http://outlet.example/"), delay_seconds=0))

    assert failed.reason is Reason.DNS
    assert len(hosts) == 4


async def test_n16_of_a_hundred_addresses_three_are_tried():
    async def resolve(host, port):
        return [f"93.184.216.{n}" for n in range(1, 101)]

    found = await Guard(FetchSettings(locks=None), resolve).addresses("outlet.example", 80)

    assert found == [("93.184.216.1", 80), ("93.184.216.2", 80), ("93.184.216.3", 80)]


async def test_the_next_address_is_tried_when_the_first_is_dead(tmp_path):
    async def resolve(host, port):
        return ["::1", "127.0.0.1"]

    async with RawServer({"/page": ok(PAGE)}) as wire:
        allowed = frozenset({("127.0.0.1", wire.port), ("::1", wire.port)})
        given = settings(wire, tmp_path, allow_private=allowed)
        async with Fetcher(given, resolve=resolve) as fetcher:
            response = (
                await fetcher.get(link(f"http://outlet.example:{wire.port}/page"), delay_seconds=0)
            ).response

    assert response.body == PAGE


@pytest.mark.allow_hosts(["127.0.0.1", "0.0.0.0"])
async def test_a_connection_that_ends_at_another_address_than_the_vetted_one_is_refused(tmp_path):
    ip = "0.0.0.0"  # the system connects it to 127.0.0.1

    async def resolve(host, port):
        return [ip]

    async with RawServer({"/page": ok(PAGE)}) as wire:
        given = settings(wire, tmp_path, allow_private=frozenset({(ip, wire.port)}))
        async with Fetcher(given, resolve=resolve) as fetcher:
            failed = await failure(
                fetcher.get(link(f"http://outlet.example:{wire.port}/page"), delay_seconds=0)
            )

    assert failed.reason is Reason.SSRF
    assert "connected elsewhere" in failed.detail
    assert wire.paths() == []
