"""The class of every speaker, after an upgrade that added or changed the rules for it (`core.quotes.speaker_class`)."""

from __future__ import annotations

from parsers.structure.speaker_class import speaker_class
from warehouse.queries import execute, sql
from warehouse.write.step import Step, StepContext

SPEAKERS = sql("speaker_classes/speakers")
UPDATE = sql("speaker_classes/update")


def classify_speakers(context: StepContext) -> int:
    """Classify all stored speakers, once after such an upgrade; returns how many there are. A load classifies its own."""
    speakers = context.con.execute(SPEAKERS).fetchall()
    if speakers:
        found = [
            speaker_class(role, body or name, surface) for role, body, name, surface in speakers
        ]
        columns = {
            "roles": [role or "" for role, *_ in speakers],
            "bodies": [body or "" for _, body, *_ in speakers],
            "organizations": [name or "" for _, _, name, _ in speakers],
            "surfaces": [surface or "" for *_, surface in speakers],
            "classes": [each.name for each in found],
            "evidence": [each.evidence for each in found],
        }
        execute(context.con, UPDATE, columns)
    return len(speakers)


CLASSIFY_SPEAKERS = Step(
    name="classify speakers",
    reads=("ops.steps_due", "core.quotes"),
    makes=("core.quotes",),
    run=classify_speakers,
)
