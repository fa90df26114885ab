"""The user's own files that a study depends on: names that are one person's, and topics.

No archived page gives them, so a study's folder has them.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kliping.studies.study_file import StudyError
from parsers.topics.definition import TopicError
from warehouse.known_names import FILE, KnownNamesError, home_names
from warehouse.plain_file import read_plain, read_plain_files
from warehouse.read.published import Reader
from warehouse.write.database import Database
from warehouse.write.identities import LINK_NAMES
from warehouse.write.steps import run_steps
from warehouse.write.topics import TAG_TOPICS, read_topics


def own_files(home: Path, topics: Path | None = None) -> dict[str, bytes]:
    """The content of each such file by its name in a home, and in the folder of a study.

    `topics` is KLIPING_TOPICS. Raises PlainFileError, OSError.
    """
    names = home / FILE
    files = {FILE: read_plain(names)} if os.path.lexists(names) else {}
    for path, content in read_plain_files(topics or home / "topics", "*.toml").items():
        files[f"topics/{path.name}"] = content
    return files


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


@contextmanager
def reader_with_files(db: Database, files: Mapping[str, bytes]) -> Iterator[Reader]:
    """A copy of what is published, with these files instead of the home's own. Raises StudyError."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        copy = Database(home)
        db.publish_file(copy.path)
        (home / "topics").mkdir()  # without any, there are no topics
        write_files(files, home)
        try:
            read_topics(home, None)
            home_names(home)
        except (TopicError, KnownNamesError) as error:
            line = str(error).splitlines()[0].removeprefix(f"{home}/")
            raise StudyError(f"the study's {line}") from error
        run_steps(copy, steps=(LINK_NAMES, TAG_TOPICS))
        copy.path.rename(copy.published)
        with Reader(home) as reader:
            yield reader
