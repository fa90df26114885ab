"""Our reading of robots.txt beside protego's: the same on odd files, but for the differences explained here."""

import random

import pytest
from protego import Protego

from parsers import robots

AGENT_KEYS = ["User-agent: ", "user-agent:", "User agent: ", "Useragent: ", "User-agent ", "USER-AGENT : ", "User-Agent:\t"]  # fmt: skip
AGENTS = ["*", "kliping", "KLIPING", "*kliping*", "*Bot*", "Googlebot", "lain", "klipingbot", "**", "* # semua", ""]  # fmt: skip
RULE_KEYS = ["Disallow: ", "Allow: ", "Dissallow: ", "disalow:", "Diasllow: ", "Disallow ", "Allow ", "allow : ", "DISALLOW:"]  # fmt: skip
RULES = ["/", "/a", "/a/b", "/a*", "/*b", "*", "/*.php$", "/a/b$", "/a%2fb", "/%7ea", "/~a", "a", "", "/a?x=", "/ツ", "/a b", "*a*b"]  # fmt: skip
RULES_AFTER = ["", "# kosong", "Sitemap: https://contoh.test/s.xml", "Sitemap https://contoh.test/t.xml", "Host: contoh.test", "<!-- x -->", "\x00", "Allow me to explain"]  # fmt: skip
PATHS = ["/", "/a", "/a/b", "/a/b/c", "/x.php", "/x.php?q", "/~a", "/%7Ea", "/a%2Fb", "/ツ", "/%E3%83%84", "/a?x=1", "/ab", "/a b", "/a/"]  # fmt: skip


def _line(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.3:
        return rng.choice(AGENT_KEYS) + rng.choice(AGENTS)
    if kind < 0.85:
        return rng.choice(RULE_KEYS) + rng.choice(RULES)
    return rng.choice(RULES_AFTER)


@pytest.mark.parametrize("seed", range(20))
def test_an_odd_file_is_read_as_protego_reads_it(seed):
    rng = random.Random(seed)
    for _ in range(150):
        text = "\n".join(_line(rng) for _ in range(rng.randint(1, 9)))
        ours, theirs = robots.parse(text), Protego.parse(text)

        assert list(ours.sitemaps) == list(theirs.sitemaps), text
        for path in PATHS:
            assert ours.verdict(path)[0] == theirs.can_fetch(path, robots.PRODUCT), (text, path)


# Each with a file, a path, our verdict and protego's.
DIFFERENCES = {
    "only the token of a product's name counts, as Google and RFC 9309 2.2.1 have it": (
        "User-agent: kliping/1.0 (+https://x.test)\nDisallow: /", "/a", False, True),
    "a token is ours or not; protego takes its beginning for it": (
        "User-agent: kli\nDisallow: /", "/a", True, False),
    "a star with a blank behind it is everybody, as for Google": (
        "User-agent: * (semua)\nDisallow: /", "/a", False, True),
    "other records do not end the names of a group (RFC 9309 2.2.4)": (
        "User-agent: kliping\nCrawl-delay: 2\nUser-agent: lain\nDisallow: /", "/a", False, True),
    "and neither do unknown ones": (
        "User-agent: kliping\nNoindex: /x\nUser-agent: lain\nDisallow: /", "/a", False, True),
    "a $ at the end is an anchor and nothing else": (
        "User-agent: *\nDisallow: /a$", "/a$", True, False),
    "index.html is a page and not its folder: we ask for less": (
        "User-agent: *\nDisallow: /\nAllow: /index.html", "/", False, True),
    "an HTML page in its place has no rules": (
        "<!doctype html><pre>\nUser-agent: *\nDisallow: /", "/a", True, False),
    "lines end as HTTP has them, not at every separator of Unicode": (
        "User-agent: *\nAllow: /b\u2028Disallow: /a", "/a", True, False),
    "a rule is as long as it is written in a path; protego counts a ? as %3F": (
        "User-agent: *\nAllow: /a?\nDisallow: /a*bc", "/a?bc", False, True),
}  # fmt: skip


@pytest.mark.parametrize("reason", DIFFERENCES)
def test_a_difference_from_protego_is_meant(reason):
    text, path, ours, theirs = DIFFERENCES[reason]

    assert robots.parse(text).verdict(path)[0] is ours
    assert Protego.parse(text).can_fetch(path, robots.PRODUCT) is theirs


def test_of_several_crawl_delays_protego_takes_the_last_and_we_the_longest():
    text = "User-agent: *\nCrawl-delay: 10\n\nUser-agent: *\nCrawl-delay: 2"

    assert robots.parse(text).crawl_delay_seconds == 10
    assert Protego.parse(text).crawl_delay(robots.PRODUCT) == 2
