"""Parse an archive in object storage on the workers of a Dask cluster, and load here what they answer."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from typing import Any, Self

from flows.load.chains import Chain, group_chains
from flows.load.spans import WrongVersionError, code_versions, parse_chains, setup_of
from flows.logging import get_logger
from parsers.source import Source
from warehouse.storage import MISSING, LakeError, Storage
from warehouse.write.staging import StagedRows

log = get_logger(__name__)

SPAN = 25  # records of a task, about: half a second of work, so that no worker is long alone with the last one
AHEAD = 2  # batches that are parsed while one is loaded
START_SECONDS = 30.0
QUIET_SECONDS = 60.0  # without an answer, before a warning

Answers = list[StagedRows | None]
Task = tuple[Sequence[Chain], Any]  # a span of chains, and what a worker will answer


class DaskUnavailable(Exception):  # noqa: N818 - a state of things that passes
    """The scheduler or its workers are gone; what is not loaded, the next run loads."""

    exit_code = 75


class DaskWorkers:
    """`with DaskWorkers(address, storage, sources) as dask_workers`. Raises DaskUnavailable, WrongVersionError, LakeError."""

    def __init__(self, address: str, storage: Storage, sources: Mapping[str, Source]) -> None:
        try:
            import distributed  # noqa: PLC0415 - only a lake needs it
        except ImportError as error:
            raise LakeError(MISSING.format(name="distributed")) from error
        self._address, self._storage, self._sources = address, storage, sources
        self._repeated: Mapping[str, frozenset[str]] = {}
        try:
            client: Any = distributed.Client
            self._client = client(address, set_as_default=False, timeout=START_SECONDS)
            self._client.wait_for_workers(1, timeout=START_SECONDS)
        except (OSError, TimeoutError) as error:
            raise DaskUnavailable(f"no Dask workers at {address}: {error}") from None
        self._check_versions()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close(timeout=5)

    def versions(self) -> dict[str, tuple[str, ...]]:
        """The versions of the code on each worker, by its address."""
        found: dict[str, tuple[str, ...]] = self._client.run(code_versions)
        return found

    def set_repeated_lines(self, repeated: Mapping[str, frozenset[str]]) -> None:
        """Set the boilerplate lines of each source."""
        self._repeated = repeated

    def parse(
        self, batches: Iterable[Sequence[Chain]], *, recovers: bool = False
    ) -> Iterator[tuple[Sequence[Chain], Answers]]:
        """Each batch with the answers for its chains, in order; some batches are read and parsed ahead.

        None is the answer for chains that have to be parsed here. Raises DaskUnavailable, WrongVersionError, and
        ArchiveError for a record that cannot be read.
        """
        setup = setup_of(self._storage, self._sources, self._repeated)
        waiting = deque[tuple[Sequence[Chain], list[Task]]]()
        for batch in batches:
            tasks: list[Task] = [
                (s, self._client.submit(parse_chains, s, setup, recovers=recovers, pure=False))
                for s in group_chains(batch, SPAN)
            ]
            waiting.append((batch, tasks))
            if len(waiting) > AHEAD:
                first, its_tasks = waiting.popleft()
                yield first, self._answers(its_tasks)
        for batch, tasks in waiting:
            yield batch, self._answers(tasks)

    def _answers(self, tasks: list[Task]) -> Answers:
        return [answer for span, future in tasks for answer in self._result(span, future)]

    def _result(self, span: Sequence[Chain], future: Any) -> Answers:
        """Dask gives the task of a worker that dies to another one, and gives it up when several died of it."""
        import distributed  # noqa: PLC0415 - as above

        while True:
            try:
                answers: Answers = future.result(timeout=QUIET_SECONDS)
            except TimeoutError:
                log.warning("waiting for the Dask workers", scheduler=self._address)
            except distributed.KilledWorker as error:
                log.warning("a task is left to this machine", reason=str(error))
                return [None] * len(span)
            except (OSError, CancelledError) as error:  # a scheduler forgets all tasks when it ends
                raise DaskUnavailable(f"Dask at {self._address} is gone: {error}") from None
            else:
                future.release()
                return answers

    def _check_versions(self) -> None:
        needed = code_versions()
        others = {address: found for address, found in self.versions().items() if found != needed}
        if others:
            named = ", ".join(f"{address} {' '.join(found)}" for address, found in others.items())
            raise WrongVersionError(
                f"Dask workers of another version than {' '.join(needed)}: {named};"
                " install the same Kliping there, and start them again"
            )
