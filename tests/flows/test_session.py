"""Which pages a crawl fetches a second time."""

from support.parse_cases import page

from flows.crawl.session import stops_early


def test_only_markup_can_stop_early():
    in_a_tag = b"<html><body><p>Perahu kembali berlayar.</p><a"

    assert stops_early(page(in_a_tag).first)
    assert not stops_early(page(b"%PDF-1.7 " + in_a_tag).first)
    assert not stops_early(page(b"\x1f\x8b\x08\x00<a").first)
