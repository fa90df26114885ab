"""Block pages and other pages that are not articles: each kind is refused with its own reason.

Challenges, logins, consent walls, paywalls, soft 404s, front pages and listing pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from urllib.parse import urlsplit

from lxml import etree

from parsers.article import Article, Page, Rejected, Response
from parsers.article_address import LISTING, NUMBER, SLUG
from parsers.cleaning.boilerplate import CASELESS, SUBSCRIBE
from parsers.cleaning.clean import Line
from parsers.html.blocks import ASIDE_TAGS, Block, read_tree
from parsers.html.document import Document, text_of
from parsers.html.truncation import is_truncated
from parsers.kinds import LinkKind, Reason
from parsers.source import Source
from parsers.text.urls import site

# PDF, PNG, GIF, JPEG, ZIP, RIFF, MP3, Ogg, Matroska, gzip, bzip2, ELF, WOFF, MPEG-4 and ICO.
MAGIC = re.compile(
    rb"%PDF|\x89PNG|GIF8|\xff\xd8\xff|PK\x03\x04|RIFF|ID3|OggS|\x1a\x45\xdf\xa3|\x1f\x8b|BZh"
    rb"|\x7fELF|wOFF|\x00\x00\x00|.{4}ftyp",
    re.DOTALL,
)
MARKUP = re.compile(
    rb"<\s*(?:!doctype|html|head|body|div|p|meta|title|article|h1|table|span|a|section|main|script|link|br|img)\b",
    re.IGNORECASE,
)
FEED = re.compile(
    rb"^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:rss|feed|urlset|sitemapindex|rdf:RDF|svg|opml|soap)\b",
    re.IGNORECASE | re.DOTALL,
)
SOFT_404 = re.compile(
    r"^\W*(?:error\s*)?(?:404\b|410\b|not found|page not found|halaman tidak ditemukan|(?:oops|maaf"
    r"|sorry)\W.{0,60}(?:not found|tidak ditemukan|404|can.t find|doesn.t exist|tidak tersedia(?! di (?:negara|wilayah|lokasi))|tidak ada)"
    r"|(?:the |this )?page (?:you .{0,40})?(?:not found|does not exist|cannot be found|is unavailable)"
    r"|seite nicht gefunden|page introuvable|página no encontrada|berita tidak ditemukan|artikel tidak ditemukan"
    r"|.{0,40}\b404\b.{0,30}$)",
    CASELESS,
)
CHALLENGE = re.compile(
    r"just a moment|attention required|verify(?:ing)? (?:that )?you are (?:a )?human|checking your browser"
    r"|access denied|request blocked|country is not allowed|not available in your (?:country|region)|are you a robot"
    r"|tidak (?:tersedia|dapat diakses) (?:di|dari) (?:negara|wilayah|lokasi)|bukan robot"
    r"|unusual traffic|enable javascript and cookies to continue|pardon our interruption|ddos protection|captcha",
    CASELESS,
)
CHALLENGE_MARKUP = (
    b"cf-chl-",
    b"cf_chl_",
    b"_Incapsula_Resource",
    b"captcha-delivery",
    b"px-captcha",
)  # in the markup of challenges
CONSENT = re.compile(
    r"(?:we|kami|our|site)\b.{0,80}\b(?:use|menggunakan|value)\b.{0,40}\b(?:cookies?|privacy)|before you continue"
    r"|cookie (?:consent|policy|settings|preferences)|accept all|terima semua|manage (?:choices|preferences|cookies)"
    r"|gdpr|your privacy"
    r"|alle akzeptieren|zustimmen|tout accepter|persetujuan",
    CASELESS,
)
LOGIN = re.compile(
    r"\b(?:log ?in|sign ?in|masuk|login|silakan masuk|anmelden|se connecter|iniciar sesión)\b",
    CASELESS,
)
SIGN_UP = re.compile(
    r"\b(?:sign ?up|register|registrasi|pendaftaran|daftar|buat akun|create (?:an |your )?account|registrieren|inscription)\b",
    CASELESS,
)
ACCOUNT_FORM = etree.XPath(
    "boolean(//input[@type='password' or @type='email' or contains(@name, 'email')][ancestor::form])"
)
OFFER = re.compile(
    r"^\W*(?:(?:paket |pilih )*(?:ber)?langganan|subscri(?:be|ptions?)|membership)\b", CASELESS
)
PAYWALL = re.compile(
    r"\b(?:subscribe (?:to|now)|subscribers? only|become a (?:member|subscriber)|already a subscriber|berlangganan"
    r"|khusus pelanggan|langganan|premium (?:content|article)|paywall|unlock this (?:article|story)|to continue reading"
    r"|abonnenten|réservé aux abonnés)\b",
    CASELESS,
)
LOCKED = re.compile(  # about this text, not about the outlet
    r"\b(?:(?:artikel|berita|konten|tulisan) (?:ini )?(?:khusus|hanya untuk) (?:pelanggan|pembaca berbayar|anggota)"
    r"|berlangganan\b.{0,40}\b(?:membaca|melanjutkan|selengkapnya)|subscribers? only|to (?:continue|keep) reading"
    r"|unlock this (?:article|story)|this (?:article|story|content) is for (?:subscribers|members))\b",
    CASELESS,
)
PICTURES = re.compile(r"(?:^|[/.])(?:fotos?|photos?|galeri|gallery)(?:[/.-]|$)", CASELESS)
ACCOUNT = re.compile(
    r"\b(?:log ?in|sign ?(?:in|up)|password|kata sandi|e-?mail|akun|account|otp|verifikasi|verify)\b",
    CASELESS,
)
ACCOUNTS = 0.5  # the share of a shell's words in lines about accounts
TEASER_AT_MOST = 300  # words before a paywall
# Thai, Japanese, Chinese: no spaces between words of about two letters.
UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff]")
LEAST_WORDS = 40  # a page with fewer is a teaser, a caption or a block page
LEAST_WORDS_BY_RULE = 8  # if the source's own rule found the text
SHORT = 120
MOSTLY = 0.7  # a share of a line in links
LABEL = 4  # words of a page's name; "masuk" and "daftar" are ordinary words in longer headlines
TEASERS = 5  # linked lines; one text has fewer related articles
TEASER_WORDS = 60  # a summary has fewer
SECTION = re.compile(r"/(kanal|rubrik|channels?|sections?|arsip)(/|$)", re.IGNORECASE)


def check_bytes(response: Response) -> None:
    """Refuses files that are not HTML or text, by their first bytes. Raises Rejected."""
    body = response.body
    if not body.strip():
        raise Rejected(Reason.EMPTY)
    head = body[:512].lstrip()
    if MAGIC.match(body) or FEED.match(body[:2048]):
        raise Rejected(Reason.NOT_HTML, "the first bytes are those of another kind of file")
    kind = (response.header("content-type") or "").lower()
    if head[:1] in {b"{", b"["} and not MARKUP.search(body[:4096]):
        raise Rejected(Reason.NOT_HTML, "JSON")
    if (
        kind
        and not re.search(r"html|xml|text|octet-stream|unknown", kind)
        and not MARKUP.search(head)
    ):
        raise Rejected(Reason.NOT_HTML, kind)


def is_plain_text(page: Page) -> bool:
    """Whether it is a text file by its Content-Type, or an imported file without markup."""
    kind = (page.first.header("content-type") or "").lower()
    may_be_text = kind.startswith("text/plain") or page.link.kind == LinkKind.FILE
    return may_be_text and not MARKUP.search(page.first.body[:4096])


def check_article(
    article: Article, lines: Sequence[Line], doc: Document, page: Page, source: Source
) -> None:
    """Raises Rejected unless the page is an article. `lines` are those of and around its text."""
    words = max(article.word_count, len(UNSPACED.findall(article.body_text)) // 2)
    text = _visible_text(doc) if words < SHORT else ""
    titles = f"{article.headline or ''} | {doc.title}"
    if words < SHORT and any(
        SOFT_404.search(t) for t in (article.headline or "", doc.title, text[:120])
    ):
        raise Rejected(Reason.NOT_ARTICLE, "it says the page is not there")
    if page.first.redirects and _is_elsewhere(page, source):
        raise Rejected(Reason.NOT_ARTICLE, f"the address led to {page.url}")
    is_short_form = article.parser == "rule" or "photo" in article.flags
    least = LEAST_WORDS_BY_RULE if is_short_form else LEAST_WORDS
    marked = CHALLENGE.search(text[:2000]) or any(
        mark in page.first.body for mark in CHALLENGE_MARKUP
    )
    if words < SHORT and (CHALLENGE.search(titles) or (words < least and marked)):
        raise Rejected(Reason.BLOCKED, "a challenge or a refusal stands in place of the page")
    if is_truncated(page.first.body):
        raise Rejected(Reason.TRUNCATED, "the page stops inside a tag, a comment or a script")
    if words < SHORT and _is_about_accounts(article):
        raise Rejected(Reason.LOGIN, "the dialogs of an account")
    if words < least:
        detail = f"{words} words, at least {least} are needed"
        raise _rejection(article, doc, page, text, detail)
    if words < SHORT and article.is_accessible_for_free is None and LOCKED.search(text):
        raise Rejected(Reason.PAYWALL, f"the first {words} words")
    if _has_only_teasers(lines, doc):
        raise Rejected(Reason.NOT_ARTICLE, "a listing")
    if not _states_article(doc, page, source):
        _check_index(article, doc, page)


def _states_article(doc: Document, page: Page, source: Source) -> bool:
    """Whether its metadata or the source's address rule calls it an article."""
    return (
        (doc.meta("og:type") or "").lower().startswith("article")
        or bool(doc.articles)
        or bool(doc.meta("article:published_time"))
        or (any(rule.url for rule in source.article) and source.recognises(page.url))
    )


