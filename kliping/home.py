"""`Home`: what is published of a home, to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Self, TypedDict, Unpack, get_args

import duckdb

from flows.settings import Settings
from flows.stores import reader as lake_reader
from kliping.output import one_line
from kliping.reading import browse
from kliping.reading.explain import article_of_url
from kliping.reading.names import require_known, spelled
from kliping.reading.questions import outlet, topic_id
from kliping.reading.search import search
from kliping.reading.unknown_names import nearest_hint
from parsers.text.urls import canonicalise
from warehouse.queries import Row
from warehouse.read.published import (
    OTHER_VERSION,
    NothingPublished,
    Reader,
    copy_identity,
    open_published,
    published,
)
from warehouse.read.search_sql import with_searches
from warehouse.read.shared_copy import attached
from warehouse.write.schema import is_current

Day = date | str
Relation = duckdb.DuckDBPyRelation
ARTICLE = "FROM mart.articles WHERE article_id = $article"
KINDS = {"figures": [*get_args(browse.FigureKind)], "mentions": ["person", "organization"]}


class Range(TypedDict, total=False):
    source: str | None  # an outlet: the name of its source, such as kompas, or its title
    since: Day | None  # the first day, in western Indonesia: a date, or text such as 2026-11-24
    until: Day | None  # the last day


class RowFilters(Range, total=False):
    """What limits a list: those of `Range`, and what fits the list."""

    speaker: str | None  # the whole name, in any case
    topic: str | None  # its id or label
    article: str | None  # an `article_id`
    entity: str | None  # an `entity_id`
    kind: str | None  # of figures and mentions


RANGE, FILTERS = frozenset(Range.__annotations__), frozenset(RowFilters.__annotations__)


class Home:
    """A home, read-only. `kliping.open` makes it.

    Every call is of the latest publish, and blocks no run. A relation stays with the copy that it was made of: it may
    be used after the `with` block, and gives the same rows after a later publish. It is a relation of DuckDB, with
    `.df()` (pandas), `.pl()` (Polars), `.arrow()`, `.fetchall()`; the first three need `kliping[frames]`. Times in rows
    are UTC. A name, an outlet or a topic that is not there raises ValueError, which names the nearest.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._identity: tuple[int, ...] = ()
        self._con: duckdb.DuckDBPyConnection | None = None
        self._is_closed = False
        self._reader()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """No more calls; relations stay as they are."""
        self._con, self._is_closed = None, True  # a connection ends with its last relation

    def sql(
        self, query: str, parameters: Mapping[str, Any] | Sequence[Any] | None = None
    ) -> Relation:
        """The answer to one SELECT; `mart.data_dictionary` has the tables and columns. Values go into `parameters`, as `$name` or `?`.

        Raises ValueError for a query that DuckDB cannot read.

        >>> home.sql("SELECT headline FROM mart.articles WHERE word_count > $most", {"most": 5000}).fetchall()
        []
        """
        con = self._reader().con
        try:
            named = parameters if isinstance(parameters, Mapping) else None
            query, left = with_searches(query, named)
            kinds = [statement.type for statement in con.extract_statements(query)]
            if kinds != [duckdb.StatementType.SELECT]:
                raise ValueError("ask one SELECT at a time, such as 'FROM mart.articles LIMIT 3'")
            return con.sql(query, params=(left or None) if named else parameters)
        except duckdb.ProgrammingError as error:
            hint = "mart.data_dictionary says what every column means"
            raise ValueError(f"{one_line(error)}; {hint}") from error

    def articles(self, **filters: Unpack[RowFilters]) -> Relation:
        """The articles, the latest first, without their texts; of those who quote a `speaker`, or are about a `topic`.

        >>> home.articles(source="harianlama", since="2026-11-01").columns[:3]
        ['day', 'source_name', 'headline']
        """
        return self._listed("articles", filters)

    def quotes(self, **filters: Unpack[RowFilters]) -> Relation:
        """The quotes, the latest first, with speaker, role, and their span in the article.

        >>> {row[3] for row in home.quotes(speaker="hendra wibisono", since="2026-10-01").fetchall()}
        {'Hendra Wibisono'}
        """
        return self._listed("quotes", filters)

    def figures(self, **filters: Unpack[RowFilters]) -> Relation:
        """The figures, the latest first, with value and unit; a `kind` is money, percentage, duration, casualties or other.

        >>> home.figures(kind="money").columns[2:7]
        ['text', 'noun_phrase', 'value', 'unit', 'kind']
        """
        return self._listed("figures", filters)

    def mentions(self, **filters: Unpack[RowFilters]) -> Relation:
        """Where people and organisations are named, the latest first; a `kind` is person or organization."""
        return self._listed("mentions", filters)

    def search(self, query: str, *, limit: int = 20, **within: Unpack[Range]) -> list[Row]:
        """The articles with these words, the best match first: a dict for each, with an excerpt and its span in the text.

        Words match in all their Indonesian forms; `"a phrase"`, `OR`, `speaker:menteri` and `-word` as for `kliping search`.

        >>> [row["headline"] for row in home.search("pustaka perahu", limit=1)]
        ['Pustaka Perahu Berkeliling Pulau Membawa 600 Buku']
        """
        reader = self._reader()
        return search(reader, query, limit=limit, **_chosen(reader, "a search", within, RANGE))

    def article(self, url: str) -> Row:
        """The row of `mart.articles` with its text, by the address or the `article_id`. Raises ValueError where there is none.

        >>> home.article("http://harianlama.test/read/2026/08/25/7512/pustaka-perahu-keliling-pulau.html")["source_name"]
        'Harian Lama'
        """
        reader = self._reader()
        address = canonicalise(url) if "://" in url else url
        for row in reader.rows(ARTICLE, {"article": article_of_url(reader, address) or url}):
            return row
        raise ValueError(
            f"no article of {url} is published: `search` finds articles by their words, and `kliping.fetch` fetches one"
        )

    def proofread(self, text: str) -> list[Row]:
        """A dict for each quote, statement and figure of a draft, beside what outlets published: `verdict`, `difference`, `source`.

        Dates, places and other numbers come last; they are compared with nothing, so that their `is_right` is None.

        Empty where the draft has nothing to check.

        >>> home.proofread("Cuaca cerah.")
        []
        """
        from kliping.proofreading.report import as_rows
        from kliping.reading.draft_lookups import DraftLookups
        from kliping.reading.proofread import proofread

        return as_rows(proofread(text, DraftLookups(self._reader())))

    def _listed(self, name: str, filters: RowFilters) -> Relation:
        reader = self._reader()
        chosen = _chosen(reader, name, filters, FILTERS & browse.parameters(name))
        require_known(reader, name, chosen)
        query, parameters = browse.query(name, spelled(reader, chosen))
        return reader.con.sql(query, params=parameters)

    def _reader(self) -> Reader:
        """Over the latest publish. Raises ValueError."""
        if self._is_closed:
            raise ValueError("this home is closed: open it again with kliping.open")
        try:
            if self._settings.warehouse:
                return lake_reader(self._settings)
            path = published(self._settings.home)
        except NothingPublished as error:
            raise ValueError(str(error)) from error
        identity = copy_identity(path)
        if self._con is None or identity != self._identity:
            con = open_published(self._settings.home, lambda copy: attached(copy, {}))
            con.execute("USE kliping")
            if not is_current(con):
                raise ValueError(OTHER_VERSION)
            self._con, self._identity = con, identity
        cursor = self._con.cursor()
        cursor.execute("USE kliping")
        return Reader.over(cursor)


def _chosen(
    reader: Reader, name: str, filters: Mapping[str, Any], able: frozenset[str]
) -> dict[str, Any]:
    """The filters as queries take them. Raises ValueError for one that the list has not, or a value that is none."""
    chosen = {key: _value(reader, name, key, value) for key, value in filters.items()}
    if unknown := chosen.keys() - able:
        key = min(unknown)
        raise ValueError(f"{name} is not limited by {key!r}{nearest_hint(key, sorted(able))}")
    return chosen


def _value(reader: Reader, name: str, key: str, value: Any) -> Any:
    """Raises ValueError."""
    match key:
        case "since" | "until":
            return _day(key, value)
        case "source":
            return outlet(reader, value)
        case "topic":
            return topic_id(reader, value)
        case "kind" if value is not None and value not in (kinds := KINDS.get(name, [])):
            raise ValueError(f"there is no kind {value!r}{nearest_hint(str(value), kinds)}")
    return value


def _day(name: str, value: Day | None) -> date | None:
    """Raises ValueError."""
    if isinstance(value, date | None):
        return value.date() if isinstance(value, datetime) else value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{name} is a day such as 2026-11-24, not {value!r}") from None
