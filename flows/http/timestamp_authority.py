"""An RFC 3161 authority, which states at what time it saw the statement of a seal."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import httpx
from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

DEADLINE = 15.0  # seconds, from the name of the host to the last byte
MOST_BYTES = 100_000
QUERY = {"content-type": "application/timestamp-query"}


class StampError(Exception):
    """There is no stamp that can be verified; the message says why."""


def certificates(pem: bytes) -> list[Certificate]:
    """Raises StampError."""
    try:
        return load_pem_x509_certificates(pem)
    except ValueError as error:
        raise StampError(f"its certificate cannot be read: {error}") from error


def ask(address: str, statement: str, trusted: Sequence[Certificate]) -> bytes:
    """The answer of the authority, which was verified. Raises StampError."""
    data = statement.encode()
    builder = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256)
    request = builder.build()
    with ThreadPoolExecutor(1) as thread:  # here an event loop may be running
        try:
            answer = thread.submit(asyncio.run, _post(address, request.as_bytes())).result()
        except TimeoutError:
            raise StampError(f"it gave no answer in {DEADLINE:.0f} seconds") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = str(error) or type(error).__name__
            raise StampError(f"it cannot be reached, or gave no answer ({reason})") from error
    verify(answer, statement, trusted, request.nonce)
    return answer


async def _post(address: str, body: bytes) -> bytes:
    """One deadline over all: a limit for each read lets a slow answer go on for ever."""
    answer = b""
    async with (
        asyncio.timeout(DEADLINE),
        httpx.AsyncClient(timeout=None) as client,  # noqa: S113 - as above
        client.stream("POST", address, content=body, headers=QUERY) as response,
    ):
        if response.status_code != httpx.codes.OK:
            raise httpx.HTTPError(f"it answered {response.status_code}")
        async for chunk in response.aiter_bytes():
            answer += chunk
            if len(answer) > MOST_BYTES:
                raise httpx.HTTPError("its answer is too long")
    return answer


def verify(
    answer: bytes, statement: str, trusted: Sequence[Certificate], nonce: int | None = None
) -> None:
    """Raises StampError unless a certificate of an authority that is trusted states the time of the statement."""
    try:
        response = decode_timestamp_response(answer)
        verifier = VerifierBuilder(roots=list(trusted), nonce=nonce).build()
        verifier.verify(response, sha256(statement.encode()).digest())
    except (ValueError, VerificationError) as error:
        raise StampError(f"its answer is no valid timestamp: {error}") from error
