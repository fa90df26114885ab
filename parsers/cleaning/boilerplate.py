"""Patterns of whole lines that belong to the site and not to the article."""

from __future__ import annotations

import re
from functools import lru_cache

from parsers.fields.credits import is_credit

CASELESS = re.IGNORECASE

# The label as printed, then the title of the other article. Without a colon it counts only if the
# line is a link or has no title.
RELATED = re.compile(
    r"^[\s|>*•(–-]*(?P<label>(?:baca|simak|lihat)(?:\s+(?:juga|lainnya|lagi|selengkapnya|pula|selanjutnya|berikutnya)|(?=\s?[:：]))|(?:artikel|berita)\s+(?:terkait|berkaitan"
    r"|lainnya)"
    r"|pilihan editor|rekomendasi(?: untuk anda)?|read (?:also|more|next|related)|also read|related(?: (?:stories|articles|story|article"
    r"|news|content|topics))?|see also"
    r"|more (?:on this|from|about|stories|news)|recommended|lire aussi|à lire aussi|lee también|lea también|leer más|leia (?:também|mais)"
    r"|leggi anche"
    r"|lesen sie auch|mehr zum thema|auch interessant|zum thema|lees ook|czytaj (?:też|także|więcej)|zobacz (?:też|także)"
    r"|(?:you )?may also like"
    r"|don't miss|läs (?:också|mer|även)|les også|läs också|ayrıca oku)"
    r"\s*(?P<colon>[:：]|\s[–-]\s)?\s*(?P<title>.*?)[\s|)]*$",
    CASELESS,
)
SEE_ALSO = re.compile(
    r"^[\s|]*(?P<label>(?:simak|tonton|lihat|saksikan)(?P<also>\s+juga)?)\s+(?P<colon>)(?P<title>(?:video|live|foto)\b(?:.*(?:[:'\"“”‘’]|bawah ini"
    r"|berikut|di sini).*|(?(also)\s(?-i:[A-Z])[^.!?]*|(?!))))$",
    CASELESS,
)
# Has no title: it refers to the player or the links below it.
SEE_BELOW = re.compile(
    r"^[\s|]*(?P<label>(?:simak|tonton|lihat|saksikan)(?:\s+juga)?\s+(?:video|live|foto)\b[^:'\"“”‘’]{0,60}(?:bawah ini|berikut|di sini))"
    r"\s*(?P<colon>:)?(?P<title>)\W*$",
    CASELESS,
)
SEE_VIDEO = re.compile(
    r"^[\s|]*(?P<label>(?:simak|tonton|lihat|saksikan)(?:\s+juga)?\s+(?:video|live"
    r"|foto))\s*(?P<colon>[:：])\s*(?P<title>.+?)[\s|]*$",
    CASELESS,
)
AD = re.compile(
    r"^[\s–-]*(?:scroll to continue(?: with content)?|advertisements?|advertising|advertisement\b.{0,40}|(?:scroll|gulir|geser)(?: down| ke bawah)? untuk .{0,60}"
    r"|iklan(?: - scroll.*)?|sponsored(?: content)?|publicidad|publicité|anzeige|werbung|annons|reklama|ad feedback"
    r"|story continues below(?: advertisement)?"
    r"|(?:article|story) continues (?:after|below).{0,40}|lanjutkan membaca.{0,30}|load more|loading\W*|\[gambas:.*\])[\s–-]*$",
    CASELESS,
)
PAGES = re.compile(
    r"^(?:\d+ dari \d+ halaman|halaman (?:selanjutnya|sebelumnya|berikutnya)|(?:halaman|pages?|laman)\s*[:(][\s\d"
    r"|()ofari:]*(?:tampilkan semua|selanjutnya)?|page \d+ of \d+"
    r"|(?:next|previous|prev) page|show all|selanjutnya|tampilkan semua)\W*$",
    CASELESS,
)
PROMO = re.compile(
    r"^[\s\[>*•.–-]*(?:(?:simak|ikuti|follow|cek(?! fakta)|dapatkan|jangan lewatkan|gabung|yuk)\b.{0,160}(?:whatsapp|telegram|google news|channel|kanal"
    r"|instagram|klik (?:di ?sini|disini)|newsletter).*"
    r"|(?:baca|simak|update|berita)\b[^!?,]{0,60}\b(?:lain(?:nya)?|terbaru|terkini|selengkapnya|update)\b[^!?,]{0,80}"
    r"\b(?:di ?sini|google\W?news|whatsapp|halaman (?:selanjutnya|berikutnya))\W*"
    r"|(?:baca|(?:ber)?gabung)\b[^!?,]{0,60}\bdi ?sini\W*|(?:baca )?(?:berita|artikel)\b[^!?,]{0,40}\blainnya di\b[^!?,]{0,40}|ikuti kami di\b.{0,40}"
    r"|akses [\w-]+\.(?:com|co|id|net)\b.*(?:google news|whatsapp).*|segera (?:unduh|download)\b.{0,60}\bsekarang\b.*"
    r"|jangan lupa (?:untuk )?(?:bagikan|share|like|subscribe|follow)\b.*|.{0,60}\bhubungi chatbot\b.*"
    r"|(?:jika|bila|apabila) anda (?:memiliki|punya) informasi\b.{0,160}@.*"
    r"|pastikan (?:kamu|anda) sudah (?:meng)?install aplikasi\b.*|https?://(?:www\.)?(?:whatsapp\.com/channel|t\.me)/\S+"
    # The outlet about its checks of facts.
    r"|(?=.*cek fakta)(?=.*\b(?:kami membuat|independensi kami)\b).*"
    r"|berikan rating\b.{0,40}|thanks for rating\W*|terima kasih\b.{0,60}\brating\w*\W*"
    r"|(?:yuk|ayo|mari)\b.{0,160}\b(?:klik|unduh|download|aplikasi|ikuti|gabung)\b.*"
    r"|silakan baca konten.*|baca berita tanpa iklan.*|telusuri berita.*lainnya\W*|gabung (?:di|ke|bersama)\b.{0,80}"
    r"|(?:sign up|subscribe|register|click here|get (?:the|our)|want more|enter your email)\b.{0,200}(?:newsletter|inbox|email|e-mail"
    r"|alerts|updates|podcast|notifications).*"
    r"|(?:follow|like|join) (?:us|the \w+|\w+) on (?:facebook|twitter|x|instagram|linkedin|telegram|whatsapp|google news).*"
    r"|download (?:the|our|aplikasi)\b.{0,80}\bapp\b.*|(?:this|the) (?:article|story|post) (?:was )?(?:originally|first) (?:appeared"
    r"|published).{0,120})$",
    CASELESS,
)
# Offers a subscription in place of the rest of the text.
SUBSCRIBE = re.compile(
    r"^\W*(?:please |silakan )?(?:subscribe|log ?in|sign (?:in|up)|register|(?:ber)?langganan|masuk|daftar)\b.{0,60}\b(?:to|untuk|dan|and)\b.{0,40}"
    r"\b(?:membaca|melanjutkan|akses|selengkapnya|read|continue|reading|access|unlock)\b.{0,80}$"
    r"|^\W*(?:sudah|already)\b.{0,40}\b(?:berlangganan|pelanggan|subscri\w+|akun|account|member)\b.{0,60}$"
    r"|^.{0,60}\b(?:(?:artikel|berita|konten|tulisan) (?:ini )?(?:khusus|hanya untuk) (?:pelanggan|anggota)"
    r"|this (?:article|story|content) is (?:only |exclusively )?(?:for|available to) (?:our )?(?:subscribers|members))\b.{0,80}$",
    CASELESS,
)
LEGAL = re.compile(
    r"^(?:copyright\b|disclaimer\s?:|hak cipta|©|\(c\) \d{4}|dilarang (?:keras )?(?:mengambil|mengutip|menyalin|memperbanyak"
    r"|menduplikasi)|all rights reserved|alle rechte vorbehalten).*$",
    CASELESS,
)
DEBRIS = re.compile(
    r"^(?:url berhasil dicopy|sebarkan artikel ini|bagikan(?: (?:artikel|berita) ini)?\W*|perbesar|share(?: (?:this|on|via|article|story"
    r"|full article|save)\b.{0,40})?|a\+a-|reset|\d* ?comments?"
    r"|tutup|mode gelap|tinggalkan balasan|alamat email anda tidak akan.*|mohon tunggu\W*|komentar|copy link|salin tautan|link copied\W*"
    r"|tweet|print|email|whatsapp|facebook|twitter|pinterest|linkedin"
    r"|telegram|reddit|save|listen|leave a (?:comment|reply)|post a comment|view comments|\d+ min(?:ute)?s? read|reading time:? .{0,20}"
    r"|daftar isi|selengkapnya|cetak|simpan|dengarkan(?: artikel)?|tags?:?|topik(?: terkait)?:?)\W*$",
    CASELESS,
)
SYNDICATED = re.compile(
    r"^(?:artikel ini (?:telah|sudah)(?: lebih dulu)? (?:tayang|terbit|dimuat|naik) di|artikel asli|sumber artikel asli"
    r"|tautan sumber)\b\s*:?\s*(?P<who>[^\s,]+(?:\s[^\s,]+){0,3}?)"
    r"(?:,?\s+dengan judul.*|\s*[.,]?\s*$|,.*|\. selengkapnya.*)",
    CASELESS,
)
CREDIT_ROLE = (
    r"penulis|editor|reporter|redaktur(?:\s*&\s*reporter)?|pewarta|jurnalis|kontributor|fotografer|rep|red"
    r"|laporan(?: wartawan)?|penyunting|pengirim|uploader"
)
CREDIT = re.compile(
    rf"^[\[(\s]*(?:(?:{CREDIT_ROLE})\s*[:/]|laporan wartawan\b|jurnalis\s?[-–]).{{0,140}}$"
    # Laporan Sari Wulandari I Kota Muara
    r"|^laporan (?-i:(?:[A-Z][\w.'’-]* ){1,4}[I|] [A-Z][^.!?]{2,40})$",
    CASELESS,
)
CAPTION = re.compile(
    r"^(?:(?:foto|photo|keterangan (?:gambar|foto)|caption|gambar|ilustrasi|image credit|photo (?:credit|by)|bild|quelle"
    r"|crédit(?: photo)?)\s*[:/].{0,300}|ilustrasi\b[^.]{0,80}(?:\.?\s*[(\[][^)\]]{2,40}[)\]]\W*)?|ilustrasi\b.{0,120}\w\.(?:com|net|org|co\.id|id)\W*"
    r"|dok\.\s?[^.!?]{2,60}"
    r"|[^\"“”]{2,220}(?-i:[\s.(]Foto)\s?:\s?[^\"“”!?]{2,80}"
    r"|.{0,280}[(\[](?:foto|photo|dok|dokumentasi|antara|istimewa|getty|ist|ilustrasi)\b[^)\]]{0,60}[)\]]\.?)$",
    CASELESS,
)
_DESK = r"[A-Z]{1,3}-\d{1,2}"
_SITE = r"[\w-]{2,30}\.(?:com|co\.id|id|net)"
END_CODE = re.compile(
    r"\s*[(\[](?:\*+(?:/\w+)?|red(?:\W[\w-]{1,12})?|[a-z][a-z\d]{0,7}(?:/[A-Za-z*][A-Za-z\d*]{0,7}){1,4}|[a-z]{2,4}"
    rf"|(?:[A-Za-z]{{1,8}}/){{0,3}}{_DESK}|\*/\w+|\s?{_SITE}\s?/[\w .]{{2,40}}|[\w .]{{2,40}}/\s?{_SITE}\s?)[)\]]\W{{0,3}}$"
    # A name or initials, only after a sentence: `Badan Usaha Milik Desa (Bumdes)` is part of one.
    r"|(?:^|(?<=[.!?”\"’]))\s*[(\[][A-Z][a-z]{1,5}[)\]]\W{0,3}$"
    r"|(?<=[.!?”\"’])\s*[(\[][A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){1,3} ?[)\]]\W{0,3}$"
)
END_MARK = re.compile(r"\s*(?:\*{1,3}|[(\[]\*{0,3}[)\]]|#{1,3})\s*$")
QUOTED_TITLE = re.compile(r"(?:(?:video|live|foto)\s*)?['\"‘“](?P<title>.+)['\"’”]\W*", CASELESS)
NO_TITLE = re.compile(  # of the player below the line
    r"(?:video|live|foto)\b(?:(?=.{0,60}(?:pilihan|berikut|di ?bawah|di sini)).*|[\w ]{0,30}:)",
    CASELESS,
)
LONG = 300


