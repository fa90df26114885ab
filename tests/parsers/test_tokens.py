"""What a spelling says, whatever text it stands in."""

import re

import pytest

from parsers.language.words import HERE
from parsers.structure.tokens import token

WORD = re.compile(r"\w+")


@pytest.mark.parametrize("path", sorted(HERE.glob("*.toml")), ids=lambda path: path.stem)
def test_a_small_word_that_is_listed_is_not_taken_for_a_plain_one(path):
    words = {*WORD.findall(path.read_text()), *WORD.findall(path.read_text().lower())}

    assert words
    assert [word for word in words if token.features(word) != token._features(word)] == []