def _check_index(article: Article, doc: Document, page: Page) -> None:
    """Raises Rejected for a front page or a section with enough words in its summaries."""
    claims = [url for url in (doc.rel("canonical"), doc.meta("og:url")) if url]
    addresses = claims if page.url.startswith("urn:") else [page.url, *claims]
    # Where a page was fetched beats what it claims: some outlets call their front page canonical on every article.
    if any(map(_is_front, addresses[:1])):
        raise Rejected(Reason.NOT_ARTICLE, "the front page")
    if article.date_published or not _is_listing(doc):
        return
    if any(map(_is_section, addresses)) or not (addresses or doc.headings):
        raise Rejected(Reason.NOT_ARTICLE, "a listing")


def _is_section(url: str) -> bool:
    """`/indeks`, `/tag/beras`, `/ekonomi/pangan`: no number and no slug."""
    path = urlsplit(url).path.rstrip("/")
    if LISTING.search(path) or SECTION.search(path):
        return True
    return not re.search(r"\d|\.html?$", path) and not SLUG.fullmatch(path.rpartition("/")[2])


def _rejection(article: Article, doc: Document, page: Page, text: str, detail: str) -> Rejected:
    """What a page with too few words is. A menu with an offer of subscriptions is no paywall."""
    titles = f"{article.headline or ''} | {doc.title}"
    own_text, is_listing = _own_text(doc), _is_listing(doc)
    is_locked = article.is_accessible_for_free is False or LOCKED.search(own_text) is not None
    has_form = ACCOUNT_FORM(doc.tree)
    is_label = len((article.headline or doc.title).split()) <= LABEL
    if LOGIN.search(titles) and len(text.split()) < SHORT and (has_form or is_label):
        return Rejected(Reason.LOGIN, "a page to log in")
    if SIGN_UP.search(titles) and has_form and is_label:
        return Rejected(Reason.LOGIN, "a page to sign up")
    if _is_front(page.url) or _is_front(doc.rel("canonical")):
        return Rejected(Reason.NOT_ARTICLE, "the front page")
    if is_locked:
        return Rejected(Reason.PAYWALL, detail)
    if not is_listing and doc.tree.xpath("boolean(//input[@type='password'])"):
        return Rejected(Reason.LOGIN, "a form to log in")
    if is_listing and doc.meta("og:type") != "article":
        return Rejected(Reason.NOT_ARTICLE, "a listing")
    if OFFER.search(article.headline or doc.title):
        return Rejected(Reason.NOT_ARTICLE, "an offer of subscriptions")
    if PAYWALL.search(own_text):
        return Rejected(Reason.PAYWALL, detail)
    if CONSENT.search(text[:3000]) and len(text.split()) < 4 * SHORT:
        return Rejected(Reason.CONSENT)
    return Rejected(Reason.NO_CONTENT, detail)


