"""A copy of what is published, with other files of the user's than those of the home, such as a study has."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from parsers.topics.definition import TopicError
from warehouse.known_names import KnownNamesError, home_names
from warehouse.read.published import Reader
from warehouse.write.database import Database
from warehouse.write.identities import LINK_NAMES
from warehouse.write.person_traits import DESCRIBE_PEOPLE
from warehouse.write.steps import run_steps
from warehouse.write.topics import TAG_TOPICS, read_topics


class OwnFileError(ValueError):
    """A file of names or topics cannot be used; the message says what to write."""

    exit_code = 2


@contextmanager
def changed_copy(
    db: Database, write_files: Callable[[Path], object], owner: str
) -> Iterator[Reader]:
    """What is published, as it would be with the files that are written to a folder; `owner` has them. Raises OwnFileError."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        copy = Database(home)
        db.publish_file(copy.path)
        (home / "topics").mkdir()  # without any, there are no topics
        write_files(home)
        try:
            read_topics(home, None)
            home_names(home)
        except (TopicError, KnownNamesError) as error:
            line = str(error).splitlines()[0].removeprefix(f"{home}/")
            raise OwnFileError(f"{owner}'s {line}") from error
        run_steps(copy, steps=(LINK_NAMES, DESCRIBE_PEOPLE, TAG_TOPICS))
        copy.path.rename(copy.published)
        with Reader(home) as reader:
            yield reader
