"""The steps after a load: a run goes through the list, says what each took, and can be stopped between any two."""

import logging
import re
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from support.builders import VERSIONS, outcome, rows

from flows.jobs.maintenance import maintain
from flows.settings import Settings
from kliping.cli.app import run as run_command
from parsers.source import from_data
from parsers.structure import structure
from warehouse.write import steps as module
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes
from warehouse.write.memory import with_limited_memory
from warehouse.write.step import Step, StepPostponed
from warehouse.write.steps import STEPS, run_steps

ARCHITECTURE = Path(__file__).parents[2] / "docs" / "explanation" / "architecture.md"
SOURCES = {
    name: from_data({"name": name, "title": name.title(), "home": f"http://{name}.test/"})
    for name in ("pagi", "siang", "sore")
}
FERRY = (
    "Kapal feri KMP Teluk Bima yang membawa 94 penumpang kandas di karang dekat Pelabuhan Sape pada Selasa malam. "
    "“Semua penumpang selamat dan sudah diturunkan dengan perahu nelayan,” kata Kepala Kantor SAR Mahdi Salim di dermaga. "
    "Ombak setinggi tiga meter mendorong lambung kapal ke sisi timur alur, dan jangkar tidak menahan arus yang kuat. "
    "Dua kapal tunda didatangkan dari Bima untuk menarik feri itu begitu laut tenang, paling cepat Rabu pagi."
)
RESCUE = (
    "Sebanyak 94 penumpang KMP Teluk Bima yang kandas di Sape bermalam di aula kantor pelabuhan. "
    "Mahdi Salim dari Kantor SAR menyebut tidak ada yang terluka, sedangkan ombak setinggi tiga meter belum reda."
)
TABLES = (
    "FROM core.article_clusters",
    "FROM core.article_events",
    "FROM core.event_pairs",
    "FROM core.article_agencies",
    "FROM core.identities",
    "FROM core.name_evidence",
    "FROM core.person_traits",
    "FROM core.completeness",
    "SELECT word FROM ops.words",
    "SELECT version_id FROM ops.word_texts",
    "FROM ops.uncompared",
)
NOTE = Step(
    name="note articles",
    reads=("core.articles",),
    makes=("ops.steps_due",),
    run=lambda context: context.con.execute(
        "INSERT INTO ops.steps_due SELECT 'contoh', article_id FROM core.articles"
    ).fetchall()[0][0],
)
LIMITED = "244.1 MiB"  # as DuckDB shows the limit
NOTED = "FROM ops.steps_due WHERE step = 'contoh'"


def failing(error: Exception) -> Step:
    def fail(context):
        NOTE.run(context)
        raise error

    return Step(name="gagal", reads=("core.articles",), makes=("ops.steps_due",), run=fail)


def article(source, hour, text):
    when = datetime(2026, 11, 24, hour, tzinfo=UTC)
    return outcome(
        text,
        hour=hour,
        url=f"http://{source}.test/1",
        article_id=f"{source}-1",
        source_id=source,
        headline="Feri Teluk Bima Kandas di Sape",
        date_published=when,
        structure=structure(text, published=when.date()),
    )


def load(store, *articles):
    load_outcomes(store, articles, SOURCES, VERSIONS)


def tables(store):
    return {query: sorted(map(str, rows(store, query))) for query in TABLES}


def logged_steps(caplog):
    return [
        record.msg
        for record in caplog.records
        if isinstance(record.msg, dict) and record.msg["event"] == "step"
    ]


def test_a_run_goes_through_the_list_and_logs_the_time_and_rows_of_each_step(
    store, monkeypatch, caplog
):
    load(store, article("siang", 10, FERRY), article("sore", 12, RESCUE))
    monkeypatch.setattr(module, "STEPS", (*STEPS, NOTE))
    with caplog.at_level(logging.INFO, "flows"):
        maintain(Settings(home=store.home), SOURCES)

    lines = logged_steps(caplog)
    assert [line["step"] for line in lines] == [step.name for step in (*STEPS, NOTE)]
    assert lines[-1] | {"cpu_seconds": 0} == {
        "event": "step",
        "step": "note articles",
        "reads": "core.articles",
        "rows": 2,
        "cpu_seconds": 0,
        "run_id": lines[-1]["run_id"],
        "level": "info",
        "timestamp": lines[-1]["timestamp"],
    }
    assert all(line["cpu_seconds"] >= 0 and line["rows"] is not None for line in lines)
    assert len(rows(store, NOTED)) == 2


