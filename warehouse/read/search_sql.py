"""A query as SQL, and SQL that asks for one: `mart.search('…')` and `mart.attention('…')` stand for what a query finds.

They are no functions of the database, whose SQL could not hold the grammar: a reader writes them out. The words of a query are in the
SQL as letters and digits only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from parsers.search_query import BETWEEN, LETTERS, Query, Term, parse, terms
from warehouse.queries import quote, sql

ARTICLES, ATTENTION = (
    " ".join(re.sub(r"(?m)^--.*$", "", script).split())
    for script in (sql("search/articles"), sql("search/attention"))
)
# or what may hold one that is none: a comment, a name, a text
CALL = re.compile(
    r"""--[^\n]*|/\*.*?\*/|"[^"]*"|(?<![.\w"])(?:kliping\.)?mart\.(?P<name>search|attention)\(\s*(?:(?P<text>'(?:[^']|'')*')|\$(?P<key>\w+))\s*\)|'(?:[^']|'')*'""",
    re.IGNORECASE | re.DOTALL,
)
INDEXED = 3  # words of a phrase that are looked up; the text has the last word
COLUMNS = {
    "headline": "a.headline",
    "author": "array_to_string(a.authors, ' | ')",
    "section": "a.article_section",
    "tag": "array_to_string(a.tags, ' | ')",
    "source": "concat_ws(' ', a.source_id, a.source_name)",
}
RELATIONS = {
    "place": ("mart.places", "concat_ws(' ', place, province)"),
    "topic": (
        "core.article_topics JOIN ref.topics USING (topic_id)",
        "concat_ws(' ', topic_id, label_id, label_en)",
    ),
    "speaker": (
        "core.quotes AS q JOIN mart.speakers AS s USING (version_id, quote_no)",
        "concat_ws(' ', coalesce(q.speaker_name, q.speaker_surface), s.speaker, q.speaker_role, s.speaker_role, q.speaker_affiliation, s.speaker_affiliation)",  # noqa: E501 - one expression
    ),
}


def with_searches(
    script: str, parameters: Mapping[str, Any] | None = None
) -> tuple[str, dict[str, Any]]:
    """SQL whose searches are written out, and the parameters that are left. Raises QueryError."""
    values, used = dict(parameters or {}), set()

    def written_out(match: re.Match[str]) -> str:
        if not match["name"] or (match["key"] and match["key"] not in values):
            return match[0]
        used.add(match["key"])
        query = match["text"][1:-1].replace("''", "'") if match["text"] else values[match["key"]]
        make = search_sql if match["name"].lower() == "search" else attention_sql
        return f"({make(query)})"

    script = CALL.sub(written_out, script)
    return script, {name: value for name, value in values.items() if name not in used}


def attention_sql(query: str) -> str:
    """A row for each outlet and day. Raises QueryError."""
    return ATTENTION.replace("$articles", f"({search_sql(query)})")


def search_sql(query: str) -> str:
    """The articles that a query finds. Raises QueryError."""
    tree = parse(query)
    words = _Words(terms(tree))
    is_of_articles = any(term.field in {*COLUMNS} - {"source"} for term in terms(tree))
    # what is counted by is smaller, where no term asks for more
    articles = "mart.article_metadata" if is_of_articles else "mart.article_days"
    script = ARTICLES.replace("$bits", words.bits()).replace("$articles", articles)
    return script.replace("$condition", _condition(tree, words))


class _Words:
    """The words that are looked up in the index: each has a bit, so that all are found at once."""

    def __init__(self, wanted: list[Term]) -> None:
        indexed = [self._of(term) for term in wanted if term.field == "text"]
        self._words = {word: 1 << n for n, word in enumerate(dict.fromkeys(sum(indexed, ())))}

    @staticmethod
    def _of(term: Term) -> tuple[str, ...]:
        """The longest are the rarest."""
        return tuple(sorted(set(term.words), key=lambda word: (-len(word), word))[:INDEXED])

    def bits(self) -> str:
        conditions = [f"CASE WHEN {_is(word)} THEN {bit} ELSE 0 END" for word, bit in self._words.items()]  # fmt: skip
        return f"({' + '.join(conditions) or '0'})::BIGINT"

    def are_in(self, term: Term) -> str:
        """Whether a text `w` has the words."""
        mask = sum(self._words[word] for word in self._of(term))
        return f"(w.bits & {mask}) = {mask}"


def _is(pattern: str) -> str:
    """Whether a word of the index is meant; a length is compared faster."""
    letters = re.sub(r"\[[^]\\]+\]", "x", pattern)
    length = f"length(word) = {len(letters)} AND " if letters.isalnum() else ""
    return f"{length}regexp_full_match(word, {quote(pattern)})"


def _condition(query: Query, words: _Words) -> str:
    if isinstance(query, Term):
        found = _term(query, words)
        return f"({found})" if query.is_wanted else f"NOT coalesce({found}, FALSE)"
    parts = [_condition(part, words) for part in query.parts]
    if not parts:
        return "FALSE" if query.is_any else "TRUE"
    return f"({(' OR ' if query.is_any else ' AND ').join(parts)})"


def _term(term: Term, words: _Words) -> str:
    if term.field == "text":
        return words.are_in(term) if len(term.words) == 1 else _phrase(term, words)
    if column := COLUMNS.get(term.field):
        return _is_in(term, column)
    relation, texts = RELATIONS[term.field]
    return f"t.version_id IN (SELECT version_id FROM {relation} WHERE {_is_in(term, texts)})"  # noqa: S608 - of our own parts


def _phrase(term: Term, words: _Words) -> str:
    """By the texts that have its words, which are read."""
    candidates = f"SELECT version_id FROM ops.word_texts WHERE text_no IN (SELECT text_no FROM found_texts AS w WHERE {words.are_in(term)})"  # noqa: S608 - as above
    rarest = max(term.words, key=len)  # most texts have all words: one is looked for fast
    return (
        f"t.version_id IN (SELECT version_id FROM core.article_versions SEMI JOIN ({candidates}) USING (version_id)"  # noqa: S608 - as above
        f" WHERE regexp_matches(body_text, {quote(f'(?i){rarest}')}) AND {_is_in(term, 'body_text')} OR {_is_in(term, 'headline')})"
    )


def _is_in(term: Term, text: str) -> str:
    """Words near each other are looked for between single spaces: of large sets DuckDB could not repeat so many."""
    pattern, edge = term.pattern, r"[^\pL\pN]"
    if term.n_between is not None:
        pattern = pattern.replace(BETWEEN, " ").replace(LETTERS, r"[^ \n]")
        text, edge = f"regexp_replace({text}, {quote(BETWEEN)}, ' ', 'g')", r"[ \n]"
    return f"regexp_matches({text}, {quote(f'(?i)(?:^|{edge})(?:{pattern})(?:$|{edge})')})"
