"""The end of every command's help: examples, which the tests run, and the exit codes it can give, as `commands.toml` has them."""

from __future__ import annotations

import typer

from kliping.cli.app import COMMANDS


def exit_codes(command: str) -> dict[int, str]:
    """Those that a command can give, each with its meaning."""
    entry, meanings = COMMANDS["commands"][command], COMMANDS["meanings"]
    codes = COMMANDS["codes"][entry["codes"]] if "codes" in entry else map(int, meanings)
    return {code: (meanings | entry.get("means", {}))[str(code)] for code in codes}


def epilog(command: str) -> str:
    """Examples and exit codes, whose lines are not to be joined: that is what the control characters say."""
    examples = "\n".join(f"  {example}" for example in COMMANDS["commands"][command]["examples"])
    codes = "\n".join(f"  {code:<3}  {meaning}" for code, meaning in exit_codes(command).items())
    return f"\b\nExamples:\n{examples}\n\n\b\nExit codes:\n{codes}"


def add_epilogs(app: typer.Typer, group: str = "") -> None:
    """To all commands of an app and of its groups."""
    for command in app.registered_commands:
        name = command.name or getattr(command.callback, "__name__", "")
        command.epilog = epilog(f"{group} {name}".strip())
    for each in app.registered_groups:
        if each.typer_instance:
            add_epilogs(each.typer_instance, str(each.name))
