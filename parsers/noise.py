"""Lines that stand in an article without being of it, as patterns over one whole line."""

from __future__ import annotations

import re

I = re.IGNORECASE

# The label as printed, then the title of the other story. A label without a colon is only believed of a link or a bare label.
RELATED = re.compile(
    r"^[\s|>*•–-]*(?P<label>(?:baca|simak|lihat)\s+(?:juga|lainnya|lagi|selengkapnya|pula)|(?:artikel|berita)\s+(?:terkait|berkaitan|lainnya)"
    r"|pilihan editor|rekomendasi(?: untuk anda)?|read (?:also|more|next|related)|also read|related(?: (?:stories|articles|story|article|news|content|topics))?|see also"
    r"|more (?:on this|from|about|stories|news)|recommended|lire aussi|à lire aussi|lee también|lea también|leer más|leia (?:também|mais)|leggi anche"
    r"|lesen sie auch|mehr zum thema|auch interessant|zum thema|lees ook|czytaj (?:też|także|więcej)|zobacz (?:też|także)|(?:you )?may also like"
    r"|don't miss|läs (?:också|mer|även)|les også|läs också|ayrıca oku)"
    r"\s*(?P<colon>[:：]|\s[–-]\s)?\s*(?P<title>.*?)[\s|]*$", I)
SEE_ALSO = re.compile(
    r"^[\s|]*(?P<label>(?:simak|tonton|lihat|saksikan)(?:\s+juga)?)\s+(?P<colon>)(?P<title>(?:video|live|foto)\b.*(?:[:'\"“”‘’]|bawah ini|berikut|di sini).*)$", I)
SEE_VIDEO = re.compile(r"^[\s|]*(?P<label>(?:simak|tonton|lihat|saksikan)(?:\s+juga)?\s+(?:video|live|foto))\s*(?P<colon>[:：])\s*(?P<title>.+?)[\s|]*$", I)
AD = re.compile(
    r"^[\s–-]*(?:scroll to continue(?: with content)?|advertisements?|advertising|advertisement\b.{0,40}|scroll (?:untuk|ke bawah untuk) .{0,40}"
    r"|iklan(?: - scroll.*)?|sponsored(?: content)?|publicidad|publicité|anzeige|werbung|annons|reklama|ad feedback|story continues below(?: advertisement)?"
    r"|(?:article|story) continues (?:after|below).{0,40}|lanjutkan membaca.{0,30}|load more|loading\W*|\[gambas:.*\])[\s–-]*$", I)
PAGES = re.compile(r"^(?:\d+ dari \d+ halaman|halaman (?:selanjutnya|sebelumnya|berikutnya)|(?:halaman|pages?|laman)\s*[:(][\s\d|()ofari:]*(?:tampilkan semua|selanjutnya)?|page \d+ of \d+"
                   r"|(?:next|previous|prev) page|show all|selanjutnya|tampilkan semua)\W*$", I)
PROMO = re.compile(
    r"^(?:(?:simak|ikuti|follow|cek|dapatkan|jangan lewatkan|gabung|yuk)\b.{0,160}(?:whatsapp|telegram|google news|channel|kanal|instagram|klik (?:di ?sini|disini)|newsletter).*"
    r"|silakan baca konten.*|baca berita tanpa iklan.*|telusuri berita.*lainnya\W*|gabung (?:di|ke|bersama)\b.{0,80}"
    r"|(?:sign up|subscribe|register|click here|get (?:the|our)|want more|enter your email)\b.{0,200}(?:newsletter|inbox|email|e-mail|alerts|updates|podcast|notifications).*"
    r"|(?:follow|like|join) (?:us|the \w+|\w+) on (?:facebook|twitter|x|instagram|linkedin|telegram|whatsapp|google news).*"
    r"|download (?:the|our|aplikasi)\b.{0,80}\bapp\b.*|(?:this|the) (?:article|story|post) (?:was )?(?:originally|first) (?:appeared|published).{0,120})$", I)
