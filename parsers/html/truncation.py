"""Whether a page stops in the middle.

A body shorter than its Content-Length never gets here: that fetch has failed.
"""

from __future__ import annotations

import re

TAIL = 2048  # bytes; after the end tag of a page come at most a few comments and scripts
NAMES = (
    rb"(?:script|style|title|textarea)(?=[\s/>])"  # elements whose text runs to their own end tag
)
REST_OF_TAG = rb"""(?:=\s*+(?:"[^"]*+"|'[^']*+'|(?!["']))|[^=>])*+>"""
LONGEST_PARAGRAPH = 20_000  # bytes
# The last block's tag in the file opens a paragraph; after it come text and elements within a line.
OPEN_PARAGRAPH = re.compile(
    rb"<p(?:\s[^<>]*)?>(?P<text>(?:[^<]|</?(?:a|abbr|b|br|cite|em|i|img|q|small|span|strong|sub|sup|u|wbr)(?:[\s/][^<>]*)?>)*)$",
    re.IGNORECASE,
)
TAG = re.compile(rb"<[^<>]*>")
SENTENCE_ENDS = tuple('.!?…:;"”’»)]')
TOKENS = re.compile(
    b"|".join(
        (
            rb"(?:[^<]++",
            rb"<!--(?:-?>|(?s:.*?)--!?>)",
            *(
                rb"<%s(?=[\s/>])%s(?s:.*?)</%s[\s/>]" % (name, REST_OF_TAG, name)
                for name in (b"script", b"style", b"title", b"textarea")
            ),
            rb"<(?!%s)/?[a-z]%s" % (NAMES, REST_OF_TAG),
            rb"<(?:/(?![a-z])|\?|!(?!--))[^>]*+>",
            rb"<(?=[^a-z/!?]))*+",
        )
    ),
    re.IGNORECASE,
)


def is_truncated(body: bytes) -> bool:
    """Whether the bytes stop inside a tag, a comment, a script or another element of raw text, or in a sentence.

    Elements without an end tag are allowed: the standard makes those of body and html optional,
    and browsers close the rest.
    """
    if b"</html" in body[-TAIL:].lower():
        return False
    tokens = TOKENS.match(body)
    return (tokens is not None and tokens.end() < len(body)) or _stops_in_sentence(body)


def _stops_in_sentence(body: bytes) -> bool:
    """Whether the last thing in the file is a sentence without an end, in an open paragraph of an open article."""
    last = OPEN_PARAGRAPH.search(body[-LONGEST_PARAGRAPH:])
    if last is None or body.count(b"<article") + body.count(b"<main") <= body.count(
        b"</article"
    ) + body.count(b"</main"):
        return False
    text = TAG.sub(b"", last["text"]).decode("utf-8", "replace").rstrip()
    return bool(text) and not text.endswith(SENTENCE_ENDS)
