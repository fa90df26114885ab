"""An RFC 3161 authority, which states at what time it saw the statement of a seal."""

from __future__ import annotations

import asyncio
from base64 import b64decode, b64encode
from concurrent.futures import ThreadPoolExecutor

import httpx
import rfc3161_client as rfc3161
from cryptography.x509 import load_pem_x509_certificates

DEADLINE = 15.0  # seconds, from the name of the host to the last byte
MOST_BYTES = 100_000
QUERY = {"content-type": "application/timestamp-query"}


class StampError(Exception):
    """There is no stamp that can be verified; the message says why."""


def ask(address: str, statement: str, trusted: bytes) -> str:
    """The answer of the authority in Base64, which was verified as by `verify`. Raises StampError."""
    request = rfc3161.TimestampRequestBuilder(
        statement.encode(), rfc3161.HashAlgorithm.SHA256
    ).build()
    with ThreadPoolExecutor(1) as thread:  # here an event loop may be running
        try:
            answer = thread.submit(asyncio.run, _post(address, request.as_bytes())).result()
        except TimeoutError:
            raise StampError(f"it gave no answer in {DEADLINE:.0f} seconds") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = str(error) or type(error).__name__
            raise StampError(f"it cannot be reached, or gave no answer ({reason})") from error
    stamp = b64encode(answer).decode()
    verify(stamp, statement, trusted, request.nonce)
    return stamp


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


def verify(stamp: str, statement: str, trusted: bytes, nonce: int | None = None) -> None:
    """Raises StampError unless the holder of a certificate that one in `trusted` (PEM) issued states the time of the statement."""
    try:
        verifier = rfc3161.VerifierBuilder(
            roots=load_pem_x509_certificates(trusted), nonce=nonce
        ).build()
        verifier.verify_message(
            rfc3161.decode_timestamp_response(b64decode(stamp)), statement.encode()
        )
    except (ValueError, rfc3161.VerificationError) as error:
        raise StampError(f"no valid timestamp of a certificate that is trusted: {error}") from error
