"""Commands that look after what is stored."""

from __future__ import annotations

import typer

from flows.cli.app import FAILED, Form, app, query_rows
from flows.show import Format

quarantine_app = typer.Typer(no_args_is_help=True, help="Pages that could not become articles.")
app.add_typer(quarantine_app, name="quarantine")


@quarantine_app.command("list")
def quarantine_list(ctx: typer.Context, form: Form = Format.TABLE) -> None:
    """What is put aside now, the newest first."""
    query_rows(ctx, "quarantine_list", {}, form, empty="nothing is in quarantine")


@quarantine_app.command("show")
def quarantine_show(ctx: typer.Context, quarantine_id: str, form: Form = Format.TABLE) -> None:
    """One page put aside, with where its record stands."""
    if not query_rows(ctx, "quarantine_show", {"id": quarantine_id}, form, empty=f"no {quarantine_id} in quarantine"):
        raise typer.Exit(FAILED)


@app.command()
def publish(ctx: typer.Context) -> None:
    """Replace the readers' copy by the warehouse as it is."""
    from warehouse.store import Store

    ctx.obj.home.mkdir(parents=True, exist_ok=True)
    print(Store(ctx.obj.home).publish())
