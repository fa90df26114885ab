"""Commands run in this process, as a user would type them."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout

import pytest

from kliping.cli.app import _options_first, run


def kliping(home, *arguments, stdin="", is_terminal=False, **environment):
    """Run a command in this process, in an environment of its own; what a completed process would be."""
    out, errors = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    out.isatty = errors.isatty = lambda: is_terminal
    words = list(map(str, arguments))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(errors):
        for name in list(os.environ):
            if name.startswith(("KLIPING_", "PREFECT_")):
                patch.delenv(name)
        for name, value in {"KLIPING_HOME": str(home), **environment}.items():
            patch.setenv(name, value)
        given = io.BytesIO(stdin if isinstance(stdin, bytes) else stdin.encode())
        patch.setattr(sys, "stdin", io.TextIOWrapper(given, encoding="utf-8"))
        code = run(_options_first(words))
    for stream in (out, errors):
        stream.flush()
    output, complaints = (stream.buffer.getvalue().decode() for stream in (out, errors))
    return subprocess.CompletedProcess(words, code, output, complaints)