def test_an_error_names_its_step_and_stays_what_it_was(store):
    load(store, article("siang", 10, FERRY))
    error = duckdb.BinderException("tidak ada kolom itu")

    with pytest.raises(duckdb.BinderException) as raised:
        run_steps(store, steps=[*STEPS, failing(error)])

    assert raised.value is error
    assert error.__notes__ == ["in the step `gagal`"]
    assert rows(store, NOTED) == []
    assert rows(store, "SELECT article_id FROM core.article_events") == [("siang-1",)]
    assert rows(store, "FROM ops.uncompared") == [("siang-1",)]


def test_the_line_of_a_command_names_the_step_that_found_the_database_damaged(
    store, monkeypatch, capsys
):
    error = duckdb.IOException("blok 7 tidak terbaca")
    monkeypatch.setattr(module, "STEPS", (failing(error),))

    assert run_command(["--home", str(store.home), "maintain"]) == 1
    line = capsys.readouterr().err.splitlines()[-1]
    assert line.startswith("kliping: the database cannot be read (blok 7 tidak terbaca)")
    assert line.endswith("; in the step `gagal`")


@pytest.mark.parametrize("n_done", range(len(STEPS) + 1))
def test_a_run_that_ended_between_two_steps_is_finished_by_the_next(n_done, new_store):
    ended, undisturbed = new_store(), new_store()
    for store in (ended, undisturbed):
        load(store, article("siang", 10, FERRY), article("sore", 12, RESCUE))
        run_steps(store)
        load(store, article("pagi", 8, FERRY))  # of which the article of 10 o'clock is a copy
    with pytest.raises(ValueError, match="mati"):
        run_steps(ended, steps=[*STEPS[:n_done], failing(ValueError("mati"))])

    for store in (ended, undisturbed):
        run_steps(store)

    assert tables(ended) == tables(undisturbed)
    assert rows(ended, "SELECT event_id, article_id FROM core.article_events ORDER BY ALL") == [
        ("pagi-1", "pagi-1"),
        ("pagi-1", "sore-1"),
    ]


def test_a_postponed_step_says_why_and_leaves_the_marks_to_the_next_run(store):
    def postpone(context):
        NOTE.run(context)
        raise StepPostponed("belum bisa")

    later = Step(name="nanti", reads=(), makes=(), run=postpone)
    load(store, article("siang", 10, FERRY))

    assert run_steps(store, steps=[*STEPS, later]) == ["belum bisa"]
    assert rows(store, NOTED) == []
    assert rows(store, "FROM ops.uncompared") == [("siang-1",)]
    assert run_steps(store) == []
    assert rows(store, "FROM ops.uncompared") == []


def test_a_step_that_needs_more_memory_is_done_again_without_the_limit(store):
    limit = "SELECT current_setting('memory_limit')"
    seen = []

    def need_memory(context):
        context.notes.append("sekali saja")
        NOTE.run(context)
        seen.append(context.con.execute(limit).fetchall()[0][0])
        if len(seen) == 1:
            raise duckdb.OutOfMemoryException("penuh")
        return 1

    load(store, article("siang", 10, FERRY))
    hungry = Step(name="lapar", reads=(), makes=(), run=need_memory)
    assert run_steps(store, steps=[hungry]) == ["sekali saja"]

    assert seen[0] == LIMITED != seen[1]
    assert len(rows(store, NOTED)) == 1


def test_the_limit_of_memory_ends_with_its_task(store):
    limit = "SELECT current_setting('memory_limit')"
    with store.write_connection() as con:
        within = with_limited_memory(con, lambda: con.execute(limit).fetchall())

        assert within == [(LIMITED,)] != con.execute(limit).fetchall()


def test_a_part_of_the_list_leaves_the_marks_to_the_others(store):
    load(store, article("siang", 10, FERRY))

    run_steps(store, steps=STEPS[:-1])
    assert rows(store, "FROM ops.uncompared") == [("siang-1",)]

    run_steps(store, steps=STEPS)
    assert rows(store, "FROM ops.uncompared") == []


def test_each_step_comes_after_those_that_make_what_it_reads():
    for n, step in enumerate(STEPS):
        made_later = {table for later in STEPS[n + 1 :] for table in later.makes}
        assert made_later.isdisjoint(step.reads), step.name


def test_the_tables_of_a_step_exist(store: Database):
    with store.write_connection() as con:
        for table in {table for step in STEPS for table in (*step.reads, *step.makes)}:
            con.execute(f"FROM {table} LIMIT 0")


def test_the_page_on_architecture_has_the_steps_in_their_order():
    lines = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", ARCHITECTURE.read_text(), re.MULTILINE
    )
    of_steps = [line for line in lines if line[0] in {step.name for step in STEPS}]

    assert of_steps == [(step.name, _code(step.reads), _code(step.makes)) for step in STEPS]


def _code(names):
    return ", ".join(f"`{name}`" for name in names)