LEGAL = re.compile(r"^(?:copyright\b|hak cipta|©|\(c\) \d{4}|dilarang (?:keras )?(?:mengambil|mengutip|menyalin|memperbanyak|menduplikasi)|all rights reserved|alle rechte vorbehalten).*$", I)
DEBRIS = re.compile(
    r"^(?:url berhasil dicopy|sebarkan artikel ini|bagikan(?: (?:artikel|berita) ini)?\W*|perbesar|share(?: (?:this|on|via|article|story|full article|save)\b.{0,40})?|a\+a-|reset|\d* ?comments?"
    r"|tutup|mode gelap|tinggalkan balasan|alamat email anda tidak akan.*|mohon tunggu\W*|komentar|copy link|salin tautan|link copied\W*|tweet|print|email|whatsapp|facebook|twitter|pinterest|linkedin"
    r"|telegram|reddit|save|listen|leave a (?:comment|reply)|post a comment|view comments|\d+ min(?:ute)?s? read|reading time:? .{0,20}|cetak|simpan|dengarkan(?: artikel)?|tags?:?|topik(?: terkait)?:?)\W*$", I)
SYNDICATED = re.compile(r"^(?:artikel ini (?:telah|sudah) (?:tayang|terbit|dimuat) di|artikel asli|sumber artikel asli|tautan sumber)\b\s*:?\s*(?P<who>[^\s,]+(?:\s[^\s,]+){0,3}?)"
                        r"(?:,?\s+dengan judul.*|\s*[.,]?\s*$|,.*)", I)
CREDIT_ROLE = r"penulis|editor|reporter|redaktur(?:\s*&\s*reporter)?|pewarta|jurnalis|kontributor|fotografer|rep|red|laporan(?: wartawan)?|penyunting|pengirim|uploader"
CREDIT = re.compile(rf"^[\[(\s]*(?:(?:{CREDIT_ROLE})\s*[:/]|laporan wartawan\b|jurnalis\s?[-–]).{{0,140}}$", I)
CAPTION = re.compile(r"^(?:(?:foto|photo|keterangan (?:gambar|foto)|caption|gambar|ilustrasi|image credit|photo (?:credit|by)|bild|quelle|crédit(?: photo)?)\s*[:/].{0,300}|ilustrasi\b[^.]{0,80}"
                     r"|.{0,280}[(\[](?:foto|photo|dok|dokumentasi|antara|istimewa|getty|ist|ilustrasi)\b[^)\]]{0,60}[)\]]\.?)$", I)
END_CODE = re.compile(r"\s*[(\[](?:\*+(?:/\w+)?|red(?:\W[\w-]{1,12})?|[a-z]{1,8}(?:/[A-Za-z*]{1,8}){1,4}|[a-z]{2,4}|[A-Z]{1,3}-\d{1,2}|\*/\w+)[)\]]\W{0,3}$")
END_MARK = re.compile(r"\s*(?:\*{1,3}|[(\[]\*{0,3}[)\]]|#{1,3})\s*$")
LONG = 300


def kind_of(text: str, *, linked: bool, caption: bool, indonesian: bool) -> str | None:
    """The kind of noise a whole line is, or None. `linked`: most of it is a link."""
    if len(text) > LONG and not LEGAL.match(text):
        return "caption" if caption else None
    if related(text, linked=linked):
        return "related_link"
    if AD.match(text):
        return "ad"
    if indonesian and CREDIT.match(text):
        return "editor_credit"
    if END_MARK.fullmatch(text) or (indonesian and END_CODE.fullmatch(text)):
        return "end_mark" if END_MARK.fullmatch(text) else "editor_credit"
    if any(p.match(text) for p in (PAGES, PROMO, LEGAL, DEBRIS, SYNDICATED)):
        return "boilerplate"
    return "caption" if caption or (indonesian and CAPTION.match(text)) else None


def related(text: str, *, linked: bool) -> re.Match[str] | None:
    """A line that sends the reader to another story."""
    found = SEE_VIDEO.match(text) or SEE_ALSO.match(text) or RELATED.match(text)
    if not found:
        return None
    bare = not found["title"]
    return found if bare or linked or found["colon"] or found.re is SEE_ALSO else None
