"""Protection against server-side request forgery: connections go to public addresses only, to the very one checked."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpcore
import httpx

from flows.http.errors import Blame, Fault
from flows.http.limits import FetchSettings
from parsers.kinds import Reason

Resolve = Callable[[str, int], Awaitable[list[str]]]
Ip = IPv4Address | IPv6Address

WEB_PORTS = {"http": 80, "https": 443}
URL_LENGTH = 2048
MAX_ADDRESSES = 3  # tried for one connection
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
NAME = re.compile(r"(?=.{1,254}$)(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*(?<!-)\.?")  # of DNS
NUMBER = re.compile(r"\d+|0x[0-9a-f]*")  # the C library reads a host that ends so as an IP address

# Own lists: `is_global` was wrong (CVE-2024-4032), and calls 127.0.0.1 inside NAT64 or 6to4 global
# (docs/decisions/0014-public-addresses.md).
PRIVATE_4 = tuple(
    IPv4Network(net)
    for net in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
UNICAST_6 = IPv6Network("2000::/3")
PRIVATE_6 = tuple(IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "3fff::/20"))
NAT64 = IPv6Network("64:ff9b::/96")


def is_public(ip: Ip) -> bool:
    """Whether an address is on the public internet; one with embedded IPv4 addresses, if all of those are."""
    if isinstance(ip, IPv4Address):
        return not any(ip in net for net in PRIVATE_4)
    if inner := _embedded_ipv4(ip):
        return all(is_public(each) for each in inner)
    return ip in UNICAST_6 and not any(ip in net for net in PRIVATE_6)


def _embedded_ipv4(ip: IPv6Address) -> tuple[IPv4Address, ...]:
    if ip.teredo:
        return ip.teredo
    if ip in NAT64:
        return (IPv4Address(int(ip) & 0xFFFFFFFF),)
    inner = ip.ipv4_mapped or ip.sixtofour
    return (inner,) if inner else ()


async def resolve(host: str, port: int) -> list[str]:
    """Every address of a name, in the system's order."""
    entries = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in entries]


class Guard:
    """Decides which URLs may be requested and which addresses connected to. Raises Fault: `ssrf`, `scheme` or `dns`."""

    def __init__(self, settings: FetchSettings, resolve: Resolve = resolve) -> None:
        self._allowed = {(ip_address(ip), port) for ip, port in settings.allow_private}
        self._connect_to = {host.lower(): target for host, target in settings.connect_to.items()}
        self._dns_seconds = settings.budgets.dns_seconds
        self._resolve = resolve

    def vet(self, text: str) -> httpx.URL:
        """The URL to request, without its fragment. Raises Fault, before any name is looked up."""
        url = _parse_url(text)
        host = url.raw_host.decode("ascii").lower()
        port = url.port or WEB_PORTS[url.scheme]
        ip = _ip_of_host(host)
        if ip and not is_public(ip) and (ip, port) not in self._allowed:
            raise _not_public(text, port)
        if port not in WEB_PORTS.values() and port not in {number for _, number in self._allowed}:
            raise Fault(reason=Reason.SCHEME, detail=f"port {port} of {text}")
        return url

    async def addresses(self, host: str, port: int) -> list[tuple[str, int]]:
        """Where to connect to. One address that is not public forbids all: DNS rebinding mixes good and bad ones."""
        target = self._connect_target(host.lower())
        targets = [target] if target else [(ip, port) for ip in await self._look_up(host, port)]
        for ip, target_port in targets:
            if not self._may_connect(ip_address(ip.partition("%")[0]), target_port):
                raise _not_public(f"{host} ({ip})", target_port)
        return list(dict.fromkeys(targets))[:MAX_ADDRESSES]

    def _connect_target(self, host: str) -> tuple[str, int] | None:
        host = host.rstrip(".")
        wild = (f"*.{host.split('.', depth)[-1]}" for depth in range(1, host.count(".") + 1))
        return next(
            (self._connect_to[name] for name in (host, *wild) if name in self._connect_to), None
        )

    def _may_connect(self, ip: Ip, port: int) -> bool:
        return (ip, port) in self._allowed or (port in WEB_PORTS.values() and is_public(ip))

    async def _look_up(self, host: str, port: int) -> list[str]:
        if _ip_of_host(host):
            return [host]
        try:
            async with asyncio.timeout(self._dns_seconds):
                return await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            is_temporary = (
                isinstance(error, TimeoutError) or getattr(error, "errno", None) == socket.EAI_AGAIN
            )
            detail = f"{host}: {error or 'no answer in time'}"
            raise Fault(
                reason=Reason.DNS, detail=detail, retry=is_temporary, blame=Blame.HOST
            ) from error


def _parse_url(text: str) -> httpx.URL:
    if len(text) > URL_LENGTH or CONTROL.search(text):
        raise Fault(reason=Reason.SCHEME, detail=f"too long, or with control characters: {text}")
    try:
        url = httpx.URL(text.partition("#")[0].strip())
    except (httpx.InvalidURL, ValueError) as error:
        reason = Reason.SSRF if "Invalid IP" in str(error) else Reason.SCHEME  # 0177.0.0.1
        raise Fault(reason=reason, detail=f"not an address: {text}: {error}") from error
    if url.scheme not in WEB_PORTS or not url.raw_host:
        raise Fault(reason=Reason.SCHEME, detail=f"neither http nor https: {text}")
    if url.userinfo:
        raise Fault(reason=Reason.SSRF, detail="a user name in the address")
    return url


def _ip_of_host(host: str) -> Ip | None:
    """The IP address if the host is one in its canonical spelling; None for a name. Raises Fault for other spellings."""
    if ":" not in host and not NAME.fullmatch(host):
        raise Fault(reason=Reason.SSRF, detail=f"not a host name: {host}")
    try:
        return ip_address(host)
    except ValueError:
        pass
    if ":" in host or NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
        raise Fault(reason=Reason.SSRF, detail=f"an odd spelling of an address: {host}")
    return None


def _not_public(what: str, port: int) -> Fault:
    return Fault(reason=Reason.SSRF, detail=f"not a public address: {what}, port {port}")


class GuardBackend(httpcore.AsyncNetworkBackend):
    """Connects only where the guard allows, never to a socket file. Host header, SNI and certificate keep the name."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        last_error: Exception | None = None
        for ip, target_port in await self._guard.addresses(host, port):
            try:
                stream = await self._network.connect_tcp(
                    ip, target_port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last_error = error
                continue
            if ip_address(stream.get_extra_info("server_addr")[0]) == ip_address(ip):
                return stream
            await stream.aclose()
            raise _not_public(f"{host}: connected elsewhere than to {ip}", target_port)
        raise last_error or httpcore.ConnectError("no address")
