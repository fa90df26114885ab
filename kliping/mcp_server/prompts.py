"""The prompts: what `prompts.toml` says, and that everything is cited."""

from __future__ import annotations

import tomllib
from pathlib import Path

from mcp.server.mcpserver.prompts import Prompt
from mcp.server.mcpserver.prompts.base import PromptArgument

CITE = "Give for each statement its outlet, its day, its sentence and the address in the explorer, and repeat the limits of the answers."


def prompts() -> list[Prompt]:
    text = Path(__file__).with_name("prompts.toml").read_text("utf-8")
    return [
        Prompt(
            name=name,
            title=entry["title"],
            description=entry["description"],
            arguments=[
                PromptArgument(name=argument, description=description, required=True)
                for argument, description in entry["arguments"].items()
            ],
            fn=f"{entry['text']} {CITE}".format,
        )
        for name, entry in tomllib.loads(text).items()
    ]
