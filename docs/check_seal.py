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
from typing import Any


def run(*command: str) -> str | None:
    """What it prints; None if it fails."""
    print("$", shlex.join(command))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


def is_signed(seal: dict[str, Any], name: str, key: str) -> bool:
    for n, each in enumerate(seal["signatures"]):
        Path(f"{name}-{n}.sig").write_bytes(bytes.fromhex(each["signature"]))
    verify = ("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin")
    files = [f"{name}-{n}.sig" for n in range(len(seal["signatures"]))]
    return any(run(*verify, "-in", f"{name}.txt", "-sigfile", file) for file in files)


def stamped_at(seal: dict[str, Any], name: str, certificate: str) -> str | None:
    """When the authority saw it: certificates must have been valid then, not today."""
    for n, each in enumerate(seal["timestamps"]):
        file = f"{name}-{n}.tsr"
        Path(file).write_bytes(b64decode(each["response"]))
        text = run("openssl", "ts", "-reply", "-in", file, "-text") or ""
        if not (found := re.search(r"Time stamp: (\w+ +\d+ [\d:]{8})(?:\.\d+)? (\d+) GMT", text)):
            continue
        moment = " ".join(found.groups())
        at = ("-attime", str(timegm(strptime(moment, "%b %d %H:%M:%S %Y"))))
        verify = ("openssl", "ts", "-verify", "-data", f"{name}.txt", "-in", file)
        if run(*verify, "-CAfile", certificate, *at):
            return f"{moment} UTC"
    return None


parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
parser.add_argument("proof")
parser.add_argument("--key")
parser.add_argument("--authority")
options = parser.parse_args()
proof = json.loads(Path(options.proof).read_text("utf-8"))
seals = {seal["root"]: seal for seal in proof["seals"]}
roots = {each["root"] for each in proof["proofs"]}
faults = [f"{root}: the proof has no such seal" for root in roots - seals.keys()]
Path("seals").mkdir(exist_ok=True)
for number, (root, seal) in enumerate(seals.items()):
    path = f"seals/{number}"
    Path(f"{path}.txt").write_text(seal["statement"], "utf-8")
    if f"\nroot {root}\n" not in seal["statement"]:
        faults.append(f"{root}: the statement is of another root")
    if options.key and not is_signed(seal, path, options.key):
        faults.append(f"{root}: not signed with this key")
    if options.authority:
        moment = stamped_at(seal, path, options.authority)
        print(f"{root}: the authority saw it at {moment}")
        if not moment:
            faults.append(f"{root}: no timestamp of this authority")
print("\n".join(faults) or f"{len(seals)} seals are as stated")
sys.exit(1 if faults or not roots or not (options.key or options.authority) else 0)
