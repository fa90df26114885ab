"""How sure a speaker is: a logistic function of what witnesses that it is the right one."""

from __future__ import annotations

from collections.abc import Iterable
from math import exp

from parsers.language.words import common_names, table
from parsers.structure.quotes.speaker_identity import UNRESOLVED, Identity

WEIGHTS: dict[str, float] = table("speakers")["confidence"]
LEAST: float = table("speakers")["least"]  # below it nobody is named
USUAL_NAME = 4  # words at most
LONGEST_WORD = 15  # letters of a name; longer ones hold the word that follows


def name_witnesses(name: str) -> dict[str, float]:
    """What the name itself says about whether it is one, whole and without words of others."""
    words = [word for word in name.split() if len(word.strip(".")) > 1]
    plain = [w for w in map(str.lower, words) if w not in common_names()]
    n_more, has_long = max(0, len(words) - USUAL_NAME), any(len(w) > LONGEST_WORD for w in plain)
    return {
        "long_name": min(n_more, 2),
        "long_word": has_long,
        "known_name": len(plain) < len(words) and not (n_more or has_long),
    }


def with_confidence(identity: Identity) -> Identity:
    """With its confidence, and without a name where that is too low; then the likeliest are candidates."""
    if not identity.key:
        return identity
    witnesses = {
        "base": 1.0,
        "office": float(identity.office.role is not None),
        "described": float(identity.resolution == "described"),
        "unknown": float(identity.entity_type == "unknown"),
        **identity.witnesses,
    }
    if identity.name and identity.entity_type != "organization":
        witnesses |= name_witnesses(identity.name)
    confidence = probability(witnesses.items())
    if (confidence >= LEAST and not identity.rivals) or not identity.name:
        resolution = "role" if identity.resolution == "described" else identity.resolution
        return identity._replace(confidence=confidence, witnesses=witnesses, resolution=resolution)
    candidate = "; ".join((identity.name, *identity.rivals))
    return UNRESOLVED._replace(confidence=confidence, candidate=candidate, witnesses=witnesses)


def probability(witnesses: Iterable[tuple[str, float]]) -> float:
    """A witness without a weight counts for nothing."""
    return round(1 / (1 + exp(-sum(WEIGHTS.get(name, 0) * value for name, value in witnesses))), 3)