def kind_of(text: str, *, linked: bool, caption: bool, indonesian: bool) -> str | None:
    """Why a whole line is not of the text; None if it may be. `linked`: most of it is a link."""
    if len(text) > LONG:
        return "boilerplate" if LEGAL.match(text) else "caption" if caption else None
    if related(text, linked=linked):
        return "related_link"
    kind = _kind_by_words(text)
    if indonesian and kind in {None, "boilerplate"} and _is_credit(text):
        return "editor_credit"
    is_caption = caption or (indonesian and CAPTION.match(text) is not None)
    return kind or ("caption" if is_caption else None)


@lru_cache(maxsize=1000)  # the same lines are read where the text is found and where it is cleaned
def _kind_by_words(text: str) -> str | None:
    if AD.match(text):
        return "ad"
    if END_MARK.fullmatch(text):
        return "end_mark"
    patterns = (PAGES, PROMO, SUBSCRIBE, LEGAL, DEBRIS, SYNDICATED)
    return "boilerplate" if any(p.match(text) for p in patterns) else None


def _is_credit(text: str) -> bool:
    return bool(CREDIT.match(text) or END_CODE.fullmatch(text) or is_credit(text))


def related(text: str, *, linked: bool) -> re.Match[str] | None:
    """The match on a line that refers to another article."""
    patterns = (SEE_BELOW, SEE_VIDEO, SEE_ALSO, RELATED)
    found = next((m for p in patterns if (m := p.match(text))), None)
    if not found:
        return None
    bare = not found["title"]
    return found if bare or linked or found["colon"] or found.re is SEE_ALSO else None


def bare_title(text: str) -> str:
    """The title without its marks; '' where a player is meant: `Live Kabar Sore:`."""
    text = text.strip(" |")
    quoted = QUOTED_TITLE.fullmatch(text)
    return quoted["title"] if quoted else "" if NO_TITLE.fullmatch(text) else text
