"""`Home`: what is published of a home, to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Self

import duckdb

from flows.settings import Settings
from flows.stores import reader as lake_reader
from kliping.output import one_line
from kliping.proofreading.report import as_rows
from kliping.reading import browse
from kliping.reading.draft_lookups import DraftLookups
from kliping.reading.explain import article_of_url
from kliping.reading.names import require_known, spelled
from kliping.reading.proofread import proofread
from kliping.reading.questions import outlet, topic_id
from kliping.reading.search import search
from parsers.source import suggestion
from parsers.text.urls import canonicalise
from warehouse.queries import Row
from warehouse.read.published import OTHER_VERSION, NothingPublished, Reader, published
from warehouse.read.shared_copy import attached, copy_identity
from warehouse.write.schema import is_current

Day = date | str  # or text, such as 2026-11-24
Relation = duckdb.DuckDBPyRelation
KINDS = {
    "figures": ("money", "percentage", "duration", "casualties", "other"),
    "mentions": ("person", "organization"),
}
ARTICLE = "FROM mart.articles WHERE article_id = $article"


class Home:
    """A home, read-only. `kliping.open` makes it.

    Every call is of the latest publish, and blocks no run. A relation stays with the copy that it was made of: it may
    be used after the `with` block, and gives the same rows after a later publish. It is a relation of DuckDB, with
    `.df()` (pandas), `.pl()` (Polars), `.arrow()`, `.fetchall()`; the first three need `pip install kliping[frames]`.

    Days are those of western Indonesia, both ends included, as dates or as text such as `2026-11-24`. Times in rows
    are UTC. Names of people are found in any case; a name, an outlet or a topic that is not there raises ValueError,
    which names the nearest. An outlet is named by its source, such as `kompas`, or by its title.
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
            kinds = [statement.type for statement in con.extract_statements(query)]
            if kinds != [duckdb.StatementType.SELECT]:
                raise ValueError("ask one SELECT at a time, such as 'FROM mart.articles LIMIT 3'")
            return con.sql(query, params=parameters)
        except duckdb.ProgrammingError as error:
            hint = "mart.data_dictionary says what every column means"
            raise ValueError(f"{one_line(error)}; {hint}") from error

    def articles(
        self,
        *,
        speaker: str | None = None,
        topic: str | None = None,
        source: str | None = None,
        since: Day | None = None,
        until: Day | None = None,
    ) -> Relation:
        """The articles, the latest first, without their texts; of those who quote a `speaker`, or are about a `topic`.

        >>> home.articles(source="harianlama", since="2026-11-01").columns[:3]
        ['day', 'source_name', 'headline']
        """
        return self._listed(
            "articles", speaker=speaker, topic=topic, source=source, since=since, until=until
        )

    def quotes(
        self,
        *,
        speaker: str | None = None,
        topic: str | None = None,
        article: str | None = None,
        source: str | None = None,
        since: Day | None = None,
        until: Day | None = None,
    ) -> Relation:
        """The quotes, the latest first, with speaker, role and span; `article` is an `article_id`.

        >>> {row[3] for row in home.quotes(speaker="hendra wibisono", since="2026-10-01").fetchall()}
        {'Hendra Wibisono'}
        """
        return self._listed(
            "quotes",
            speaker=speaker,
            topic=topic,
            article=article,
            source=source,
            since=since,
            until=until,
        )

    def figures(
        self,
        *,
        kind: str | None = None,
        speaker: str | None = None,
        topic: str | None = None,
        article: str | None = None,
        source: str | None = None,
        since: Day | None = None,
        until: Day | None = None,
    ) -> Relation:
        """The figures, the latest first, with value and unit; `kind` is money, percentage, duration, casualties or other.

        >>> home.figures(kind="money").columns[2:7]
        ['text', 'noun_phrase', 'value', 'unit', 'kind']
        """
        return self._listed(
            "figures",
            kind=kind,
            speaker=speaker,
            topic=topic,
            article=article,
            source=source,
            since=since,
            until=until,
        )

    def mentions(
        self,
        *,
        entity: str | None = None,
        kind: str | None = None,
        source: str | None = None,
        since: Day | None = None,
        until: Day | None = None,
    ) -> Relation:
        """Where people and organisations are named, the latest first; `entity` is an `entity_id`, `kind` person or organization."""
        return self._listed(
            "mentions", entity=entity, kind=kind, source=source, since=since, until=until
        )

    def search(
        self,
        query: str,
        *,
        source: str | None = None,
        since: Day | None = None,
        until: Day | None = None,
        limit: int = 20,
    ) -> list[Row]:
        """The articles with these words, the best match first: a dict for each, with an excerpt and its span in the text.

        Words match in all their Indonesian forms; `"a phrase"`, `speaker:menteri` and `-word` as for `kliping search`.

        >>> [row["headline"] for row in home.search("pustaka perahu", limit=1)]
        ['Pustaka Perahu Berkeliling Pulau Membawa 600 Buku']
        """
        with self._queries() as reader:
            return search(
                reader,
                query,
                since=_day("since", since),
                until=_day("until", until),
                source=outlet(reader, source),
                limit=limit,
            )

    def article(self, url: str) -> Row:
        """The row of `mart.articles` with its text, by the address or the `article_id`. Raises ValueError where there is none.

        >>> home.article("http://harianlama.test/read/2026/08/25/7512/pustaka-perahu-keliling-pulau.html")["source_name"]
        'Harian Lama'
        """
        with self._queries() as reader:
            found = article_of_url(reader, _canonical(url)) or url
            for row in reader.rows(ARTICLE, {"article": found}):
                return row
        raise ValueError(
            f"no article of {url} is published: `search` finds articles by their words, and `kliping.fetch` fetches one"
        )

    def proofread(self, text: str) -> list[Row]:
        """A dict for each quote, statement and figure of a draft, beside what outlets published: `verdict`, `difference`, `source`.

        Empty where the draft has nothing to check.

        >>> home.proofread("Cuaca cerah.")
        []
        """
        with self._queries() as reader:
            return as_rows(proofread(text, DraftLookups(reader)))

    def _listed(self, name: str, **chosen: Any) -> Relation:
        chosen |= {end: _day(end, chosen[end]) for end in ("since", "until")}
        _require_kind(chosen.get("kind"), KINDS.get(name, ()))
        with self._queries() as reader:
            require_known(reader, name, chosen)
            chosen["source"] = outlet(reader, chosen["source"])
            if "topic" in chosen:
                chosen["topic"] = topic_id(reader, chosen["topic"])
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
            self._con, self._identity = attached(path, {}), identity
        cursor = self._con.cursor()
        cursor.execute("USE kliping")
        return Reader.over(cursor)

    @contextmanager
    def _queries(self) -> Iterator[Reader]:
        """For queries of ours. Raises ValueError where the copy lacks what they read."""
        reader = self._reader()
        try:
            yield reader
        except duckdb.Error as error:
            if is_current(reader.con):
                raise
            raise ValueError(OTHER_VERSION) from error


def _day(name: str, value: Day | None) -> date | None:
    """Raises ValueError."""
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is a day such as 2026-11-24, not {value!r}") from None


def _require_kind(kind: str | None, kinds: Sequence[str]) -> None:
    """Raises ValueError."""
    if kind is not None and kind not in kinds:
        raise ValueError(f"kind is {', '.join(kinds)}, not {kind!r}{suggestion(kind, kinds)}")


def _canonical(url: str) -> str:
    """What is no address is an id."""
    try:
        return canonicalise(url)
    except ValueError:
        return url
