"""Check who vouches for the roots of a proof: python check_seal.py proof.json [--key operator.pem] [--authority authority.pem]

The key is the operator's, the certificate that of the authority: take them from their owners, not from whom you got the proof.
It needs OpenSSL 3, and prints its commands; the files that they check are left in the folder `seals`.
"""

import argparse
import json
import re
import shlex
import subprocess
import sys
from base64 import b64decode
from calendar import timegm
from pathlib import Path
from time import strptime


def run(*command: str) -> str | None:
    """What it prints; None if it fails."""
    print("$", shlex.join(command))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


def is_signed(name: str, signatures: list[bytes], key: str) -> bool:
    verify = ("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin")
    for n, signature in enumerate(signatures):
        Path(f"{name}-{n}.sig").write_bytes(signature)
        if run(*verify, "-in", f"{name}.txt", "-sigfile", f"{name}-{n}.sig") is not None:
            return True
    return False


def stamped_at(name: str, stamps: list[bytes], certificate: str) -> str | None:
    """When the authority saw it: certificates must have been valid then, not today."""
    for n, stamp in enumerate(stamps):
        file = f"{name}-{n}.tsr"
        Path(file).write_bytes(stamp)
        text = run("openssl", "ts", "-reply", "-in", file, "-text") or ""
        if not (found := re.search(r"Time stamp: (\w+ +\d+ [\d:]{8})(?:\.\d+)? (\d+) GMT", text)):
            continue
        moment = " ".join(found.groups())
        at = ("-attime", str(timegm(strptime(moment, "%b %d %H:%M:%S %Y"))))
        verify = ("openssl", "ts", "-verify", "-data", f"{name}.txt", "-in", file)
        if run(*verify, "-CAfile", certificate, *at) is not None:
            return f"{moment} UTC"
    return None


parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
parser.add_argument("proof")
parser.add_argument("--key")
parser.add_argument("--authority")
options = parser.parse_args()
proof = json.loads(Path(options.proof).read_text("utf-8"))
seals, vouchers = proof["seals"], proof["vouchers"]
roots = {each["root"] for each in proof["proofs"]}
faults = [f"{root}: the proof has no such seal" for root in roots - seals.keys()]
Path("seals").mkdir(exist_ok=True)
for number, (root, statement) in enumerate(seals.items()):
    path = f"seals/{number}"
    Path(f"{path}.txt").write_text(statement, "utf-8")
    signatures, stamps = (
        [b64decode(v["data"]) for v in vouchers if (v["kind"], v["root"]) == (kind, root)]
        for kind in ("signature", "timestamp")
    )
    if f"\nroot {root}\n" not in statement:
        faults.append(f"{root}: the statement is of another root")
    if options.key and not is_signed(path, signatures, options.key):
        faults.append(f"{root}: not signed with this key")
    if options.authority:
        moment = stamped_at(path, stamps, options.authority)
        print(f"{root}: the authority saw it at {moment}")
        faults += [] if moment else [f"{root}: no timestamp of this authority"]
print("\n".join(faults) or f"{len(seals)} seals are as stated")
sys.exit(1 if faults or not roots or not (options.key or options.authority) else 0)
