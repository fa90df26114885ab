"""Makes the weights of the tagger again, byte for byte: `just train-tagger [--corpus FOLDER]`.

An averaged perceptron in whole numbers learns from the tagged sentences of idner-news-2k, and from press articles of which readers wrote down
every person and body (training_names.json: digests and offsets, no text). Of the articles it also learns when the rules are right.
The outlets of HELD_OUT and a sixteenth of the articles are left out: the articles that measure are drawn from them.
The weights hold single words that at least five articles have, and pieces of words; no sentence can be read from them.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from measurement import run
from perceptron import Example, Perceptron, Weights
from press_labels import digest, press_rows, words_at
from press_scores import country_keys, occurrences
from typer import Option

from parsers.language.common_words import is_common_word
from parsers.structure.mentioned_dates import dates
from parsers.structure.names.entities import EntityIndex
from parsers.structure.names.mentions import clues, ruled_names
from parsers.structure.places.places import places
from parsers.structure.quotes.resolve import quotes
from parsers.structure.tagger.features import (
    Clue,
    joint_features,
    neighbour_features,
    own_features,
    rule_features,
    text_features,
    word_class,
)
from parsers.structure.tagger.tagger import NEIGHBOURS, Clues, around, clue_at, held_by, windows
from parsers.structure.tokens.text import BodyText, Paragraph
from parsers.structure.tokens.token import EDGE, Span, Tokens
from warehouse.known_names import name_key

CHECKOUT = Path(__file__).parents[1]
FOLDER = CHECKOUT / "parsers" / "language"
LABELS = Path(__file__).with_name("training_names.json")
HELD_OUT = ("sindonews", "kompas", "tempo", "posmetro")
TAGS = ("O", "PER", "ORG", "LOC")
KINDS = ("person", "organization")  # as the labels count them
NEITHER = (0, 3)  # a word in no labelled name may be in a place's
OF_COUNTRY = (0, 2, 3)  # Indonesia may be the team or the country
LEAST_ARTICLES = 5  # that have a word, for it to be a feature of its own
LEAST_SMALL = 5  # articles that write a word small
ROUNDS = 8
SCALE = 10  # weights are tenths
LEAST_RUNS = 3  # that have a feature
LEAST_WEIGHT = 3  # between two tags
WIDTH = 150


class LabelledText(NamedTuple):
    text: str
    outlet: str
    forms: dict[str, str]  # of a name, with its kind


def press(corpus: Path) -> list[str]:
    """The texts to learn from, each once."""
    texts: dict[str, None] = {}
    for row in press_rows(corpus):
        is_held_out = any(outlet in row["source"] for outlet in HELD_OUT)
        if not is_held_out and not _is_drawn(row.get("link", "")):
            texts[row["content"]] = None
    return list(texts)


def _is_drawn(link: str) -> bool:
    """Whether it may be one of the articles that measure."""
    return sha256(f"gold{link}".encode()).hexdigest().startswith("0")


def labelled_texts(texts: Iterable[str], labels: Path) -> Iterator[LabelledText]:
    entries = {entry["digest"]: entry for entry in json.loads(labels.read_text("utf-8"))}
    for text in texts:
        if entry := entries.pop(digest(text), None):
            yield LabelledText(text, entry["outlet"], _forms(text, entry))


def _forms(text: str, entry: Mapping[str, Any]) -> dict[str, str]:
    words = words_at(text)
    return {words(span): KINDS[kind] for kind, spans in reversed(entry["names"]) for span in spans}


def tagged_sentences(path: Path) -> Iterator[list[tuple[str, str]]]:
    """Words with their tags."""
    sentence = list[tuple[str, str]]()
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in (*file, "\n"):
            if fields := line.split():
                sentence.append((fields[0], fields[-1]))
            elif sentence:
                yield sentence
                sentence = []


def sentence_examples(
    sentence: list[tuple[str, str]], vocabulary: frozenset[str]
) -> Iterator[Example]:
    tags, text = dict[int, tuple[int, ...]](), ""
    for word, tag in sentence:
        number = TAGS.index(tag.partition("-")[2] or tag)
        tags |= dict.fromkeys(range(len(text), len(text) + len(word)), (number,))
        text += word + " "
    yield from _examples(BodyText(text.rstrip()), tags, None, vocabulary)


def article_examples(labelled: LabelledText, vocabulary: frozenset[str]) -> Iterator[Example]:
    body, tags = BodyText(labelled.text), dict[int, tuple[int, ...]]()
    for form, start, end in occurrences(labelled.forms, body.text):
        is_country = name_key(form) in country_keys()
        person, other = (1,), OF_COUNTRY if is_country else (2,)
        tag = person if labelled.forms[form] == "person" else other
        tags |= dict.fromkeys(range(start, end), tag)
    yield from _examples(body, tags, clues_of(body), vocabulary)


def clues_of(body: BodyText) -> Clues:
    """What the rules say of a text, as in `structure`."""
    entities, found_dates = EntityIndex(body), dates(body, published=None, reference=None)
    found_quotes = quotes(body, entities, language="id")
    found = places(body, entities, found_quotes, found_dates, dateline=None, dateline_start=None)
    spans = [(p.char_start, p.char_end) for p in found if p.char_start is not None and p.char_end is not None]  # fmt: skip
    return clues(body, ruled_names(body, entities, found_quotes, entities.acronyms, spans), found)


def _examples(
    body: BodyText,
    tags: Mapping[int, tuple[int, ...]],
    rules: Clues | None,
    vocabulary: frozenset[str],
) -> Iterator[Example]:
    for paragraph in body.paragraphs:
        for span in () if paragraph.is_headline else windows(paragraph):
            words = [
                _features(*c, vocabulary) for c in contexts(paragraph.tokens, span, body, rules)
            ]
            yield Example(words, [tags.get(t.start, NEITHER) for t in paragraph.tokens[slice(*span)]])  # fmt: skip


def contexts(
    tokens: Tokens, span: Span, body: BodyText, rules: Clues | None
) -> Iterator[tuple[Tokens, str, Clue | None]]:
    """Each word between its four neighbours, what only the text tells of it, and what the rules say."""
    words = around(tokens, span)
    for at, holds in enumerate(held_by(tokens, span, body)):
        clue = Clue(*clue_at(tokens, span[0] + at, rules)) if rules else None
        yield words[at : at + 5], holds, clue


def feature_names(words: Tokens, holds: str, clue: Clue | None) -> list[str]:
    """Those of the word in the middle."""
    earlier, before, own, after, later = words
    names = own_features(own) + text_features(word_class(own), holds)
    for place, token in zip(NEIGHBOURS, (earlier, before, after, later), strict=True):
        beside = neighbour_features(token, word_class(token))
        names += [f"{place}{n}" for n in beside if abs(place) == 1 or n[0] != "$"]
    names += joint_features(*map(word_class, (before, own, after)))
    return names + (rule_features(word_class(own), clue) if clue else [])


def _features(
    words: Tokens, holds: str, clue: Clue | None, vocabulary: frozenset[str]
) -> list[str]:
    return [
        name
        for name in feature_names(words, holds, clue)
        if _word(name) is None or _word(name) in vocabulary
    ]


def _word(feature: str) -> str | None:
    """The word that a feature names: 0=budi, -1=kata."""
    place, mark, word = feature.partition("=")
    return word if mark and place.lstrip("-").isdigit() else None


def words_of_many(bodies: Iterable[BodyText]) -> frozenset[str]:
    counts = Counter[str]()
    for body in bodies:
        counts.update({token.lower for paragraph in body.paragraphs for token in paragraph.tokens})
    return frozenset(word for word, n in counts.items() if n >= LEAST_ARTICLES)


def frequent(examples: list[Example]) -> list[Example]:
    """Without features that few runs of words have."""
    counts = Counter(
        name for words, _ in examples for name in {name for word in words for name in word}
    )
    return [
        Example([[name for name in word if counts[name] >= LEAST_RUNS] for word in words], allowed)
        for words, allowed in examples
    ]


def small_words(bodies: Iterable[BodyText]) -> list[str]:
    """Words that five articles write small and that have a capital inside a sentence less than half as often."""
    small, capital = Counter[str](), Counter[str]()
    for body in bodies:
        paragraphs = [p for p in body.paragraphs if not p.is_headline]
        small.update(
            {t.text for p in paragraphs for t in p.tokens if t.is_small and t.text.isalpha()}
        )
        capital.update({word for p in paragraphs for word in _lone_capitals(p)})
    return sorted(
        w for w, n in small.items() if n >= LEAST_SMALL and n > 2 * capital[w] and len(w) > 2 and not is_common_word(w)
    )  # fmt: skip


def _lone_capitals(paragraph: Paragraph) -> Iterator[str]:
    """Inside a sentence, between two words that have none."""
    tokens = (EDGE, *paragraph.tokens, EDGE)
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        is_alone = before.is_word and not (before.is_capital or after.is_capital)
        if (
            is_alone
            and token.is_capital
            and token.text[1:].islower()
            and token.start not in paragraph.sentence_starts
        ):
            yield token.lower


def write_small_words(words: list[str], folder: Path) -> None:
    lines = [
        "# Made by benchmarks/train_tagger.py. Words that the press writes small, beside those of common_words.toml.",
        'small = """',
    ]
    for word in words:
        if len(lines[-1]) + len(word) >= WIDTH:
            lines.append("")
        lines[-1] += f"{word} "
    (folder / "tagger.toml").write_text(
        "\n".join(line.rstrip() for line in lines) + '"""\n', encoding="utf-8"
    )


