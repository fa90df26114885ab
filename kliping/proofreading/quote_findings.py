"""Quotes and statements of a draft beside the texts that may be their source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kliping.proofreading.alignment import Difference, align, find_exactly
from kliping.proofreading.claim import Claim, ClaimKind
from kliping.proofreading.findings import Finding, SourceSpan, Verdict
from kliping.proofreading.folded_words import Word, source_words
from kliping.proofreading.same_speaker import Names, is_same_speaker, office_doubt
from kliping.proofreading.sources import ArticleText, StoredQuote
from parsers.language.words import lower

LEAST_SIMILARITY = 0.6  # of an altered quote
LEAST_EQUAL = 3  # words it shares with its source
LEAST_SHARED = 0.5  # of the longer words of a statement in the words of the draft
LONGER = 4  # letters
NUMBER = re.compile(r"\d[\d.,]*\d|\d")
RATES = lower("per setiap tiap")  # before them stands a whole amount: Rp65 ribu per kilogram
NEGATIONS = lower("tidak tak bukan belum jangan tanpa enggan not never")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMatch:
    """A passage of a text that may be the source."""

    article: ArticleText
    char_start: int
    char_end: int
    similarity: float
    differences: tuple[Difference, ...]
    quote: StoredQuote | None
    same_speaker: bool | None  # None: the texts do not say

    @property
    def rank(self) -> tuple[float, int, bool, bool, bool]:
        """The most similar first, then whoever said it, then an original, what stands there now, and a statement as such."""
        speaker = {True: 2, None: 1, False: 0}[self.same_speaker]
        is_now, is_copy = self.article.is_current, self.article.is_copy
        return self.similarity, speaker, not is_copy, is_now, self.quote is not None


def quote_finding(claim: Claim, articles: Sequence[ArticleText], names: Names) -> Finding:
    """A quote must have the words of its source; a statement may be in words of the draft."""
    matches = list(_matches(claim, articles, names))
    best = max(matches, key=lambda match: match.rank, default=None)
    if best and best.similarity == 1:
        return _of_same_words(claim, best, articles, matches)
    if claim.kind is ClaimKind.STATEMENT:
        return _of_statement(claim, articles, names, best)
    if best and best.similarity >= LEAST_SIMILARITY:
        return _finding(claim, Verdict.ALTERED, best, _speaker_note(claim, best))
    return Finding(claim=claim, verdict=Verdict.NOT_FOUND)


def _matches(claim: Claim, articles: Iterable[ArticleText], names: Names) -> Iterator[SourceMatch]:
    wanted = claim.words
    for article in articles:
        if span := find_exactly(wanted, article.words):
            yield _match(claim, article, span, 1, (), names)
            continue
        found = align(claim.text, wanted, article.body_text, article.words)
        if found and found.n_equal >= min(LEAST_EQUAL, len(wanted)):
            span = found.char_start, found.char_end
            yield _match(claim, article, span, found.similarity, found.differences, names)


def _match(
    claim: Claim,
    article: ArticleText,
    span: tuple[int, int],
    similarity: float,
    differences: tuple[Difference, ...],
    names: Names,
) -> SourceMatch:
    quote = _quote_at(article, *span)
    same = is_same_speaker(claim.speaker, quote, article, names) if claim.speaker else None
    return SourceMatch(
        article=article,
        char_start=span[0],
        char_end=span[1],
        similarity=similarity,
        differences=differences,
        quote=quote,
        same_speaker=same,
    )


def _quote_at(article: ArticleText, start: int, end: int) -> StoredQuote | None:
    """The statement that has most of the span."""

    def shared(quote: StoredQuote) -> int:
        return min(quote.char_end, end) - max(quote.char_start, start)

    best = max(article.quotes, key=shared, default=None)
    return best if best and shared(best) > 0 else None


def _of_same_words(
    claim: Claim, best: SourceMatch, articles: Sequence[ArticleText], matches: Sequence[SourceMatch]
) -> Finding:
    if figure := _cut_figure(best):
        return _finding(claim, Verdict.ALTERED, best, f"the draft cuts “{figure}” short")
    if best.same_speaker is False:
        return _finding(claim, Verdict.OTHER_SPEAKER, best, _speaker_note(claim, best))
    if office := _other_office(claim, best):
        return _finding(claim, Verdict.OTHER_OFFICE, best, office)
    if best.article.is_current:
        return _finding(claim, Verdict.VERBATIM, best, _doubt(claim, best))
    article_id = best.article.article_id
    now = next((a for a in articles if a.article_id == article_id and a.is_current), None)
    standing = next((m for m in matches if m.article is now), None)
    if standing and standing.similarity >= LEAST_SIMILARITY:
        note = "the differences are to what stands there now"
        finding = _finding(claim, Verdict.SINCE_EDITED, best, note)
        return replace(finding, differences=standing.differences)
    return _finding(claim, Verdict.SINCE_EDITED, best, "the sentence is no longer there")


def _cut_figure(match: SourceMatch) -> str | None:
    """A figure of which the draft has a part only: Rp1,6 of Rp1,6 triliun."""
    for figure in match.article.figures:
        kept = match.article.body_text[figure.char_start : match.char_end]
        left_out = match.article.body_text[match.char_end : figure.char_end].split()
        is_whole = not left_out or left_out[0].lower() in RATES
        if not is_whole and any(map(str.isdigit, kept)):
            return match.article.body_text[figure.char_start : figure.char_end]
    return None


def _of_statement(
    claim: Claim, articles: Sequence[ArticleText], names: Names, best: SourceMatch | None
) -> Finding:
    """The same thing said in other words, as far as the longer words tell."""
    reworded = max(_reworded(claim, articles, names), key=lambda match: match.rank, default=None)
    if best and best.similarity >= LEAST_SIMILARITY:
        if any(_changes_negation(each) or _changes_number(each) for each in best.differences):
            return _finding(claim, Verdict.ALTERED, best, _speaker_note(claim, best))
        reworded = best
    if reworded is None or reworded.similarity < LEAST_SHARED:
        return Finding(claim=claim, verdict=Verdict.NOT_FOUND)
    if reworded.same_speaker is False:
        return _finding(claim, Verdict.OTHER_SPEAKER, reworded, _speaker_note(claim, reworded))
    if office := _other_office(claim, reworded):
        return _finding(claim, Verdict.OTHER_OFFICE, reworded, office)
    return _finding(claim, Verdict.REWORDED, reworded, _doubt(claim, reworded))


def _reworded(claim: Claim, articles: Iterable[ArticleText], names: Names) -> Iterator[SourceMatch]:
    wanted = _longer(claim.words)
    for article in articles:
        for quote in article.quotes:
            span = quote.char_start, quote.char_end
            quote_words = _longer(source_words(article.body_text[slice(*span)]))
            shared = len(wanted & quote_words) / max(len(wanted), 1)
            if shared >= LEAST_SHARED:
                yield _match(claim, article, span, min(shared, 0.99), (), names)


def _longer(words: Iterable[Word]) -> frozenset[str]:
    return frozenset(word.text for word in words if len(word.text) >= LONGER)


def _changes_negation(difference: Difference) -> bool:
    if difference.operation == "equal":
        return False
    source, draft = (
        sum(word.text in NEGATIONS for word in source_words(text))
        for text in (difference.source, difference.draft)
    )
    return source != draft


def _changes_number(difference: Difference) -> bool:
    """One number in place of another; the word for it, or a number left out, is no other number."""
    source, draft = (set(NUMBER.findall(text)) for text in (difference.source, difference.draft))
    return difference.operation != "equal" and bool(source and draft) and source != draft


def _finding(claim: Claim, verdict: Verdict, match: SourceMatch, note: str | None) -> Finding:
    speaker = str(match.quote.speaker) if match.quote else ""
    source = SourceSpan(
        article=match.article,
        char_start=match.char_start,
        char_end=match.char_end,
        speaker=speaker or None,
    )
    differences = (
        match.differences if any(d.operation != "equal" for d in match.differences) else ()
    )
    return Finding(claim=claim, verdict=verdict, source=source, differences=differences, note=note)


def _speaker_note(claim: Claim, match: SourceMatch) -> str | None:
    if match.same_speaker is not False or not claim.speaker:
        return None
    speaker = (match.quote and str(match.quote.speaker)) or "somebody the draft does not name"
    return f"the source quotes {speaker}, the draft {claim.speaker}"


def _other_office(claim: Claim, match: SourceMatch) -> str | None:
    if not claim.speaker or not match.quote or not match.same_speaker:
        return None
    return office_doubt(claim.speaker, match.quote, match.article)


def _doubt(claim: Claim, match: SourceMatch) -> str | None:
    """What could not be compared."""
    if not claim.speaker:
        return "the draft names no speaker"
    if match.same_speaker is None:
        return "the speaker could not be compared"
    return None
