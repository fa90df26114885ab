"""Parse an archive in object storage on the workers of a Dask cluster, and load here what they answer."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
TRIES = 3  # of a task; Dask itself gives one up when four workers died of it

Answers = list[StagedRows | None]


class _Task:
    """A span of chains that a worker parses."""

    def __init__(self, span: Sequence[Chain], submit: Callable[[Sequence[Chain]], Any]) -> None:
        self.span, self.submit = span, submit
        self.future = submit(span)


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
        waiting: deque[tuple[Sequence[Chain], list[_Task]]] = deque()

        def submit(span: Sequence[Chain]) -> Any:
            return self._client.submit(parse_chains, span, setup, recovers=recovers, pure=False)

        for batch in batches:
            waiting.append((batch, [_Task(span, submit) for span in group_chains(batch, SPAN)]))
            if len(waiting) > AHEAD:
                first, its_tasks = waiting.popleft()
                yield first, self._answers(its_tasks)
        for batch, tasks in waiting:
            yield batch, self._answers(tasks)

    def _answers(self, tasks: list[_Task]) -> Answers:
        return [answer for task in tasks for answer in self._result(task)]

    def _result(self, task: _Task) -> Answers:
        import distributed  # noqa: PLC0415 - as above

        for _ in range(TRIES):
            try:
                return self._wait(task)
            except (CancelledError, distributed.KilledWorker) as error:
                self._require_scheduler(error)
                log.warning("a task was lost with its worker", reason=str(error))
                task.future = task.submit(task.span)
        return [None] * len(task.span)

    def _wait(self, task: _Task) -> Answers:
        while True:
            try:
                answers: Answers = task.future.result(timeout=QUIET_SECONDS)
            except TimeoutError:
                log.warning("waiting for the Dask workers", scheduler=self._address)
            except OSError as error:
                raise DaskUnavailable(f"Dask at {self._address} is gone: {error}") from None
            else:
                task.future.release()
                return answers

    def _require_scheduler(self, reason: BaseException) -> None:
        """It forgets all tasks when it ends, too. Raises DaskUnavailable."""
        try:
            self._client.sync(self._client.scheduler.identity, callback_timeout=START_SECONDS)
        except (OSError, TimeoutError, RuntimeError):
            raise DaskUnavailable(f"Dask at {self._address} is gone: {reason}") from None

    def _check_versions(self) -> None:
        needed = code_versions()
        others = {address: found for address, found in self.versions().items() if found != needed}
        if others:
            named = ", ".join(f"{address} {' '.join(found)}" for address, found in others.items())
            raise WrongVersionError(
                f"Dask workers of another version than {' '.join(needed)}: {named};"
                " install the same Kliping there, and start them again"
            )
