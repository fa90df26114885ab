"""Figures of a draft beside those of the articles that speak of the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kliping.proofreading.alignment import Difference, find_exactly
from kliping.proofreading.claim import Amount, Claim
from kliping.proofreading.findings import Finding, SourceSpan, Verdict
from kliping.proofreading.folded_words import source_words
from kliping.proofreading.sources import ArticleText, StoredFigure
from parsers.language.words import lower

LONGER = 4  # letters of a word that says what a sentence is about
# what words of the whole article, and the same noun, weigh beside those of the sentence
OF_ARTICLE, OF_NOUN = 0.3, 0.2
LEAST_CONTEXT = 0.3  # of a figure that is the same
LEAST_NEAR = 0.5  # of one that is not
LEAST_NAMES = 0.3  # of the sentence, in the article: more must be
# of the context, where neither name nor noun says that two figures count the same
SAME_SENTENCE = 0.8
DAYS = lower("senin selasa rabu kamis jumat sabtu minggu")
LEAD = 0.25  # by which the context of another figure must fit better than that of an equal one


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A figure of a text, and how well it fits."""

    article: ArticleText
    figure: StoredFigure
    context: float
    same_value: bool
    same_unit: bool
    same_noun: bool

    @property
    def is_equal(self) -> bool:
        return self.same_value and self.same_unit and self.same_noun

    @property
    def rank(self) -> tuple[float, bool]:
        n_same = self.same_value + self.same_unit + 2 * self.same_noun
        return self.context + OF_NOUN * n_same / 2, self.article.is_current


def figure_finding(claim: Claim, articles: Sequence[ArticleText]) -> Finding:
    assert claim.amount
    near = sorted(_near(claim, claim.amount, articles), key=lambda each: each.rank, reverse=True)
    equal = [
        each
        for each in near
        if each.is_equal and each.context >= LEAST_CONTEXT and _names_article(claim, each.article)
    ]
    other = next((e for e in near if not e.is_equal and e.context >= LEAST_NEAR), None)
    if equal and not (other and other.context - equal[0].context > LEAD):
        now = next((e for e in equal if e.article.is_current), None)
        if now is None:
            return _since_edited(claim, equal[0], near)
        return Finding(claim=claim, verdict=Verdict.VERBATIM, source=_span(now))
    if written := _written(claim, articles):
        return Finding(
            claim=claim, verdict=Verdict.VERBATIM, source=written, note="the source has these words"
        )
    if other and _is_anchored(claim, claim.amount, other):
        return _finding(claim, Verdict.ALTERED, other, other)
    return Finding(claim=claim, verdict=Verdict.NOT_FOUND)


def _names_article(claim: Claim, article: ArticleText) -> bool:
    """Whether the article has more than a few of the names of the sentence: the same number of another place is another number."""
    names = _names(claim.context)
    return not names or _share(names, frozenset(w.text for w in article.words)) > LEAST_NAMES


def _is_anchored(claim: Claim, amount: Amount, near: Near) -> bool:
    """Whether more than the unit says that both count the same: a name of the sentence, or what is counted."""
    figure = near.figure
    sentence = _sentence(near.article.body_text, figure.char_start, figure.char_end)
    nouns, other_nouns = (
        _topic(each.noun_phrase or "") - _topic(each.unit or "") for each in (amount, figure.amount)
    )
    is_same = near.context >= SAME_SENTENCE
    return bool(is_same or _names(claim.context) & _names(sentence) or nouns & other_nouns)


def _names(sentence: str) -> frozenset[str]:
    """Words with a capital letter after the first word, but for days."""
    words = source_words(sentence)[1:]
    capital = (w for w in words if len(w.text) >= LONGER and sentence[w.start].isupper())
    return frozenset(w.text for w in capital if w.text.isalpha()) - DAYS


def _written(claim: Claim, articles: Sequence[ArticleText]) -> SourceSpan | None:
    """The same words in a sentence about the same, which the rules did not take for that figure: dua kali lipat."""
    wanted, topic = source_words(claim.text), _topic(claim.context)
    for article in articles:
        is_source = article.is_current and _names_article(claim, article)
        span = find_exactly(wanted, article.words) if is_source else None
        if span and _share(topic, _topic(_sentence(article.body_text, *span))) >= LEAST_NEAR:
            return SourceSpan(article=article, char_start=span[0], char_end=span[1])
    return None


def _near(claim: Claim, amount: Amount, articles: Sequence[ArticleText]) -> Iterator[Near]:
    """Those that share the unit, or the value in a sentence that says the same."""
    wanted = _topic(claim.context)
    for article in articles:
        in_article = _share(wanted, frozenset(word.text for word in article.words))
        for figure in article.figures:
            same_value = _same_value(amount, figure.amount)
            same_unit = _same_unit(amount, figure.amount)
            if not (same_value or same_unit):
                continue
            sentence = _sentence(article.body_text, figure.char_start, figure.char_end)
            in_sentence = _share(wanted, _topic(sentence))
            yield Near(
                article=article,
                figure=figure,
                context=(in_sentence + OF_ARTICLE * in_article) / (1 + OF_ARTICLE),
                same_value=same_value,
                same_unit=same_unit,
                same_noun=_same_noun(amount, figure.amount),
            )


def _same_value(one: Amount, other: Amount) -> bool:
    return (one.value, one.value_high) == (other.value, other.value_high)


def _same_unit(one: Amount, other: Amount) -> bool:
    if one.currency or other.currency:
        return one.currency == other.currency
    return (one.unit or "").lower() == (other.unit or "").lower()


def _same_noun(one: Amount, other: Amount) -> bool:
    """Where one says more of the same thing: 118 deportan, 118 deportan asal Sabah."""
    words, other_words = (
        frozenset(word.text for word in source_words(amount.noun_phrase or ""))
        for amount in (one, other)
    )
    shared = words & other_words
    return not words or not other_words or 2 * len(shared) >= min(len(words), len(other_words))


def _topic(text: str) -> frozenset[str]:
    """The words that say what a sentence is about."""
    return frozenset(
        w.text for w in source_words(text) if len(w.text) >= LONGER and w.text.isalpha()
    )


def _share(wanted: frozenset[str], words: frozenset[str]) -> float:
    return len(wanted & words) / max(len(wanted), 1)


def _sentence(text: str, at: int, until: int) -> str:
    """Roughly: from the end of the sentence before to that of its own, within the paragraph."""
    start = max(text.rfind(mark, 0, at) for mark in ("\n", ". ", "? ", "! "))
    ends = [at for mark in ("\n", ". ", "? ", "! ") if (at := text.find(mark, until)) >= 0]
    return text[start + 1 : min(ends, default=len(text))]


def _since_edited(claim: Claim, before: Near, near: Sequence[Near]) -> Finding:
    article_id = before.article.article_id
    now = next(
        (e for e in near if e.article.article_id == article_id and e.article.is_current), None
    )
    return _finding(claim, Verdict.SINCE_EDITED, before, now)


def _finding(claim: Claim, verdict: Verdict, source: Near, other: Near | None) -> Finding:
    """`other` is the figure to show beside the draft's."""
    differences: tuple[Difference, ...] = ()
    if other:
        text = other.figure.amount.with_noun(_span(other).text)
        differences = (Difference(operation="replaced", source=text, draft=claim.text),)
    return Finding(claim=claim, verdict=verdict, source=_span(source), differences=differences)


def _span(near: Near) -> SourceSpan:
    return SourceSpan(
        article=near.article, char_start=near.figure.char_start, char_end=near.figure.char_end
    )
