"""The stores of a home: files, unless the settings name a lake."""

from __future__ import annotations

import subprocess
import sys

import pytest

from flows import stores
from flows.settings import Settings

LAKE_ONLY = ("dask", "distributed", "obstore", "psycopg")


def test_a_home_of_files_needs_nothing_of_a_lake():
    script = f"import sys, flows.jobs.maintenance, kliping.cli.doctor, flows.stores; print([n for n in {LAKE_ONLY} if n in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)

    assert answer.stdout == b"[]\n"


@pytest.mark.parametrize(
    ("more", "path_style"),
    [
        ({}, False),
        ({"aws_endpoint_url": "http://127.0.0.1:1"}, True),
        ({"aws_endpoint_url": "http://127.0.0.1:1", "s3_path_style": False}, False),
    ],
)
def test_a_lake_is_where_the_settings_say(tmp_path, more, path_style):
    settings = Settings(
        home=tmp_path,
        warehouse="ducklake:postgres:host=db dbname=kliping",
        storage="s3://kliping/here/",
        aws_secret_access_key="geheim",
        **more,
    )

    location = stores.lake_location(settings)

    assert location.conninfo == "host=db dbname=kliping"
    assert (location.storage.url, location.storage.path_style) == ("s3://kliping/here", path_style)
    assert "geheim" not in repr((settings, location))
    assert stores.lake_location(Settings(home=tmp_path)) is None
