"""Who may read the explorer: names of the host, tokens, other sites, slow connections, and what no answer hands out."""

import shutil
import socket
import threading
from pathlib import Path

import duckdb
import pytest
from support.app_browser import Browser, site_of
from support.one_article import publish_article, publish_edited_article

from kliping.reading.labels import Language
from kliping.web.filters import PER_PAGE, read_filters
from kliping.web.number_links import QueryLink
from kliping.web.server import CannotListenError, listen, make_server, require_token
from warehouse.read.published import OTHER_VERSION

TOKEN = "0123456789abcdef0123456789abcdef"
BODY = "“Kami hitung tiga kapal tiba di pelabuhan,” kata Kepala Syahbandar, Wira Atmaja."


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    publish_article(home, "Kapal Tiba", BODY)
    return home


@pytest.fixture(scope="module")
def browser(home):
    return Browser(site_of(home))


def test_another_name_of_the_host_is_refused(home):
    app = site_of(home, hosts=["berita.test"])

    assert Browser(app, "evil.test").get("/articles").status_code == 400
    assert Browser(app, "berita.test").get("/articles").status_code == 200


def test_beyond_localhost_nobody_reads_without_the_token(home):
    browser = Browser(site_of(home, token=TOKEN))

    assert browser.get("/articles").status_code == 401
    assert browser.get("/articles?token=wrong").status_code == 401
    assert browser.get("/articles", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    entry = browser.get(f"/articles?source=portalnusa&token={TOKEN}")
    assert (entry.status_code, entry.headers["location"]) == (303, "/articles?source=portalnusa")
    cookie = entry.headers["set-cookie"].split(";")[0]
    assert "HttpOnly" in entry.headers["set-cookie"]
    assert browser.get("/articles", headers={"Cookie": cookie}).status_code == 200


def test_health_needs_no_token_and_says_nothing_of_the_articles(demo_home, tmp_path):
    copy = shutil.copy(demo_home / "kliping.duckdb", tmp_path)
    browser = Browser(site_of(tmp_path, token=TOKEN))
    well = browser.get("/healthz")
    Path(copy).write_bytes(b"no database")
    ill = browser.get("/healthz")

    assert (well.status_code, well.text) == (200, "ok\n")
    assert ill.status_code == 503


def test_only_a_strong_token_opens_the_port_to_others():
    assert require_token("127.0.0.1", None) is None
    assert require_token("0.0.0.0", TOKEN) == TOKEN
    for weak in (None, "short", TOKEN[:-1], "a" * 64, "ab" * 40):
        with pytest.raises(CannotListenError, match=r"32 characters or more.*openssl rand -hex 32"):
            require_token("0.0.0.0", weak)


def test_a_second_server_on_the_port_is_told_so():
    with listen("127.0.0.1", 0) as taken:
        socket.create_connection(taken.getsockname()).close()
        with pytest.raises(CannotListenError, match="take another with --port"):
            listen("127.0.0.1", taken.getsockname()[1])


OF_OTHER_SITES = [
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
]


@pytest.mark.parametrize("sent", OF_OTHER_SITES)
@pytest.mark.parametrize(
    "path", ["/", "/search?q=banjir", "/sql?q=SELECT 1", "/sql.csv?q=SELECT 1"]
)
def test_a_page_of_another_site_cannot_ask_in_its_readers_place(browser, path, sent):
    answer = browser.get(path, headers=sent)

    assert (answer.status_code, "another site" in answer.text) == (403, True)


@pytest.mark.parametrize(
    "sent",
    [
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
        {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "style"},
        {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    ],
)  # fmt: skip
def test_a_reader_may_follow_a_link_and_the_page_its_style(browser, sent):
    for path in ("/articles", "/sql?q=SELECT 1", "/style.css", "/icon.svg"):
        assert browser.get(path, headers=sent).status_code == 200


def test_every_refusal_has_the_headers_that_protect_a_page(home, monkeypatch):
    app = site_of(home, token=TOKEN)
    monkeypatch.setattr("kliping.web.application.address", lambda *_: 1 / 0)
    admitted = {"Authorization": f"Bearer {TOKEN}"}
    answers = [
        Browser(app, "evil.test").get("/articles"),
        Browser(app).get("/articles"),
        Browser(app).get("/articles", headers=OF_OTHER_SITES[0]),
        Browser(app).get("/nope", headers=admitted),
        Browser(app).get("/article", params={"url": "http://x.test/"}, headers=admitted),
        Browser(app).get("/articles", params={"token": TOKEN}),
    ]

    assert [answer.status_code for answer in answers] == [400, 401, 403, 404, 404, 500]
    for answer in answers:
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET /icon.svg HTTP/1.1\r\nHost: localhost\r\n\r\nGET"])  # fmt: skip
def test_a_connection_that_does_not_ask_to_the_end_is_closed(home, monkeypatch, sent):
    monkeypatch.setattr("kliping.web.server.SECONDS_TO_ASK", 0.2)
    server = make_server(site_of(home))
    sock = listen("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
    thread.start()
    try:
        with socket.create_connection(sock.getsockname(), timeout=30) as connection:
            connection.sendall(sent)
            answer = b"".join(iter(lambda: connection.recv(10_000), b""))
    finally:
        server.should_exit = True
        thread.join()

    assert answer.count(b"HTTP/1.1 200") == sent.count(b"\r\n\r\n")


def test_an_answer_in_sql_that_is_cut_is_no_file(browser):
    many = "/sql{}?q=FROM range(20000)"

    assert "there are more, which are not shown" in browser.get(many.format("")).text
    for suffix in (".csv", ".json", ".parquet"):
        answer = browser.get(many.format(suffix))
        assert (answer.status_code, "ask for less at once" in answer.text) == (400, True)


def test_the_names_of_columns_cannot_be_formulas(browser):
    text = browser.get(
        "/sql.csv", params={"q": """SELECT 1 AS "=cmd|' /C calc'!A0", 2 AS n"""}
    ).text

    assert text == "'=cmd|' /C calc'!A0,n\n1,2\n"


def test_no_page_can_be_framed_sent_elsewhere_or_read_by_another_site(browser):
    headers = browser.get("/articles").headers
    policy = dict(each.split(" ", 1) for each in headers["content-security-policy"].split("; "))

    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self'",
        "form-action": "'self'",
        "frame-src": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"


def test_a_wrong_token_opens_nothing_by_any_way(home):
    browser = Browser(site_of(home, token=TOKEN))

    for wrong in ("", "wrong", TOKEN[:-1], f"{TOKEN}0", TOKEN.upper()):
        refused = browser.get("/articles", params={"token": wrong})
        assert (refused.status_code, refused.headers.get("set-cookie")) == (401, None)
        for sent in ({"Authorization": f"Bearer {wrong}"}, {"Cookie": f"kliping_token={wrong}"}):
            assert browser.get("/articles", headers=sent).status_code == 401


def test_the_cookie_is_for_this_site_alone_and_no_link_carries_a_token(home):
    browser = Browser(site_of(home, token=TOKEN))
    cookie = browser.get("/articles", params={"token": TOKEN}).headers["set-cookie"]
    page = browser.get("/articles?token=kunci-lama", headers={"Cookie": cookie.split(";")[0]})

    assert {part.strip().lower() for part in cookie.split(";")} >= {"httponly", "samesite=strict"}
    assert (page.status_code, "kunci-lama" in page.text, TOKEN in page.text) == (200, False, False)


def test_a_record_is_handed_out_with_its_own_article_only(tmp_path):
    """The open article must not be a way to the archived record of the reserved one."""
    publish_edited_article(tmp_path, is_reserved=True)
    store = publish_article(tmp_path, "Kapal", BODY, article_id="dua")
    with store.write_connection() as con:
        [(fetch_id,)] = con.execute(
            "SELECT any_value(fetch_id) FROM raw.fetches WHERE len(reservations) > 0"
        ).fetchall()
    browser = Browser(site_of(tmp_path))

    for article_id, reason in (("dua", "no record of this fetch"), ("satu", "publisher reserves")):
        answer = browser.get(f"/article/{article_id}/record/{fetch_id}")
        assert (answer.status_code, reason in answer.text) == (404, True)


def test_a_page_is_kept_for_its_whole_address(browser):
    first, other = (browser.get(f"/articles{query}").text for query in ("", "?until=2001-01-01"))

    assert ("Kapal Tiba" in first, "Kapal Tiba" in other) == (True, False)


def test_a_question_of_the_users_own_is_read_again_for_each_page(tmp_path):
    publish_article(tmp_path, "Kapal Tiba", BODY)
    (tmp_path / "sql").mkdir()
    file = tmp_path / "sql" / "own.sql"
    browser = Browser(site_of(tmp_path))
    for words in ("Which come first?", "Which come last?"):
        file.write_text(f"-- {words}\nSELECT headline FROM mart.articles")
        for path in ("/questions", "/questions/own"):
            assert words in browser.get(path).text


def test_a_copy_of_another_version_is_told_from_a_damaged_one(tmp_path):
    publish_article(tmp_path, "Kapal Tiba", BODY)
    with duckdb.connect(tmp_path / "kliping.duckdb") as con:
        con.execute("DROP VIEW mart.completeness")
    answer = Browser(site_of(tmp_path)).get("/search?q=kapal")

    assert (answer.status_code, OTHER_VERSION in answer.text.replace("&#39;", "'")) == (503, True)


def test_a_range_may_be_one_day_and_the_second_page_begins_after_the_first():
    filters = read_filters({"since": "2026-11-01", "until": "2026-11-01", "page": "2"}, Language.ENGLISH)  # fmt: skip

    assert filters.since == filters.until
    assert filters.offset == PER_PAGE
    assert read_filters({}, Language.ENGLISH).offset == 0


def test_a_name_with_a_quotation_mark_stays_a_value_in_the_query_behind_a_number(browser):
    row = {"affiliation": "Dinas' OR TRUE --"}
    query = QueryLink("speakers").filters(row, {})["q"]

    assert browser.get("/sql.json", params={"q": query}).json() == {"rows": []}
