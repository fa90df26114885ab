"""Import of files: HTML, plain text, WARC and tables. Their pages and rows become archive records, and are then loaded like all others."""

from __future__ import annotations

import os
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from flows.clock import now_utc
from flows.http.limits import KIB, MIB, Budgets
from flows.jobs.import_tables import ImportFailedError, Table, open_table, read_rows, resource
from flows.jobs.stored_files import WARCS, StorageAt, StoredFile, is_warc, stored_files
from flows.load.chains import Chain
from flows.load.dask_workers import AHEAD
from flows.load.foreign_warc import ForeignReader, Skip, Skipped
from flows.load.outcome import Fetched
from flows.load.recovery import BATCH_PAGES, DASK_BATCH, batches, load_by_dask, load_chains
from flows.load.table_files import TABLES, TableError, is_csv, is_table
from flows.load.worker_pool import Workers
from flows.runs.run import Run
from flows.runs.summary import name_list
from parsers.article import FROM_FILE, Link, Rejected, Response
from parsers.cleaning.dateline import source_by_dateline
from parsers.html.decode import decode
from parsers.kinds import LinkKind, Reason
from parsers.source import Source, default_source, source_of_url
from parsers.table_row import MEDIA_TYPE
from parsers.text.urls import canonicalise, resolve
from warehouse.archive.archive import Record
from warehouse.queries import Row
from warehouse.storage import StorageUnavailable
from warehouse.write import fetches, frontier
from warehouse.write.database import Database
from warehouse.write.outcome import Outcome

