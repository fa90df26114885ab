"""The prompts: what `prompts.toml` says, and that everything is cited."""

from __future__ import annotations

from mcp.server.mcpserver.prompts import Prompt
from mcp.server.mcpserver.prompts.base import PromptArgument

from kliping.sql_files import toml

CITE = "Give for each statement its outlet, its day, its sentence and the address in the explorer, and repeat the limits of the answers."


def prompts() -> list[Prompt]:
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
        for name, entry in toml("mcp_server/prompts").items()
    ]
