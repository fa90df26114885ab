"""The explorer as a web application: routes, errors, and who may read."""

from __future__ import annotations

import hmac
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kliping.output import one_line
from kliping.reading.attention import NoDataError
from kliping.reading.explain import article_of_url
from kliping.reading.labels import Language
from kliping.reading.page_templates import TEMPLATES
from kliping.reading.unknown_names import UnknownNameError
from kliping.sandbox.pool import Limits
from kliping.sandbox.user_queries import UserQueryError
from kliping.spreadsheet import TooManyRowsError
from kliping.watches.watch_file import FOLDER
from kliping.web import pages
from kliping.web.answer import BRUSH, FORMS, POLICY, RULES, WebPage, respond
from kliping.web.answer import TEMPLATES as PAGE_TEMPLATES
from kliping.web.archived_page import archived_record, framed_page, page_as_it_was
from kliping.web.article import article_page
from kliping.web.compare import compare_page
from kliping.web.figure_life import figure_life_page
from kliping.web.filters import FilterError, Filters, address, read_filters
from kliping.web.list_page import PageFunction, listed
from kliping.web.lists import LISTED
from kliping.web.page_request import NotFoundError, PageRequest
from kliping.web.places import places_page
from kliping.web.server import LOCAL
from kliping.web.sql_page import LIMITS, SQLPages
from kliping.web.utterance import utterance_page
from kliping.web.watches import FEEDS, feed_key, watches_page
from parsers.search_query import QueryError
from warehouse.read.archived_records import Archive, ArchiveError
from warehouse.read.published import OTHER_VERSION, Reader
from warehouse.read.shared_copy import (
    UNREADABLE,
    Copies,
    CopyUnavailableError,
    Patience,
    TooSlowError,
)

