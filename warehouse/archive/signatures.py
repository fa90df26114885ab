"""The operator's key, which signs the seals of an archive: Ed25519, in a file of the home that only its owner may read."""

from __future__ import annotations

from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization as keys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from warehouse.archive.seals import Seal, Voucher
from warehouse.disk import put_in_place
from warehouse.plain_file import PlainFileError, read_plain

FILE = "operator.key"
PEM = keys.Encoding.PEM


def read_key(home: Path) -> Ed25519PrivateKey | None:
    """None where there is none. Raises PlainFileError, PermissionError."""
    path = home / FILE
    try:
        key = keys.load_pem_private_key(read_plain(path), None)
        assert isinstance(key, Ed25519PrivateKey)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, AssertionError, UnsupportedAlgorithm) as error:
        raise PlainFileError(f"{path} holds no private key of Ed25519: {error}") from error
    return key


def make_key(home: Path) -> Ed25519PrivateKey:
    """A new one, where there is none. A kill leaves the whole file or none."""
    key = Ed25519PrivateKey.generate()
    new = home / f"{FILE}.new"
    new.unlink(missing_ok=True)
    new.touch(0o600)
    new.write_bytes(key.private_bytes(PEM, keys.PrivateFormat.PKCS8, keys.NoEncryption()))
    put_in_place(new, home / FILE)
    return key


def public_pem(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(PEM, keys.PublicFormat.SubjectPublicKeyInfo).decode()


def sign(key: Ed25519PrivateKey, seal: Seal) -> Voucher:
    data = b64encode(key.sign(seal.statement.encode())).decode()
    return Voucher(kind="signature", root=seal.root, by=public_pem(key), data=data)


def is_signed(seal: Seal, signature: Voucher) -> bool:
    """Whether the key has signed the statement of the seal."""
    try:
        key = keys.load_pem_public_key(signature.by.encode())
        assert isinstance(key, Ed25519PublicKey)
        key.verify(b64decode(signature.data), seal.statement.encode())
    except (ValueError, AssertionError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