TYPES = {".html": "text/html", ".htm": "text/html", ".xhtml": "text/html", ".txt": "text/plain"}
KINDS = f".html, .htm, .xhtml, .txt, {', '.join(WARCS)}, {', '.join(TABLES[:-1])} or {TABLES[-1]}"
NO_ADDRESS = "https://page.invalid/"  # of a file; a relative address in it names no host
# How browsers note the address of a saved page.
SAVED_FROM = re.compile(r"<!-- saved from url=\(\d+\)(https?://\S+?) -->")
SAVED_FROM_WITHIN = 2000  # letters
# In a file that are named for one reason; a quotation mark left open can cost a million lines.
MOST_PLACES = 100
MOST_VALUES = 3
Pair = tuple[Link, Response]
ImportFile = Path | StoredFile


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What the operator states about the files; the rest is read from the files."""

    source_id: str | None = None
    url: str | None = None
    as_fetched: bool = False  # count pages as fetched now, so they may become the current version
    columns: Mapping[str, str] = field(default_factory=dict)  # of tables: the column of a field
    date_order: str | None = None  # of numeric dates, where a column does not show it
    encoding: str | None = None  # of CSV that is not UTF-8


@dataclass(slots=True)
class Skips:
    """What was not imported, counted: faults by file and reason, with the first of each, and the rest by reason."""

    faults: dict[tuple[str, str], list[Skipped]] = field(default_factory=dict)
    n_faults: Counter[tuple[str, str]] = field(default_factory=Counter)
    others: Counter[tuple[str, str]] = field(default_factory=Counter)
    present: Counter[str] = field(default_factory=Counter)  # pages, or rows

    def of(self, path: ImportFile) -> Skip:
        def skip(skipped: Skipped) -> None:
            if not skipped.is_fault:
                what = "records in WARC files" if is_warc(path.name) else "rows"
                self.others[what, skipped.reason] += 1
                return
            key = str(path), skipped.reason
            self.n_faults[key] += 1
            if self.n_faults[key] <= MOST_PLACES:
                self.faults.setdefault(key, []).append(skipped)

        return skip

    def failures(self) -> Iterator[Row]:
        for (path, reason), first in self.faults.items():
            n, places = self.n_faults[path, reason], [each.where for each in first]
            values = dict.fromkeys(repr(each.value) for each in first if each.value)
            yield {
                "source_id": path,
                "kind": "import",
                "reason": reason,
                "n": n,
                "example": name_list(places, n=n),
                "detail": ", ".join(islice(values, MOST_VALUES)) or None,
                "places": places,
            }

    def notes(self) -> list[str]:
        skipped = [f"{n} {what} skipped: {why}" for (what, why), n in sorted(self.others.items())]
        return [*skipped, *(f"{n} {what} were there already" for what, n in self.present.items())]


def files_of(paths: Sequence[Path | str], storage_at: StorageAt) -> list[ImportFile]:
    """The files to import, with those in folders, but without their tables: those are named one by one.

    A text is an address in object storage. A folder that cannot be read is in the list itself. Raises ImportFailedError for a
    path that does not exist or has an unknown type, and what `stored_files` raises.
    """
    files: list[ImportFile] = []
    for path in paths:
        if isinstance(path, str):
            files += stored_files(path, storage_at)
        elif path.is_dir():
            files += _files_in(path)
        elif is_address(text := re.sub(r"^(https?):/+", r"\1://", str(path))):
            raise ImportFailedError(
                f"{text} is an address, and an import reads files: `kliping fetch {text}` fetches it"
            )
        elif not path.exists():
            raise ImportFailedError(f"{path}: no such file")
        elif not (_is_importable(path) or is_table(path)) or not path.is_file():  # a pipe, a device
            raise ImportFailedError(f"{path}: not a kind of file that can be imported: {KINDS}")
        else:
            files.append(path)
    if not files:
        raise ImportFailedError(f"nothing to import there: {_why_nothing(paths)}")
    return files


def _why_nothing(paths: Iterable[Path | str]) -> str:
    folders = (path for path in paths if isinstance(path, Path))
    tables = sorted(file for path in folders for file in path.rglob("*") if is_table(file))
    if tables:
        return f"tables in a folder are named one by one, such as {tables[0]}"
    return f"no {KINDS} file"


def _files_in(folder: Path) -> list[Path]:
    unreadable: list[Path] = []
    walked = os.walk(folder, onerror=lambda error: unreadable.append(Path(error.filename)))
    names = [Path(inside) / name for inside, _, names in walked for name in names]
    top = folder.resolve()
    return sorted(
        [p for p in names if _is_importable(p) and p.is_file() and _is_inside(p, top)] + unreadable
    )


def _is_inside(path: Path, folder: Path) -> bool:
    """A link may lead anywhere; who gave the folder did not name what is outside of it."""
    return not path.is_symlink() or path.resolve().is_relative_to(folder)


def _is_importable(path: Path) -> bool:
    return path.suffix.lower() in TYPES or is_warc(path.name)


def is_address(url: str) -> bool:
    try:
        return bool(canonicalise(url))
    except ValueError:
        return False


def open_tables(
    files: Iterable[ImportFile], options: ImportOptions, limit: int
) -> dict[ImportFile, Table]:
    """The tables among the files. Raises ImportFailedError for one that has no articles, or for options that do not fit."""
    tables = [path for path in files if isinstance(path, Path) and is_table(path)]
    if options.columns and not tables:
        raise ImportFailedError("--map names columns of a table; none of the files is one")
    if tables and options.url:
        raise ImportFailedError("--url is the address of one page; --map names a table's column")
    if tables and options.as_fetched:
        raise ImportFailedError("--as-fetched is for saved pages; nobody fetched a table's rows")
    if options.encoding and not (tables and all(map(is_csv, tables))):
        raise ImportFailedError("--encoding is for CSV; import other files without it")
    needed = ["body_text"] if options.source_id else ["url", "body_text"]
    stated = {"date_order": options.date_order, "encoding": options.encoding}
    return {path: open_table(path, options.columns, limit, needed=needed, **stated) for path in tables}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReader:
    """Reads files as an import does; what it leaves out is counted in `skips`."""

    files: Sequence[ImportFile]
    tables: Mapping[ImportFile, Table]  # those among the files
    options: ImportOptions
    sources: Mapping[str, Source]
    store: Database | None  # None: nothing was imported yet
    budgets: Budgets = field(default_factory=Budgets)
    clock: Callable[[], datetime] = now_utc
    skips: Skips = field(default_factory=Skips)

    def pairs(
        self, path: ImportFile, tell: Callable[[int], None] = lambda _n_bytes: None
    ) -> Iterator[Pair]:
        """The pages or rows of a file, as they are archived. Raises StorageUnavailable."""
        skip, now = self.skips.of(path), self.clock()
        if table := self.tables.get(path):
            limit = self.budgets.page.decoded_bytes
            pairs = read_rows(table, self.sources, self.options.source_id, now, limit, skip, tell)
        elif isinstance(path, Path) and not is_warc(path.name):
            pairs = self._saved_page(path, now, skip)
        else:
            pairs = self._warc_pages(path, now, skip)
        return self.without_conflicts(path, until_error(pairs, skip), skip)

    def _saved_page(self, path: Path, now: datetime, skip: Skip) -> Iterator[Pair]:
        """Raises OSError."""
        limit = self.budgets.page.decoded_bytes
        with path.open("rb") as page:
            body = page.read(limit + 1)
        if len(body) > limit:
            skip(Skipped(reason=f"larger than {limit // MIB} MiB", where="the file"))
        else:
            link, response = _pair(
                body, TYPES[path.suffix.lower()], self.options, self.sources, now
            )
            yield replace(link, discovered_by=f"{FROM_FILE}{path}"), response

    def _warc_pages(self, path: ImportFile, now: datetime, skip: Skip) -> Iterator[Pair]:
        """Only those of known sources, or of the stated one. Raises OSError, StorageUnavailable."""
        stated = self.options.source_id

        def refuse(url: str) -> str | None:
            source = source_of_url(url, self.sources)
            if source is None or stated not in {None, source.name}:
                return f"not of {stated or 'a known source'}"
            return None if source.recognises(url) else "no article by their address"

        reader = ForeignReader(budgets=self.budgets, now=now, refuse=refuse, skip=skip)
        with path.open("rb") as file:
            for response in reader.responses(file):
                source = source_of_url(response.url, self.sources)
                assert source  # `refuse` checked it
                link = Link(url=response.url, source_id=source.name, kind=LinkKind.FILE)
                yield replace(link, discovered_by=f"{FROM_FILE}{path}"), response

    def without_conflicts(
        self, path: ImportFile, pairs: Iterable[Pair], skip: Skip
    ) -> Iterator[Pair]:
        """The pages but those that would make a second article of an address, as another source than an import before.

        No source file has the site of such an address, so its source is what `--source` says, or else its host.
        """
        for batch in batches(pairs, body_size):
            urls = [link.url for link, _ in batch if source_of_url(link.url, self.sources) is None]
            present = frontier.article_sources(self.store, urls) if self.store and urls else {}
            for link, response in batch:
                other = present.get(link.url, link.source_id)
                if other == link.source_id:
                    yield link, response
                    continue
                is_host = other == default_source(urlsplit(link.url).netloc).name
                hint = "leave --source out" if is_host else f"give --source {other}"
                reason = f"its address is an article of {other} already: {hint}"
                skip(Skipped(reason=reason, where=place_in(path, link) or "the file"))

    def all_pairs(self, progress: Callable[[int, int], None]) -> Iterator[Pair]:
        """`progress` gets the kilobytes that are done, and those in all."""
        n_bytes = {path: _size(path) for path in self.files}
        done, due = 0, sum(n_bytes.values()) // KIB + 1

        def tell(n_bytes: int) -> None:
            progress((done + n_bytes) // KIB, due)

        for path in self.files:
            yield from self.pairs(path, tell)
            done += n_bytes[path]
            tell(0)


def import_files(run: Run, reader: FileReader, progress: Callable[[int, int], None]) -> None:
    """Archive and load the files in batches. What was imported before is skipped; failures go to the run."""
    reader = replace(reader, store=run.store, budgets=run.budgets, clock=run.clock)
    limit = DASK_BATCH if run.dask_workers else BATCH_PAGES
    archived = _archive(run, batches(reader.all_pairs(progress), body_size, limit), reader.skips)
    if run.dask_workers:
        load_chains(run, load_by_dask(run, _kept_chains(run, archived)))
    else:
        _load(run, archived)
    run.failures += reader.skips.failures()
    run.notes += [*reader.skips.notes(), *map(_columns_read, reader.tables.values())]


def body_size(pair: Pair) -> int:
    return len(pair[1].body)


def place_in(path: ImportFile, link: Link) -> str:
    """The row of a table; empty for a page."""
    return link.discovered_by.removeprefix(f"{FROM_FILE}{path}").removeprefix(", ")


def _size(path: ImportFile) -> int:
    if isinstance(path, StoredFile):
        return path.found.size
    return path.stat().st_size if path.is_file() else 0


def _columns_read(table: Table) -> str:
    fields = ", ".join(
        f"{field}={column}{table.date_remark(field)}" for field, column in table.columns.items()
    )
    kept = f"; kept as columns of your own: {', '.join(table.others)}" if table.others else ""
    return f"{table.path}: {fields}{kept}"


def until_error(pairs: Iterator[Pair], skip: Skip) -> Iterator[Pair]:
    """The pages before an error of the file, which must not end the import of other files. Raises StorageUnavailable."""
    try:
        yield from pairs
    except StorageUnavailable:  # it has none of the other files either
        raise
    except OSError as error:
        skip(Skipped(reason=f"unreadable: {error.strerror or error}", where="the file"))
    except TableError as error:
        skip(Skipped(reason=f"the rest is not read: {error}", where="the file"))
    except Exception as error:  # noqa: BLE001 - whatever a file causes is the failure of that file
        skip(Skipped(reason=f"unreadable: {type(error).__name__}: {error}", where="the file"))


def _pair(
    body: bytes, kind: str, options: ImportOptions, sources: Mapping[str, Source], now: datetime
) -> Pair:
    url = _address(body, kind, options, sources)
    source = _source(options, url, body, kind, sources)
    is_fetched = bool(url and options.as_fetched)
    return resource(
        body, kind, url, source, now, link_kind=LinkKind.PAGE if is_fetched else LinkKind.FILE
    )


def _address(
    body: bytes, kind: str, options: ImportOptions, sources: Mapping[str, Source]
) -> str | None:
    """The stated address, else the one that the page claims, unless that belongs to another source than the stated one."""
    if options.url:
        return canonicalise(options.url)
    claimed = claimed_address(body) if kind == "text/html" else None
    own = source_of_url(claimed, sources) if claimed else None
    return claimed if own is None or options.source_id in {None, own.name} else None


def parse_bytes(
    body: bytes,
    path: Path,
    options: ImportOptions,
    sources: Mapping[str, Source],
    budgets: Budgets | None = None,
) -> dict[str, object]:
    """The article of one page as plain data, without a database; in the time and memory of a run's page. Raises Rejected."""
    kind = TYPES.get(path.suffix.lower()) or (
        "text/html" if body.lstrip()[:1] == b"<" else "text/plain"
    )
    link, response = _pair(body, kind, options, sources, datetime.now(UTC))
    with Workers(sources, budgets or Budgets(), n_workers=1) as workers:
        [outcome] = workers.interpret([Fetched.unarchived(link, response)])
    if outcome.article is None:
        raise Rejected(outcome.reason or Reason.NO_CONTENT, outcome.detail)
    return asdict(outcome.article)