def _own_text(doc: Document) -> str:
    """The first lines of the page, without menus, links and invitations to a newsletter."""
    lines = (
        block.text
        for block in read_tree(doc.tree)
        if block.link_share < MOSTLY
        and not ASIDE_TAGS.intersection(node.tag for node in block.path)
    )
    return "\n".join(line for line in lines if "newsletter" not in line.lower())[:6000]


def _is_front(url: str | None) -> bool:
    parts = urlsplit(url or "urn:")
    return bool(parts.netloc) and parts.path in {"", "/"} and not parts.query


def is_teaser(article: Article, near_end: Iterable[Block]) -> bool:
    """Whether a short text ends with an offer to read the rest, other than a newsletter."""
    if article.is_accessible_for_free or article.word_count > TEASER_AT_MOST:
        return False
    lines = (b.text for b in near_end if "newsletter" not in b.text.lower())
    return any(PAYWALL.search(text) or SUBSCRIBE.match(text) for text in lines)


def is_photo_article(article: Article, doc: Document) -> bool:
    """Whether its address or section calls a page of few words and a picture an article of photos."""
    place = f"{urlsplit(doc.url).hostname or ''}{urlsplit(doc.url).path}"
    is_photo = PICTURES.search(place) or PICTURES.match(article.article_section or "")
    is_article = article.headline and article.date_published and article.images
    return bool(is_photo and is_article) and article.word_count < SHORT and not _is_listing(doc)


