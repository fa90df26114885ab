"""Check that records were in a sealed archive: python check_proof.py proof.json records.warc[.gz]"""

import json
import sys
import zlib
from hashlib import sha256


def hashes(data: bytes) -> set[str]:
    found = set()
    while data:  # each record is a gzip member of its own, or the file is one record
        member = zlib.decompressobj(wbits=31)
        is_packed = data[:2] == b"\x1f\x8b"
        block, data = (member.decompress(data), member.unused_data) if is_packed else (data, b"")
        found.add(sha256(b"\x00" + block).hexdigest())
    return found


def root(leaf: str, index: int, size: int, path: list[str]) -> str:
    node, last = bytes.fromhex(leaf), size - 1  # RFC 9162, section 2.1.3.2
    for other in map(bytes.fromhex, path):
        is_right = index % 2 == 1 or index == last
        node = sha256(b"\x01" + (other + node if is_right else node + other)).digest()
        while is_right and index and index % 2 == 0:
            index, last = index // 2, last // 2
        index, last = index // 2, last // 2 if last > 0 else -1
    return node.hex() if index == last == 0 else ""


with open(sys.argv[1]) as proof_file, open(sys.argv[2], "rb") as record_file:
    proofs, found = json.load(proof_file)["proofs"], hashes(record_file.read())
keys = ("leaf", "index", "size", "path")
rights = [p["leaf"] in found and root(*map(p.get, keys)) == p["root"] for p in proofs]
for proof, is_right in zip(proofs, rights, strict=True):
    sealed = f"was sealed at {proof['sealed_at']} under the root {proof['root']}"
    print(proof["fetch_id"], sealed if is_right else "is missing, changed, or not in the tree")
sys.exit(0 if rights and all(rights) else 1)
