"""Commands that serve until they are interrupted, as processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from support.runs import free_port


@contextmanager
def started(home: Path, name: str, environment: Mapping[str, str] = os.environ) -> Iterator[str]:
    """The first line that a serving command prints, on a free port; it is interrupted at the end of the block."""
    command = [
        sys.executable,
        "-m",
        "kliping.cli",
        "--home",
        home,
        name,
        "--port",
        str(free_port()),
    ]
    with interrupted_at_the_end(command, home, environment) as line:
        yield line


@contextmanager
def interrupted_at_the_end(
    command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]
) -> Iterator[str]:
    """The first line that the command prints."""
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            yield process.stdout.readline().strip()
        finally:
            process.send_signal(signal.SIGINT)
