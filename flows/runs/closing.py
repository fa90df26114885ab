"""The end of a run: published, or left to the next run of a lake where another machine writes."""

from __future__ import annotations

from flows.runs.run import Run, cut_lines, finish_run, shown_rows
from flows.runs.summary import Summary
from warehouse.queries import utc
from warehouse.write import runs
from warehouse.write.waiting import WaitingNote

WAITING = "{n} articles wait for the loader, since another machine loads now; the next run of any machine loads them"


def close_run(run: Run) -> Summary:
    """Finish the run; where another machine of a lake writes, that is left to the next run of any machine."""
    with run.store.turn() as may_write:
        return finish_run(run) if may_write else _leave(run)


def _leave(run: Run) -> Summary:
    waiting = run.store.waiting
    assert waiting
    run.workers.close()
    run.writer.finished()
    state = "partial" if run.failures or run.stopping else "completed"
    waiting.add(WaitingNote(run=run.row | {"state": state, "finished_at": utc(run.clock())}))
    empty = dict.fromkeys(runs.SUMS, 0)
    rows = ({"source_id": s, **empty, "n_fetched": n} for s, n in run.n_left.items())
    return Summary(
        run_id=run.run_id,
        state=state,
        rows=tuple(shown_rows(run, rows)),
        failures=tuple(run.failures),
        busy=tuple(each.reason for each in run.busy if not each.is_elsewhere),
        notes=(WAITING.format(n=waiting.n_articles()), *run.notes, *cut_lines(run)),
    )
