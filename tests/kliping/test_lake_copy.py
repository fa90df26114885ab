"""The thread that keeps a server's copy of a lake up to date."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from flows.settings import Settings
from kliping.cli import lake_copy


def test_an_unexpected_error_is_logged_and_the_next_look_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    looks, stop = list[int](), threading.Event()

    def fail_once(_settings: Settings) -> None:
        looks.append(1)
        if len(looks) == 1:
            raise KeyError("a fault of ours")
        stop.set()

    monkeypatch.setattr(lake_copy, "SECONDS", 0.01)
    monkeypatch.setattr(lake_copy, "copy_lake", fail_once)
    thread = threading.Thread(target=lake_copy._follow, args=(Settings(home=tmp_path), stop))
    thread.start()

    thread.join(60)
    assert not thread.is_alive()
    assert len(looks) == 2
    assert "the copy of the lake is old" in caplog.text
    assert "a fault of ours" in caplog.text