def _source(
    options: ImportOptions, url: str | None, body: bytes, kind: str, sources: Mapping[str, Source]
) -> Source:
    """The stated source; else by the address; else, for plain text, by the name in its dateline."""
    if options.source_id:
        return sources[options.source_id]
    if url:
        return source_of_url(url, sources) or default_source(url.split("/")[2])
    text = decode(body, kind).text if kind == "text/plain" else ""
    return source_by_dateline(text, sources.values()) or default_source("files")


def claimed_address(body: bytes) -> str | None:
    """The address that an HTML page gives for itself, preferably not that of a front page."""
    from parsers.html import jsonld  # noqa: PLC0415 - only pages need it
    from parsers.html.document import Document  # noqa: PLC0415

    text = decode(body, "text/html").text
    doc = Document(text, NO_ADDRESS)
    saved = SAVED_FROM.search(text[:SAVED_FROM_WITHIN])
    claims = (
        doc.rel("canonical"),
        doc.meta("og:url"),
        *(jsonld.as_text(node.get(key)) for node in doc.articles for key in ("url", "@id")),
        doc.meta("twitter:url", "al:web:url"),
        saved[1] if saved else None,
    )
    resolved = (resolve(NO_ADDRESS, claim) for claim in claims if claim)
    found = [url for url in resolved if url and not url.startswith(NO_ADDRESS)]
    return next((url for url in found if urlsplit(url).path.strip("/")), next(iter(found), None))