log = logging.getLogger(__name__)
COOKIE = "kliping_token"
HEALTH = "/healthz"  # says nothing of the articles, so it needs no token
ICON = (PAGE_TEMPLATES / "icon.svg").read_bytes()
SCRIPT = (PAGE_TEMPLATES / "brush.js").read_bytes()
STYLE = "\n".join((TEMPLATES / name).read_text("utf-8") for name in ("base.css", "pages.css"))
OTHER_SITES = frozenset({"cross-site", "same-site"})  # another port of localhost is the same site
VISIT = ("GET", "navigate", "document")
HEADERS = {
    POLICY: RULES,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# error -> status and message; None stands for its own
VERDICTS: dict[type[Exception], tuple[int, str | None]] = {
    NotFoundError: (404, None),
    FilterError: (400, None),
    QueryError: (400, None),
    UnknownNameError: (400, None),
    NoDataError: (400, None),
    UserQueryError: (400, None),
    TooManyRowsError: (400, None),
    CopyUnavailableError: (503, None),
    TooSlowError: (503, None),
    ArchiveError: (404, "the archive does not have this record any more"),
    duckdb.CatalogException: (503, OTHER_VERSION),
    duckdb.BinderException: (503, OTHER_VERSION),
    duckdb.Error: (503, UNREADABLE),
    Exception: (500, "this page failed; the log of the server says why"),
}
OF_HOME = (pages.questions_page, pages.question_page, watches_page)  # which have what users wrote
PAGES: dict[str, PageFunction] = {
    "/overview": pages.overview,
    **{f"/{name}": listed(name) for name in LISTED},
    "/places": places_page,
    "/search": pages.search_page,
    "/compare": compare_page,
    "/article/{article_id}/at/{fetch_id}": page_as_it_was,
    "/article/{article_id}": article_page,
    "/utterance/{article_id}/{quote_key}": utterance_page,
    "/entity/{entity_id}": pages.entity_page,
    "/event/{event_id}/figures": figure_life_page,
    "/event/{event_id}": pages.event_page,
    "/topic/{topic_id}": pages.topic_page,
    "/outlet/{source_id}": pages.outlet_page,
    "/questions": pages.questions_page,
    "/questions/{name}": pages.question_page,
    "/watches": watches_page,
}


def make_app(
    home: Path,
    archive: Archive,
    *,
    language: Language = Language.ENGLISH,
    hosts: Sequence[str] = (),
    token: str | None = None,
    patience: Patience | None = None,
    sql_limits: Limits = LIMITS,
) -> Starlette:
    """`hosts` are names by which the server is asked, beside those of localhost; with a token nobody reads without it.

    `language` is that of the labels, where an address names none. Raises NothingPublished.
    """
    site = Site(home, archive, language, Copies(home, patience), SQLPages(home, sql_limits), token)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        site.close()

    return Starlette(
        routes=site.routes(),
        middleware=[
            Middleware(BaseHTTPMiddleware, dispatch=_with_headers),
            Middleware(TrustedHostMiddleware, allowed_hosts=[*LOCAL, *hosts], www_redirect=False),
            Middleware(BaseHTTPMiddleware, dispatch=_refuse_other_sites),
            *([Middleware(BaseHTTPMiddleware, dispatch=partial(_admit, token))] if token else []),
        ],
        exception_handlers=dict.fromkeys((HTTPException, *VERDICTS), site.failed),
        lifespan=lifespan,
    )


@dataclass(frozen=True)
class Site:
    """The pages over one home."""

    home: Path
    archive: Archive
    language: Language
    copies: Copies
    sql: SQLPages
    token: str | None

    def close(self) -> None:
        self.copies.close()
        self.sql.close()

    def routes(self) -> list[BaseRoute]:
        made: list[BaseRoute] = [Route("/", self._endpoint(pages.overview, "html"))]
        for path, function in PAGES.items():
            made += [Route(f"{path}.{form}", self._endpoint(function, form)) for form in FORMS]
            made += [Route(path, self._endpoint(function, "html"))]
        return [
            *made,
            Route("/article", self._article_of_url),
            Route("/article/{article_id}/record/{fetch_id}", self._record),
            Route("/article/{article_id}/page/{fetch_id}", self._framed_page),
            *(
                Route(f"/sql{suffix}", self._sql_endpoint(suffix[1:] or "html"))
                for suffix in ("", ".json", ".csv", ".xlsx", ".parquet")
            ),
            *(Route(f"/watches/{{name}}.{form}", self._feed(form)) for form in FEEDS),
            Route(HEALTH, self._health),
            Route("/style.css", _constant(STYLE, "text/css")),
            Route("/icon.svg", _constant(ICON, "image/svg+xml")),
            Route(BRUSH, _constant(SCRIPT, "text/javascript")),
        ]

    def _endpoint(self, function: PageFunction, form: str) -> Callable[[Request], Response]:
        is_kept = form == "html" and function not in OF_HOME  # data can be large

        def endpoint(http: Request) -> Response:
            filters = self._filters(http)

            def make(reader: Reader) -> Response:
                page_request = PageRequest(
                    reader=reader,
                    home=self.home,
                    filters=filters,
                    path=http.path_params,
                    token=self.token,
                )
                return respond(function(page_request), form, filters, _path(http))

            if is_kept:
                return self.copies.answer((http.url.path, http.url.query), make)
            with self.copies.reader() as reader:
                return make(reader)

        return endpoint

    def _sql_endpoint(self, form: str) -> Callable[[Request], Response]:
        def endpoint(http: Request) -> Response:
            query = http.query_params.get("q", "")
            return self.sql.respond(query, form, self._filters(http, "q"))

        return endpoint

    def _article_of_url(self, http: Request) -> Response:
        filters = self._filters(http, "url")
        with self.copies.reader() as reader:
            article_id = article_of_url(reader, http.query_params.get("url", ""))
        if not article_id:
            raise NotFoundError("no article of this address is published; search for its words")
        here = address(f"/article/{article_id}", {"lang": filters.language.value})
        return RedirectResponse(here, 303)

    def _feed(self, form: str) -> Callable[[Request], Response]:
        def endpoint(http: Request) -> Response:
            try:
                feed = (self.home / FOLDER / f"{http.path_params['name']}.{form}").read_bytes()
            except (OSError, ValueError) as error:  # ValueError for a NUL
                raise NotFoundError("there is no watch of this name with a feed") from error
            return Response(feed, media_type=FEEDS[form])

        return endpoint

    def _health(self, _: Request) -> Response:
        """For a program that watches the server; 503 while no page can be read."""
        with self.copies.reader() as reader:
            reader.rows("FROM mart.chart_range")
        return PlainTextResponse("ok\n")

    def _record(self, http: Request) -> Response:
        with self.copies.reader() as reader:
            block = archived_record(reader, self.archive, **http.path_params)
        name = f"{http.path_params['fetch_id']}.warc"
        attached = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(block, media_type="application/warc", headers=attached)

    def _framed_page(self, http: Request) -> Response:
        with self.copies.reader() as reader:
            return framed_page(reader, self.archive, **http.path_params)

    def failed(self, http: Request, error: Exception) -> Response:
        """The page of an error, or its line where data was asked for."""
        status, message = _verdict(error)
        language = http.query_params.get("lang", "")
        is_known = language in set(Language)
        page = WebPage(
            template="error.html",
            title=str(status),
            tables={"error": [{"status": status, "message": message}]},
            context={"message": message},
            status=status,
        )
        filters = Filters(values={}, language=Language(language) if is_known else self.language)
        response = respond(page, _form(http), filters, _path(http))
        response.headers.update(HEADERS)  # an unforeseen error is answered outside all middleware
        return response

    def _filters(self, http: Request, *private: str) -> Filters:
        """`private` are values of the page itself. Raises FilterError."""
        values = {name: text for name, text in http.query_params.items() if name not in private}
        return read_filters(values, self.language)


def _verdict(error: Exception) -> tuple[int, str]:
    """Status and message."""
    if isinstance(error, HTTPException):
        return error.status_code, "there is no such page" if error.status_code == 404 else error.detail  # fmt: skip
    if isinstance(error, duckdb.Error):
        log.warning("a page could not be read: %s", error)
    status, message = next(found for kind, found in VERDICTS.items() if isinstance(error, kind))
    return status, message or one_line(error)


def _form(http: Request) -> str:
    suffix = http.url.path.rpartition(".")[2]
    return suffix if suffix in FORMS else "html"


def _path(http: Request) -> str:
    """Of the page whose rows are asked for."""
    path, _, suffix = http.url.path.rpartition(".")
    return path if suffix in FORMS else http.url.path


def _constant(content: str | bytes, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    """No thread is needed, all of which may wait for a turn to read."""

    async def endpoint(_: Request) -> Response:
        return Response(content, media_type=media_type)

    return endpoint


async def _with_headers(http: Request, call_next: RequestResponseEndpoint) -> Response:
    response = await call_next(http)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


async def _refuse_other_sites(http: Request, call_next: RequestResponseEndpoint) -> Response:
    """A page of another site may lead here, but must not ask in its reader's place: browsers say who asks."""
    sent = http.headers.get
    is_visit = (http.method, sent("sec-fetch-mode"), sent("sec-fetch-dest")) == VISIT
    if sent("sec-fetch-site") in OTHER_SITES and not is_visit:
        return PlainTextResponse("Refused: a page of another site asked for this.\n", 403)
    return await call_next(http)


async def _admit(token: str, http: Request, call_next: RequestResponseEndpoint) -> Response:
    """By header or cookie; `?token=` in an address sets the cookie, and is gone from the address."""
    shown = http.query_params.get("token")
    if shown is not None and _is(token, shown):
        rest = {name: value for name, value in http.query_params.items() if name != "token"}
        response: Response = RedirectResponse(address(http.url.path, rest), 303)
        response.set_cookie(COOKIE, token, httponly=True, samesite="strict")
        return response
    sent = http.headers.get("authorization", "").removeprefix("Bearer ")
    is_admitted = _is(token, sent) or _is(token, http.cookies.get(COOKIE, ""))
    if http.url.path.startswith("/watches/") and (key := http.query_params.get("key")):
        is_admitted |= _is(feed_key(token, Path(http.url.path).stem), key)
    if is_admitted or http.url.path == HEALTH:
        return await call_next(http)
    return PlainTextResponse("Add ?token=… with the token of this server to the address.\n", 401)


def _is(token: str, sent: str) -> bool:
    return hmac.compare_digest(token.encode(), sent.encode())
