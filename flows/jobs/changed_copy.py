"""A copy of what is published, with other files of the user's than those of the home, such as a study has."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from parsers.topics.definition import TopicError
from warehouse.known_names import KnownNamesError
from warehouse.read.published import Reader
from warehouse.write.database import Database
from warehouse.write.identities import find_identities
from warehouse.write.topics import read_topics, tag_articles


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
            find_identities(copy)
        except (TopicError, KnownNamesError) as error:
            line = str(error).splitlines()[0].removeprefix(f"{home}/")
            raise OwnFileError(f"{owner}'s {line}") from error
        tag_articles(copy, None)
        copy.path.rename(copy.published)
        with Reader(home) as reader:
            yield reader
