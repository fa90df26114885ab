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
    """Whether the bytes stop inside a tag, a comment, a script or another element of raw text.

    Elements without an end tag are allowed: the standard makes those of body and html optional,
    and browsers close the rest.
    """
    if b"</html" in body[-TAIL:].lower():
        return False
    tokens = TOKENS.match(body)
    return tokens is not None and tokens.end() < len(body)
