"""The studies of docs/studies over the bundled newsroom: their numbers are those of pandas over the same tables, and their notebook agrees."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import press_studies
import pytest
from support.command_line import kliping

pytestmark = pytest.mark.xdist_group("demo_home")
NAMES = sorted(path.stem for path in press_studies.STUDIES.glob("*.toml"))
FIRST, LAST = "2026-08-01", "2026-11-30"


@pytest.fixture(scope="module")
def home(demo_home, tmp_path_factory):
    """A copy of the demo with the genders of speakers, which a home asks for."""
    home = shutil.copytree(demo_home, tmp_path_factory.mktemp("genders") / "home")
    settings = home / "kliping.toml"
    text = settings.read_text("utf-8") if settings.exists() else ""
    settings.write_text(f"{text}\n[reports]\ngender = true\n", "utf-8")
    assert kliping(home, "publish").returncode == 0
    return home


@pytest.fixture(scope="module")
def folder(home, tmp_path_factory):
    path = tmp_path_factory.mktemp("studies")
    press_studies.write_studies(home, path, FIRST, LAST)
    return path


@pytest.fixture(scope="module")
def tables(home):
    return press_studies.marts(home, FIRST, LAST)


def test_the_numbers_of_the_studies_are_those_of_pandas(folder, tables):
    expected = press_studies.expected(tables, folder)

    assert {study for study, _ in expected} == {*NAMES}
    assert all(any(n for n, _ in numbers.values()) for (_, count), numbers in expected.items() if count != "copies")  # fmt: skip
    assert [*press_studies.differences(tables, folder)] == []


@pytest.mark.parametrize("name", ["quotes", "figures", "articles", "events"])
def test_another_number_of_pandas_is_a_difference(folder, tables, name):
    fewer = tables | {name: tables[name].iloc[len(tables[name]) // 2 :]}

    assert [*press_studies.differences(fewer, folder)] != []


@pytest.mark.parametrize("study", NAMES)
def test_the_notebook_of_a_study_counts_its_numbers_again(folder, study, monkeypatch, tmp_path):
    copy = Path(shutil.copytree(folder / study, tmp_path / "copy"))
    monkeypatch.chdir(copy)
    cells = json.loads((copy / "recompute.ipynb").read_text("utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]

    def differences():
        names = {}
        exec("\n".join(code), names)
        return names["differences"]

    assert differences() == []
    lines = (copy / "evidence.csv").read_text("utf-8").splitlines(keepends=True)
    (copy / "evidence.csv").write_text("".join(lines[:-1]), "utf-8")
    assert differences() != []


REQUIRED = {"name", "path", "profile", "schema", "format"}


@pytest.mark.parametrize("study", NAMES)
def test_a_folder_is_a_data_package(folder, study):
    """The keys that the profiles data-package and tabular-data-resource ask for."""
    package = json.loads((folder / study / "datapackage.json").read_text("utf-8"))
    tables = [each for each in package["resources"] if each["format"] == "csv"]

    assert package["profile"] == "data-package"
    assert package["resources"]
    assert len({each["name"] for each in package["resources"]}) == len(package["resources"])
    for each in tables:
        assert set(each) >= REQUIRED
        assert each["name"] == each["name"].lower()
        assert (folder / study / each["path"]).is_file()
        assert all(set(field) == {"name", "type"} for field in each["schema"]["fields"])
