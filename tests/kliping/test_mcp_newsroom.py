"""Ten questions of a newsroom that an agent answers from the tools alone, and what else its program can ask for."""

import asyncio
import json
import os
import shutil
import sys
import zlib
from contextlib import closing

import duckdb
import httpx2
import pytest
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from support.app_browser import PATIENT
from support.command_line import kliping
from support.one_article import publish_article
from support.serving import started

from kliping.mcp_server.tool_answer import MOST_BYTES, n_bytes
from kliping.mcp_server.tool_server import make_server
from kliping.mcp_server.tools import Tools
from warehouse.read.published import Reader

pytestmark = pytest.mark.xdist_group("demo_home")
TOKEN = "rahasia-dapur-3f9c1a7b5e2d480612"
MOST_DICTIONARY_BYTES = 8_000
CITATION = {"outlet", "day", "sentence", "explorer", "record"}
RESERVED_BODY = (
    "“Kami hitung " + "kapal demi kapal di dermaga timur dan " * 12 + "semuanya sandar,” kata Kepala Syahbandar, Wira Atmaja.\n"
    "Setelah itu 19 kapal berlayar lagi ke laut lepas."
)  # fmt: skip


@pytest.fixture(scope="module")
def server(demo_home):
    with closing(Tools(demo_home, PATIENT, explorer="http://koran.test/")) as tools:
        yield make_server(tools)


@pytest.fixture(scope="module")
def reader(demo_home):
    with Reader(demo_home) as opened:
        yield opened


def with_client(server, ask):
    """What a client gets."""

    async def connected():
        async with Client(server) as client:
            return await ask(client)

    return asyncio.run(connected())


def answered(server, tool, **arguments):
    result = with_client(server, lambda client: client.call_tool(tool, arguments))
    assert not result.is_error, result.content[0].text
    assert json.loads(result.content[0].text) == result.structured_content
    assert n_bytes(result.structured_content) <= MOST_BYTES
    return result.structured_content


def rows(server, tool, **arguments):
    return answered(server, tool, **arguments)["untrusted"]["rows"]


def error(server, tool, **arguments):
    result = with_client(server, lambda client: client.call_tool(tool, arguments))
    assert result.is_error
    return json.loads(result.content[0].text)["untrusted"]["error"]


def sebatik(server):
    [event] = [row for row in rows(server, "events") if "Sebatik" in row["headline"]]
    return event


def test_who_is_quoted_most_on_migrant_workers_in_a_month_and_in_which_office(server):
    found = answered(server, "question", name="speakers", topic="Migrant workers", since="2026-10-01", until="2026-10-31")  # fmt: skip
    first = found["untrusted"]["rows"][0]
    offices = {
        row["speaker"]: (row["role"], row["affiliation"]) for row in found["untrusted"]["rows"]
    }

    assert (first["speaker"], first["articles"], first["quotes"]) == ("Taufik Lamara", 2, 3)
    assert offices["Ririn Setyowati"] == (
        "Deputi Kepesertaan",
        "Badan Penyelenggara Jaminan Sosial Ketenagakerjaan",
    )
    assert "no channel announced" in found["limits"][0]
    assert found["untrusted"]["explorer"].startswith("http://koran.test/questions/speakers?since=2026-10-01")  # fmt: skip


def test_all_quotes_of_a_person_under_all_names(server, reader):
    [person] = rows(server, "people", name="retno WULAN")
    found = rows(server, "quotes", entity_id=person["entity_id"])

    assert person["name"] == "Retno Wulandari"
    assert {row["speaker"] for row in found} == {"Retno Wulandari"}
    [total] = reader.rows("SELECT count(*) AS n FROM mart.quotes WHERE speaker = 'Retno Wulandari'")
    assert len(found) == total["n"] > 1


def test_what_an_outlet_changed_word_by_word(server):
    [edit] = rows(server, "edits", source="harianlama", kind="number")
    found = rows(server, "changes", article_id=edit["article_id"], kind="number")

    assert [("17 kali" in row["text_before"], "19 kali" in row["text_after"]) for row in found] == [(True, True)]  # fmt: skip
    assert found[0]["citation"]["explorer"].endswith(f"/article/{edit['article_id']}#edits")


def test_which_outlet_was_first_to_the_minute(server):
    event = sebatik(server)
    found = rows(server, "reports", event_id=event["event_id"])

    assert [row["source_name"] for row in found] == ["SuaraRantau.test", "PortalNusa", "Harian Lama"]  # fmt: skip
    assert found[0]["reported_at"].startswith("2026-10-21T23:10")
    assert event["citation"]["explorer"] == f"http://koran.test/event/{event['event_id']}"