def _archive(run: Run, pairs: Iterable[list[Pair]], skips: Skips) -> Iterator[list[Record]]:
    """The records of the pages of each batch that are neither loaded nor waiting to be loaded; the others are counted."""
    waiting: deque[set[str]] = deque(maxlen=AHEAD + 1)
    for batch in pairs:
        present = fetches.loaded_fetch_ids(run.store, (response.fetch_id for _, response in batch))
        present.update(*waiting)
        new: dict[str, Pair] = {}
        for link, response in batch:
            if response.fetch_id not in present:
                new[response.fetch_id] = link, response
            else:
                is_row = response.header("content-type") == MEDIA_TYPE
                skips.present["rows" if is_row else "pages"] += 1
        run.need_room()
        records = [run.writer.append(link, response) for link, response in new.values()]
        if records:
            run.writer.sync()
            waiting.append(set(new))
            yield records


def _kept_chains(run: Run, archived: Iterable[list[Record]]) -> Iterator[list[Chain]]:
    """The records of each batch, which other machines may read now."""
    for records in archived:
        run.writer.flush()
        yield [(record.location,) for record in records]


def _load(run: Run, archived: Iterable[list[Record]]) -> None:
    """While a batch is stored, the worker processes parse the next one."""
    store: Callable[[], object] = list  # the batch before
    with ThreadPoolExecutor(1) as parser:
        try:
            for records in archived:
                fetched = [Fetched(link=r.link, run_id=run.run_id, records=(r,)) for r in records]
                parsed = parser.submit(run.interpret, fetched)
                store()
                store = partial(_store, run, parsed)
        finally:  # after a signal, what is parsed already need not be parsed again
            store()


def _store(run: Run, parsed: Future[list[Outcome]]) -> None:
    if outcomes := parsed.result():
        run.store_outcomes(outcomes)
