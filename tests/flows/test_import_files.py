"""Files of others: what of them is loaded, what is said of the rest, and that nothing in them stops the import."""

from __future__ import annotations

import gzip
import os
import zlib

import brotli
import pytest
from support import warc_bytes
from support.import_files import AFTER, BEFORE, EVERY, MEMBERS, REST, SECOND, read
from support.warc_bytes import (
    ALL,
    OK,
    PAGES,
    chunk,
    encoded_head,
    flip_byte,
    gz,
    info,
    members,
    page,
    record,
    with_digest,
    zst,
)


def bad(second: bytes) -> bytes:
    """A file of which the second page is this record."""
    return BEFORE + gz(second) + AFTER


WHOLE = {
    "plain": b"".join(ALL),
    "a member for each record": members(*ALL),
    "one member for all": gz(b"".join(ALL)),
    "a frame of Zstandard for each record": b"".join(map(zst, ALL)),
    "one frame for all": zst(b"".join(ALL)),
    "Zstandard with a dictionary": warc_bytes.with_dictionary(b"".join(ALL)),
    "requests between": members(
        info(), *[r for n, p in enumerate(PAGES) for r in (warc_bytes.request(n), p)]
    ),
    "addresses in angle brackets, as wget has them": members(
        info(), *[record(page(n), target=f"<{warc_bytes.url(n)}>") for n in EVERY]
    ),
    "line feeds alone in the HTTP heads": members(
        info(), *[record(page(n), n=n, head=OK.replace(b"\r\n", b"\n")[:-1] + b"\n") for n in EVERY]
    ),
}


@pytest.mark.parametrize("form", WHOLE)
def test_every_form_of_a_whole_file_gives_every_page(tmp_path, form):
    seen = read(tmp_path, WHOLE[form])

    assert (seen.pages, seen.faults, seen.others) == (EVERY, "", "")
    assert [r.body for r in seen.responses] == [page(n) for n in EVERY]