def test_which_figures_differ_and_where_both_stand(server):
    found = rows(server, "compared_figures", event_id=sebatik(server)["event_id"], verdict="lead_may_update")  # fmt: skip
    [dead] = [row for row in found if row["later_figure"] == "15 orang"]

    assert (dead["subject"], dead["earlier_figure"]) == ("people dead", "14 orang")
    assert "14 orang" in dead["earlier_citation"]["sentence"]
    assert "15 orang" in dead["citation"]["sentence"]
    assert dead["earlier_citation"]["outlet"] == "PortalNusa"


def test_how_complete_an_outlet_was_in_a_week(server):
    [week] = rows(server, "completeness", source="harianlama", since="2026-11-16", until="2026-11-22")  # fmt: skip

    assert (week["n_announced"], week["n_loaded"], week["lost"]) == (2, 2, {})
    assert (week["state"], week["unseen"]) == ("cannot_tell", None)


def test_all_articles_of_a_place(server, reader):
    found = rows(server, "places", place="kabupaten DEMAK")

    expected = reader.rows("SELECT DISTINCT article_id FROM mart.places WHERE place = 'Kabupaten Demak'")  # fmt: skip
    assert {row["article_id"] for row in found} == {row["article_id"] for row in expected} != set()
    assert "did you mean 'Kabupaten Demak'" in error(server, "places", place="Demakk")


def test_the_attention_of_two_outlets_over_time(server):
    found = answered(server, "attention", query="banjir", by="month", per_outlet=True)

    outlets = {row["source_name"] for row in found["untrusted"]["rows"]}
    assert outlets == {"Harian Lama", "PortalNusa", "SuaraRantau.test"}
    assert found["untrusted"]["explorer"] == "http://koran.test/search?q=banjir&by=month"


def test_all_rows_of_a_list_page_by_page(server, reader):
    page = answered(server, "figures", limit=500)
    found = page["untrusted"]["rows"]
    while page["next_cursor"]:
        page = answered(server, "figures", limit=500, cursor=page["next_cursor"])
        found = found + page["untrusted"]["rows"]

    [total] = reader.rows("SELECT count(*) AS n FROM mart.figures")
    assert len({(row["article_id"], row["figure_no"]) for row in found}) == total["n"] > 100
    assert len(found) == page["total"] == total["n"]


def test_where_the_archive_has_the_page_of_a_quote(server, demo_home):
    quote = rows(server, "quotes", limit=1)[0]
    file, _, offset = quote["citation"]["record"].rpartition("@")
    record = (demo_home / "archive" / file).read_bytes()[int(offset) :]

    head = zlib.decompressobj(wbits=31).decompress(record).decode(errors="replace")
    assert head.startswith("WARC/1.1")
    assert quote["url"] in head


@pytest.mark.parametrize("tool", ["quotes", "figures", "people", "outlets", "topics", "events", "edits"])  # fmt: skip
def test_each_row_is_cited_by_a_sentence_of_its_article(server, reader, tool):
    texts = {
        row["article_id"]: " ".join(row["body_text"].split())
        for row in reader.rows("SELECT article_id, body_text FROM mart.articles")
    }
    found = rows(server, tool)

    assert found
    for row in found:
        assert set(row["citation"]) == CITATION
        assert row["citation"]["sentence"] in texts[row["article_id"]]
        assert row["citation"]["explorer"].startswith("http://koran.test/")


def test_the_sentence_of_a_figure_has_the_figure(server):
    for row in rows(server, "figures"):
        assert row["text"] in row["citation"]["sentence"]
        assert row["citation"]["explorer"].endswith(f"#c{row['char_start']}")


def test_of_a_reserved_text_neither_later_sentences_nor_the_record_are_cited(tmp_path):
    publish_article(tmp_path, "Kapal", RESERVED_BODY, is_reserved=True)
    with closing(Tools(tmp_path, PATIENT)) as tools:
        found = rows(make_server(tools), "figures")

    [late] = [row for row in found if "19" in row["text"]]
    assert (late["citation"]["sentence"], late["citation"]["record"]) == (None, None)


def test_of_a_reserved_text_no_changed_word_is_shown(demo_home, tmp_path):
    shutil.copy(demo_home / "kliping.duckdb", tmp_path)
    with duckdb.connect(tmp_path / "kliping.duckdb") as con:
        con.execute("UPDATE raw.fetches SET reservations = ['robots: noai']")
    with closing(Tools(tmp_path, PATIENT)) as tools:
        found = rows(make_server(tools), "changes")

    assert found
    assert {(row["text_before"], row["text_after"]) for row in found} == {(None, None)}


