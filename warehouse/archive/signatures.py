"""The operator's key, which signs the seals of an archive: Ed25519, in a file of the home that only its owner may read."""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from warehouse.archive.seals import Seal, Signature
from warehouse.disk import put_in_place
from warehouse.plain_file import read_plain

FILE = "operator.key"


class KeyFileError(ValueError):
    """The file of the key cannot be used; the message names it."""

    exit_code = 2


def read_key(home: Path) -> Ed25519PrivateKey | None:
    """None where there is none. Raises KeyFileError, PlainFileError, PermissionError."""
    path = home / FILE
    try:
        key = load_pem_private_key(read_plain(path), None)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyFileError(f"{path} holds no private key: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{path} holds a key of another kind than Ed25519")
    return key


def make_key(home: Path) -> Ed25519PrivateKey:
    """A new one, where there is none. A kill leaves the whole file or none."""
    key = Ed25519PrivateKey.generate()
    new = home / f"{FILE}.new"
    new.unlink(missing_ok=True)
    new.touch(0o600)
    new.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    put_in_place(new, home / FILE)
    return key


def public_pem(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def sign(key: Ed25519PrivateKey, seal: Seal) -> Signature:
    signature = key.sign(seal.statement.encode()).hex()
    return Signature(root=seal.root, public_key=public_pem(key), signature=signature)


def is_of(signature: Signature, seal: Seal) -> bool:
    """Whether its key has signed the statement of the seal."""
    try:
        key = load_pem_public_key(signature.public_key.encode())
        assert isinstance(key, Ed25519PublicKey)
        key.verify(bytes.fromhex(signature.signature), seal.statement.encode())
    except (ValueError, AssertionError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