HALF = page(2)[: len(page(2)) // 2]


CODINGS = {
    "chunked": (chunk(page(2)), OK + b"Transfer-Encoding: chunked\r\n"),
    "said to be chunked, and not": (page(2), OK + b"Transfer-Encoding: chunked\r\n"),
    "gzip": (gzip.compress(page(2)), encoded_head("gzip")),
    "gzip and chunked": (
        chunk(gzip.compress(page(2))),
        encoded_head("gzip") + b"Transfer-Encoding: chunked\r\n",
    ),
    "deflate": (zlib.compress(page(2)), encoded_head("deflate")),
    "raw deflate": (zlib.compress(page(2))[2:-4], encoded_head("deflate")),
    "br": (brotli.compress(page(2)), encoded_head("br")),
    "zstd": (zst(page(2)), encoded_head("zstd")),
    "said to be gzip, and stored decoded": (page(2), encoded_head("gzip")),
    "said to be br, and stored decoded": (page(2), encoded_head("br")),
}


@pytest.mark.parametrize("name", CODINGS)
def test_a_body_is_decoded_whatever_its_coding(tmp_path, name):
    body, head = CODINGS[name]

    seen = read(tmp_path, bad(record(body, n=2, head=head)))

    assert (seen.pages, seen.faults) == (EVERY, "")
    assert seen.responses[1].body == page(2)


UNREADABLE = {
    "a brotli body that is broken": (record(b"kaputt", n=2, head=encoded_head("br")), "the br body is broken"),
    "a brotli body that is cut": (record(brotli.compress(page(2))[:-9], n=2, head=encoded_head("br")), "the br body is broken"),
    "a zstd body that is cut": (record(zst(page(2))[:-9], n=2, head=encoded_head("zstd")), "the zstd body is broken"),
    "a gzip body that is cut": (record(gzip.compress(page(2))[:-9], n=2, head=encoded_head("gzip")), "ends in the middle"),
    "two codings": (record(gzip.compress(gzip.compress(page(2))), n=2, head=encoded_head("gzip, gzip")), "more than one content encoding"),
    "a coding nobody knows": (record(b"\x00" * 99, n=2, head=encoded_head("snappy")), "unsupported content encoding"),
    "a gzip bomb": (record(gzip.compress(bytes(50_000_000)), n=2, head=encoded_head("gzip")), "grows more than 200 times"),
    "a brotli bomb": (record(brotli.compress(bytes(50_000_000), quality=1), n=2, head=encoded_head("br")), "larger than 10 MiB"),
    "a zstd bomb": (record(zst(bytes(50_000_000)), n=2, head=encoded_head("zstd")), "larger than 10 MiB"),
    "a page of 11 MiB": (record(page(2) + bytes(11 << 20), n=2), "larger than 10 MiB"),
    "chunks that end in the middle": (record(chunk(page(2))[:-900], n=2, head=OK + b"Transfer-Encoding: chunked\r\n"), "its chunks end in the middle"),
    "a length below 0": (record(page(2), n=2, length=-5), "its length is not a number"),
    "a length that is no number": (record(page(2), n=2).replace(b"Content-Length: ", b"Content-Length: banyak "), "its length is not a number"),
    "a length that is too small": (record(page(2), n=2, length=200), "unreadable"),
    "a length that is too large": (record(page(2), n=2, length=10**18), "is shorter than its stated length"),
    "a WARC head of 5 MB": (record(page(2), n=2, more=f"X: {'y' * 5_000_000}\r\n"), "unreadable"),
    "an HTTP head of 5 MB": (record(page(2), n=2, head=OK + b"X: " + b"y" * 5_000_000 + b"\r\n"), "no HTTP head"),
    "no HTTP head": (record(page(2), n=2, head=b""), "no HTTP head"),
    "no HTTP status": (record(page(2), n=2, head=b"ICY OK\r\n"), "no HTTP status"),
    "an absurd status": (record(page(2), n=2, head=b"HTTP/1.1 9999 OK\r\n"), "no HTTP status"),
    "no record at all": (b"bukan rekaman\r\n\r\n", "unreadable"),
    "an empty member": (b"", "there is no WARC record"),
    "a date in the future": (record(page(2), n=2, date="2036-11-01T00:00:00Z"), "has an impossible date"),
    "a date before the web": (record(page(2), n=2, date="1970-01-01T00:00:00Z"), "has an impossible date"),
    "no date": (record(page(2), n=2, date="kemarin"), "has no WARC-Date"),
    "a digest that disagrees": (record(page(2), n=2, more="WARC-Block-Digest: sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n"), "does not agree with its digest"),
    "a segment": (record(page(2), n=2, more="WARC-Segment-Number: 1\r\n"), "in several segments"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_record_that_cannot_be_read_costs_only_itself(tmp_path, name):
    content, reason = UNREADABLE[name]

    seen = read(tmp_path, bad(content))

    assert seen.pages == REST
    assert reason in seen.faults
    assert len(seen.skipped) == 1


def test_of_a_record_that_is_too_large_nothing_inside_it_is_read(tmp_path):
    inside = gz(record(page(9), n=9))
    content = page(2) + os.urandom(20_000) + inside + os.urandom(11 << 20)

    seen = read(tmp_path, bad(record(content, n=2)))

    assert (seen.pages, seen.faults) == (REST, "larger than 10 MiB")


OTHERS = {
    "a revisit": (record(b"", n=2, kind="revisit"), REST, "revisit records, which only say"),
    "a conversion": (record(page(2), n=2, kind="conversion", head=b"", media_type="text/html"), REST, "conversion records"),
    "a continuation": (record(page(2), n=2, kind="continuation", head=b""), REST, "records of another kind"),
    "a resource of HTML": (record(page(2), n=2, kind="resource", head=b"", media_type="text/html; charset=utf-8"), EVERY, ""),
    "a resource that is an image": (record(b"GIF89a", n=2, kind="resource", head=b"", media_type="image/gif"), REST, "resource records that are no HTML"),
    "the log of wget": (record(b"log", kind="resource", head=b"", target="metadata://gnu.org/software/wget/warc/wget.log", media_type="text/plain"), REST, "no web address"),
    "an answer 404": (record(page(2), n=2, head=OK.replace(b"200 OK", b"404 Not Found")), REST, "no answer with status 200"),
    "another outlet": (record(page(2), target="http://lain.test/baca/2"), REST, "not of kabar"),
    "an address of 9,000 letters": (record(page(2), target="http://kabar.test/baca/" + "a" * 9000), REST, "no web address"),
    "a host that is no name": (record(page(2), target="http://xn--a/baca/2"), REST, "not of kabar"),
    "a name of the DNS": (record(b"a", kind="resource", head=b"", target="dns:kabar.test", media_type="text/dns"), REST, "no web address"),
    "no address": (record(page(2), target=" "), REST, "no web address"),
    "metadata": (record(b"x: y\r\n", n=2, kind="metadata", head=b""), REST, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_page_for_us_is_counted_and_no_fault(tmp_path, name):
    content, pages, reason = OTHERS[name]

    seen = read(tmp_path, bad(content))

    assert (seen.pages, seen.faults) == (pages, "")
    assert reason in seen.others
    assert len(seen.skipped) == bool(reason)


def two_thirds(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


CUT = "the file ends in the middle of a record"


LOST = "damaged from there on; only pages with a matching digest are imported from there"


PLAIN, ONE, FRAMES = WHOLE["plain"], WHOLE["one member for all"], list(map(zst, ALL))


PROVED = list(map(with_digest, ALL))


DAMAGED = {
    "a flipped byte": (flip_byte(b"".join(MEMBERS), SECOND + 400), REST, "damaged up to byte"),
    "a wrong checksum": (flip_byte(b"".join(MEMBERS), SECOND + len(MEMBERS[2]) - 6), REST, "damaged up to byte"),
    "junk between two members": (BEFORE + b"sampah" * 99 + MEMBERS[2] + AFTER, EVERY, "damaged up to byte"),
    "junk before the first": (b"sampah" * 99 + b"".join(MEMBERS), EVERY, "damaged up to byte"),
    "junk behind the last": (b"".join(MEMBERS) + b"sampah", EVERY, LOST),
    "a member of zeros": (BEFORE + bytes(len(MEMBERS[2])) + AFTER, REST, "damaged up to byte"),
    "a hundred bytes missing": (BEFORE + MEMBERS[2][:300] + MEMBERS[2][400:] + AFTER, REST, "damaged up to byte"),
    "two flipped bytes": (flip_byte(flip_byte(b"".join(MEMBERS), SECOND + 400), SECOND + len(b"".join(MEMBERS[2:5])) + 400), [1, 6], "damaged up to byte"),
    "a file cut at two thirds": (two_thirds(b"".join(MEMBERS)), [1, 2, 3], CUT),
    "one member for all, cut": (two_thirds(ONE), [1, 2, 3], CUT),
    "one member for all, with a flipped byte": (flip_byte(ONE, len(ONE) // 2), [], LOST),
    "one member for all, with digests and a flipped byte": (flip_byte(gz(b"".join(PROVED)), len(ONE) // 2), [1, 2], LOST),
    "plain, cut": (two_thirds(PLAIN), [1, 2, 3], "is shorter than its stated length"),
    "plain, with a flipped byte": (flip_byte(PLAIN, len(ALL[0] + ALL[1]) + 700), EVERY, ""),
    "plain, with a length below 0": (b"".join([*ALL[:2], record(page(2), n=2, length=-5), *ALL[3:]]), [1], "the rest of the file is not read"),
    "Zstandard, cut": (two_thirds(b"".join(FRAMES)), [1, 2, 3], "the rest of the file is not read"),
    "Zstandard with a flipped byte": (flip_byte(b"".join(FRAMES), len(b"".join(FRAMES[:2])) + 400), [], "only pages with a matching digest"),
    "Zstandard with digests and a flipped byte": (flip_byte(b"".join(map(zst, PROVED)), len(b"".join(map(zst, PROVED[:3]))) + 400), [1, 2], "only pages with a matching digest"),
    "plain, with digests and a flipped byte": (flip_byte(b"".join(PROVED), len(PROVED[0] + PROVED[1]) + 700), REST, "does not agree with its digest"),
    "no WARC at all": (page(1), [], "there is no WARC record"),
    "an empty file": (b"", [], "there is no WARC record"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_gives_what_is_proved_and_says_that_it_is_damaged(tmp_path, name):
    content, pages, reason = DAMAGED[name]

    seen = read(tmp_path, content)

    assert seen.pages == pages
    assert reason in seen.faults


def test_a_record_in_the_body_of_a_damaged_page_is_not_imported(tmp_path):
    """A page of another outlet in a file of somebody's: damage must not make its bytes a page of ours."""
    inside = gz(record(page(9), n=9))
    body = os.urandom(20_000) + inside + os.urandom(20_000)
    hostile = gz(record(body, target="http://jahat.test/baca/1"))
    assert inside in hostile

    seen = read(tmp_path, BEFORE + flip_byte(hostile, 100) + AFTER)

    assert (seen.pages, "damaged up to byte" in seen.faults) == (REST, True)