def _is_about_accounts(article: Article) -> bool:
    """Whether most of the text asks for a password or an address."""
    words = [(len(x.split()), ACCOUNT.search(x)) for x in article.paragraphs]
    return sum(n for n, hit in words if hit) > ACCOUNTS * sum(n for n, _ in words)


def _is_elsewhere(page: Page, source: Source) -> bool:
    """Whether a redirect ended on another site, at the front page or at no article's address."""
    if not source.owns(page.url) and site(page.url) != site(page.first.requested_url):
        return True
    path = urlsplit(page.url).path.rstrip("/")
    if not path:
        return bool(urlsplit(page.first.requested_url).path.strip("/"))
    if source.has_address_rule:
        return not source.recognises(page.url)
    last = path.rpartition("/")[2]
    is_listing = bool(LISTING.search(path) or SECTION.search(path))
    return is_listing and not (SLUG.fullmatch(last) or NUMBER.search(last))


def _has_only_teasers(lines: Sequence[Line], doc: Document) -> bool:
    """Whether a third of the lines are links, with too few words between them for an article."""
    linked = sum(line.is_linked for line in lines)
    if linked < TEASERS or linked * 3 < len(lines) or doc.meta("og:type") == "article":
        return False
    stretches = groupby(lines, key=lambda line: line.is_linked)
    return all(
        sum(len(line.text.split()) for line in stretch) < TEASER_WORDS
        for is_linked, stretch in stretches
        if not is_linked
    )


def _visible_text(doc: Document) -> str:
    body = doc.tree.find("body")
    return "" if body is None else text_of(body)


def _is_listing(doc: Document) -> bool:
    """Whether it has many headings that are links."""
    linked = doc.tree.xpath("count(//h2[.//a] | //h3[.//a] | //article[.//a] | //a[h2 or h3])")
    return bool(linked >= 8)