def test_a_schema_has_the_columns_of_the_rows(server):
    tools = with_client(server, lambda client: client.list_tools()).tools
    [people] = [tool for tool in tools if tool.name == "people"]
    row = people.output_schema["properties"]["untrusted"]["properties"]["rows"]["items"]

    assert people.title == "People in the news"
    assert row["properties"]["n_articles"]["type"][0] == "number"
    assert row["properties"]["name"]["type"][0] == "string"
    assert set(row["properties"]) >= {*rows(server, "people")[0]} - {"article_id", "char_start", "char_end"}  # fmt: skip


def test_a_wrong_argument_gets_a_line_without_an_address_of_the_web(server):
    missing = error(server, "article", artikel="satu")

    assert "article: Field required" in missing
    assert "artikel: Extra inputs are not permitted; there are article, char_start" in missing
    assert "http" not in missing
    assert "there is no event of the id 'zzzz'" in error(server, "reports", event_id="zzzz")
    assert "there is no such view" in error(server, "dictionary", view="mart.nothing")
    assert "cursor" in error(server, "quotes", cursor="dua")


def test_resources_are_articles_and_a_dictionary_that_names_every_view_once(server, reader):
    article_id = rows(server, "quotes", limit=1)[0]["article_id"]

    async def read(client):
        listed = (await client.list_resources()).resources
        templates = (await client.list_resource_templates()).resource_templates
        texts = [
            (await client.read_resource(uri)).contents[0].text
            for uri in ("kliping://dictionary", f"kliping://article/{article_id}")
        ]
        return [str(each.uri) for each in listed], [each.uri_template for each in templates], *texts

    uris, templates, dictionary, article = with_client(server, read)

    assert (uris, templates) == (["kliping://dictionary"], ["kliping://article/{article_id}"])
    assert len(dictionary.encode()) <= MOST_DICTIONARY_BYTES
    views = [line.partition(" ")[0] for line in dictionary.splitlines()]
    assert len(set(views)) == len(views)
    for view in views:
        reader.rows(f"SELECT * FROM {view} LIMIT 0")
    assert {"mart.quotes", "mart.people", "mart.edits", "mart.completeness"} <= set(views)
    assert json.loads(article)["untrusted"]["article"]["article_id"] == article_id


def test_a_resource_that_is_not_there_gets_a_line(server):
    async def read(client):
        with pytest.raises(MCPError, match="no article of this id"):
            await client.read_resource("kliping://article/zzzz")

    with_client(server, read)


def test_a_view_of_the_dictionary_has_its_columns_with_their_meaning(server):
    found = rows(server, "dictionary", view="mart.quotes")

    meanings = {row["column_name"]: row["comment"] for row in found}
    assert meanings["char_end"] == "one past the last"


def test_prompts_name_tools_that_there_are(server):
    async def read(client):
        prompts = (await client.list_prompts()).prompts
        values = {"subject": "banjir", "days": "Oktober 2026", "outlet": "harianlama", "draft": "Teks."}  # fmt: skip
        texts = {}
        for prompt in prompts:
            arguments = {argument.name: values[argument.name] for argument in prompt.arguments}
            made = await client.get_prompt(prompt.name, arguments)
            texts[prompt.name] = made.messages[0].content.text
        return texts, {tool.name for tool in (await client.list_tools()).tools}

    texts, names = with_client(server, read)

    assert set(texts) == {"who_speaks", "what_differs", "what_changed", "check_draft"}
    for text in texts.values():
        words = set(text.split("`")[1::2])
        assert words - {"stealth", "question"} <= names
        assert "address in the explorer" in text


@pytest.mark.slow
def test_over_http_agents_with_the_token_get_answers_and_others_nothing(demo_home):
    environment = os.environ | {"KLIPING_SERVE_TOKEN": TOKEN, "PYTHONPATH": os.pathsep.join(sys.path)}  # fmt: skip

    async def ask(url, token):
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(url, http_client=http)) as client,
        ):
            return await client.call_tool("people", {"name": "mariani"})

    with started(demo_home, "mcp", environment) as line:
        url = line.partition(" ")[0]
        found = asyncio.run(ask(url, TOKEN)).structured_content
        refused = httpx2.post(url, json={}, headers={"Authorization": f"Bearer {TOKEN}x"})
        elsewhere = httpx2.post(url, json={}, headers={"Authorization": f"Bearer {TOKEN}", "Host": "evil.test"})  # fmt: skip

    assert found["untrusted"]["rows"][0]["name"] == "Mariani Siregar"
    assert refused.status_code == 401
    assert (elsewhere.status_code, elsewhere.text) == (400, "Invalid host header")
    assert TOKEN not in line


def test_over_http_a_token_is_needed_on_this_machine_too(demo_home):
    done = kliping(demo_home, "mcp", "--port", "1", KLIPING_SERVE_TOKEN="pendek")

    assert (done.returncode, done.stdout) == (2, "")
    assert "KLIPING_SERVE_TOKEN" in done.stderr