def write_weights(weights: Weights, folder: Path) -> int:
    with (folder / "tagger.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("feature", "nothing", "person", "organization", "place"))
        kept = [
            (n, w)
            for n, w in weights.items()
            if n.startswith("tag") or max(w) - min(w) >= LEAST_WEIGHT
        ]
        rows.writerows((name, *weight) for name, weight in kept)
    return len(kept)


def learn(examples: list[Example]) -> Weights:
    model = Perceptron()
    model.learn(frequent(examples), rounds=ROUNDS, seed=1)
    return model.averages(SCALE)


def main(
    corpus: Annotated[Path, Option(envvar="KLIPING_TEST_PRESS")] = CHECKOUT.parent
    / "shared"
    / "corpus",
    folder: Path = FOLDER,
    labels: Path = LABELS,
    without: Annotated[str, Option(help="an outlet to leave out")] = "",
) -> None:
    texts = press(corpus)
    bodies = [BodyText(text) for text in texts]
    small = small_words(bodies)
    write_small_words(small, folder)
    vocabulary = words_of_many(bodies)
    sentences = tagged_sentences(corpus / "idner-train.txt.gz")
    examples = [
        example for sentence in sentences for example in sentence_examples(sentence, vocabulary)
    ]
    n_tagged = len(examples)
    labelled = [each for each in labelled_texts(texts, labels) if each.outlet != without]
    for each in labelled:
        examples += article_examples(each, vocabulary)
    n_kept = write_weights(learn(examples), folder)
    print(
        f"{n_tagged} tagged runs of words, {len(examples) - n_tagged} of {len(labelled)} articles, {n_kept} weights, {len(small)} small words"
    )


if __name__ == "__main__":
    run(main, __doc__)
