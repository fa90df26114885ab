"""What a Dask worker does: read records of the archive from object storage, parse them, and answer with rows to load.

The page itself is parsed by the killable process of `flows.load.worker_pool`, with its limits of memory and time.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from tempfile import gettempdir

from flows.http.limits import Budgets
from flows.load.chains import Chain
from flows.load.outcome import VERSIONS, group_by_link, mark_unfinished
from flows.load.worker_pool import Workers
from flows.settings import VERSION, Settings
from parsers.kinds import LinkKind
from parsers.source import Source, Sources
from warehouse.archive.archive import ArchiveError, Record
from warehouse.archive.stored import StoredArchive
from warehouse.storage import Storage
from warehouse.write.load import ROW_ERRORS
from warehouse.write.outcome_rows import rows
from warehouse.write.staging import StagedRows

SETUPS = "setups/"  # the prefix of their objects
LOCK = threading.Lock()  # a worker may have several threads
_PARSERS: dict[str, tuple[Mapping[str, Source], Workers]] = {}  # of the last job, by its digest


class WrongVersionError(Exception):
    """A worker has another code than the process that asks it."""

    exit_code = 2


@dataclass(frozen=True)
class Setup:
    """What all tasks of a job share. Keys of the storage are not in it: a worker has its own, in its environment."""

    versions: tuple[str, ...]
    storage: Storage
    digest: str  # of the sources and the repeated lines of each, pickled: an object of the storage


def code_versions() -> tuple[str, ...]:
    """Of Kliping and of what decides how a page is read."""
    return VERSION, VERSIONS.parser, VERSIONS.cleaner, VERSIONS.extractor


def setup_of(
    storage: Storage,
    sources: Mapping[str, Source],
    repeated: Mapping[str, frozenset[str]],
) -> Setup:
    """In the storage and not with Dask, which loses a value with the only worker that has it."""
    pickled = pickle.dumps((Sources(sources), dict(repeated)))
    digest = hashlib.sha256(pickled).hexdigest()
    storage.put_new(f"{SETUPS}{digest}", pickled)
    return Setup(
        versions=code_versions(),
        storage=replace(storage, key_id=None, secret=None, token=None),
        digest=digest,
    )


def parse_chains(
    chains: Sequence[Chain], setup: Setup, *, recovers: bool
) -> list[StagedRows | None]:
    """For each chain its rows; None where it needs bodies that other files have, or where a row is faulty.

    Raises WrongVersionError, and ArchiveError for a record that cannot be read, with its file and offset.
    """
    if setup.versions != code_versions():
        present, needed = " ".join(code_versions()), " ".join(setup.versions)
        raise WrongVersionError(
            f"the Dask worker on {os.uname().nodename} (PID {os.getpid()}) has {present}, this job needs {needed}:"
            " install the same Kliping there, and start the workers again"
        )
    storage = _with_keys(setup.storage)
    archive = StoredArchive(Path(gettempdir()) / "kliping-without-archive", storage)
    records = archive.read_all([location for chain in chains for location in chain])
    with LOCK:
        sources, workers = _parser(setup.digest, storage)
        return [
            _rows(list(islice(records, len(chain))), sources, workers, recovers=recovers)
            for chain in chains
        ]


def _rows(
    records: Sequence[Record], sources: Mapping[str, Source], workers: Workers, *, recovers: bool
) -> StagedRows | None:
    groups = group_by_link(records)
    if any(_lacks_body(record) for group in groups for record in group.records):
        return None
    if recovers:
        groups = [mark_unfinished(group, sources, workers.next_page) for group in groups]
    outcomes = workers.stage(groups)
    try:
        return StagedRows.of(rows(outcomes, sources, VERSIONS))
    except ROW_ERRORS:  # whoever asked parses it again, and quarantines the page
        return None


def _lacks_body(record: Record) -> bool:
    return record.link.kind == LinkKind.PART and record.response.same_as is not None


def _with_keys(storage: Storage) -> Storage:
    keys = Settings()
    return replace(
        storage,
        key_id=keys.aws_access_key_id,
        secret=keys.aws_secret_access_key,
        token=keys.aws_session_token,
    )


def _parser(digest: str, storage: Storage) -> tuple[Mapping[str, Source], Workers]:
    """The sources of a job and a killable process for them; that of the job before is ended."""
    if digest not in _PARSERS:
        pickled, _ = storage.get(f"{SETUPS}{digest}")
        if hashlib.sha256(pickled).hexdigest() != digest:  # to unpickle may run any code
            raise ArchiveError(f"{storage.url}/{SETUPS}{digest} is not what the job put there")
        while _PARSERS:
            _, workers = _PARSERS.popitem()[1]
            workers.close()
        sources, repeated = pickle.loads(pickled)  # noqa: S301 - of the job, by its digest
        workers = Workers(sources, Budgets(), 1)
        workers.set_repeated_lines(repeated)
        _PARSERS[digest] = sources, workers
    return _PARSERS[digest]
