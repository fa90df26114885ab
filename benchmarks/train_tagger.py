"""Makes the weights of the tagger again, byte for byte: `just train-tagger [--corpus FOLDER]`.

An averaged perceptron in whole numbers learns from the tagged sentences of idner-news-2k, and from press articles of which it knows some
words only: names that a title, an office or a verb of saying proves, listed bodies, places, and words that are nobody's name. What it does
not know it may tag as it likes. The outlets of HELD_OUT and a sixteenth of the articles are left out: labelled articles are drawn from them.
The weights hold single words that at least five articles have, and pieces of words; no sentence can be read from them.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from measurement import run
from perceptron import Example, Perceptron, Weights
from silver_labels import ANY, Article, Evidence, gather, labels, read_article, small_words
from typer import Option

from parsers.structure.tagger.tagger import contexts, feature_names, windows
from parsers.structure.tokens.text import BodyText, is_headline
from parsers.structure.tokens.token import Tokens

CHECKOUT = Path(__file__).parents[1]
FOLDER = CHECKOUT / "parsers" / "language"
HELD_OUT = ("sindonews", "kompas", "tempo", "posmetro")
TAGS = ("O", "PER", "ORG", "LOC")
LEAST_ARTICLES = 5  # that have a word, for it to be a feature of its own
REPEATS = 4  # of the tagged sentences, which are few
KEPT_OF_TEN = 6  # of the runs of words without a known name
ROUNDS = 5
SCALE = 10  # weights are tenths
LEAST_RUNS = 5  # that have a feature
LEAST_WEIGHT = 3  # between two tags
WIDTH = 150


def press(corpus: Path) -> list[str]:
    """The texts to learn from, each once."""
    texts: dict[str, None] = {}
    for name in ("press", "press-texts"):
        with gzip.open(corpus / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if not any(outlet in row["source"] for outlet in HELD_OUT) and not _is_drawn(
                    row.get("link", "")
                ):
                    texts[row["content"]] = None
    return list(texts)


def _is_drawn(link: str) -> bool:
    """Whether it may be one of the articles that were labelled by hand."""
    return sha256(f"gold{link}".encode()).hexdigest().startswith("0")


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
    ends, text = dict[int, str](), ""
    for word, tag in sentence:
        ends |= dict.fromkeys(range(len(text), len(text) + len(word)), tag.partition("-")[2] or tag)
        text += word + " "
    body = BodyText(text.rstrip())
    for paragraph in body.paragraphs:
        for span in windows(paragraph):
            tags = [(TAGS.index(ends[token.start]),) for token in paragraph.tokens[slice(*span)]]
            words = [_features(*context, vocabulary) for context in contexts(paragraph, span, body)]
            yield Example(words, tags)


def article_examples(
    article: Article, evidence: Evidence, vocabulary: frozenset[str]
) -> Iterator[Example]:
    for paragraph in article.body.paragraphs:
        for span in () if is_headline(paragraph.tokens) else windows(paragraph):
            tags = labels(article, paragraph, span, evidence)
            is_known = any(t in {(1,), (2,)} for t in tags) or (
                any(t != ANY for t in tags) and _is_kept(paragraph.text, span)
            )
            if is_known:
                words = [
                    _features(*context, vocabulary)
                    for context in contexts(paragraph, span, article.body)
                ]
                yield Example(words, tags)


def _is_kept(text: str, span: tuple[int, int]) -> bool:
    return sha256(f"{span[0]} {text}".encode()).digest()[0] % 10 < KEPT_OF_TEN


def _features(words: Tokens, holds: str, vocabulary: frozenset[str]) -> list[str]:
    return [
        name
        for name in feature_names(words, holds)
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


def main(
    corpus: Annotated[Path, Option(envvar="KLIPING_TEST_PRESS")] = CHECKOUT.parent
    / "shared"
    / "corpus",
    folder: Path = FOLDER,
) -> None:
    articles = [read_article(text) for text in press(corpus)]
    small = small_words(article.body for article in articles)
    write_small_words(small, folder)
    vocabulary = words_of_many(article.body for article in articles)
    evidence = gather(articles, small)
    sentences = tagged_sentences(corpus / "idner-train.txt.gz")
    tagged = [
        example for sentence in sentences for example in sentence_examples(sentence, vocabulary)
    ]
    silver = [
        example
        for article in articles
        for example in article_examples(article, evidence, vocabulary)
    ]
    examples = frequent([*(tagged * REPEATS), *silver])
    model = Perceptron()
    model.learn(examples, rounds=ROUNDS, seed=1)
    n_kept = write_weights(model.averages(SCALE), folder)
    print(
        f"{len(articles)} articles, {len(tagged)} tagged and {len(silver)} silver runs of words, {n_kept} weights, {len(small)} small words"
    )


if __name__ == "__main__":
    run(main, __doc__)
