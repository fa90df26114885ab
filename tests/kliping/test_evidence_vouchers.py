"""Who vouches for a seal: the operator by a signature, an authority by a timestamp. Strangers check both without Kliping."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from base64 import b64encode
from datetime import timedelta
from pathlib import Path

import pytest
from support.builders import T0, response
from support.command_line import kliping
from support.one_article import publish_edited_article
from support.timestamp_authority import Authority, needs_openssl, openssl, serving

import flows.http.timestamp_authority
from flows.jobs.maintenance import maintain
from flows.settings import Settings
from kliping.cli.doctor import examine
from parsers.article import Link
from warehouse.archive.archive import Archive
from warehouse.archive.seals import Voucher, add_seal, add_voucher, read_notes
from warehouse.archive.signatures import make_key

CHECKER = Path(__file__).parents[2] / "docs" / "check_seal.py"
URL = "http://koran.test/1"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """With one article of two fetches, and a key."""
    home = tmp_path / "home"
    publish_edited_article(home, is_reserved=False)
    make_key(home)
    return home


@pytest.fixture(scope="module")
def made_authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "tsa")


@pytest.fixture
def authority(home: Path, made_authority: Authority):
    """It answers, and the home names it."""
    made_authority.behaviour, made_authority.n_queries = "answer", 0
    with serving(made_authority) as address:
        name(home, address, made_authority)
        yield made_authority


def name(home: Path, address: str, authority: Authority) -> None:
    (home / "authority.pem").write_bytes(authority.certificate.read_bytes())
    text = f'[timestamps]\nauthority = "{address}"\ncertificate = "authority.pem"\n'
    (home / "kliping.toml").write_text(text)


def maintained(home: Path) -> list[str]:
    """The notes of a run of `maintain`."""
    return maintain(Settings(home=home, min_free_mb=0), {}).notes


def add_records(home: Path) -> None:
    with Archive(home / "archive").writer("other", T0, "0") as writer:
        writer.append(Link(url=URL, source_id="koran"), response("Isi.", hour=5))


def notes(home: Path):
    return read_notes(Archive(home / "archive"))


def vouchers(home: Path, kind: str) -> list[Voucher]:
    return [each for each in notes(home).vouchers if each.kind == kind]


def findings(home: Path) -> dict[str, str]:
    """Of doctor, on what is sealed."""
    rows = examine(Settings(home=home, min_free_mb=0))
    checks = {"seals", "timestamps", "key"}
    return {row["check"]: f"{row['state']}: {row['finding']}" for row in rows if row["check"] in checks}  # fmt: skip


def faults(home: Path) -> list[str]:
    rows = examine(Settings(home=home, min_free_mb=0))
    return sorted(row["finding"] for row in rows if row["check"] == "seals")


def check(home: Path, *options: object) -> subprocess.CompletedProcess[str]:
    """By the program in docs, which finds no Kliping."""
    proof = home.parent / "proof.json"
    assert kliping(home, "prove", URL, "--output", str(proof)).returncode == 0
    return subprocess.run(
        [sys.executable, "-I", "-S", CHECKER, proof, *map(str, options)],
        capture_output=True,
        text=True,
        check=False,
        cwd=home.parent,
    )


def public_key(home: Path) -> Path:
    file = home.parent / "operator.pem"
    assert kliping(home, "prove", "--key", "--output", str(file)).returncode == 0
    return file


def test_the_key_is_for_its_owner_only_and_is_made_once(tmp_path):
    home = tmp_path / "home"

    first, second = (kliping(home, "prove", "--key").stdout for _ in range(2))

    assert first == second
    assert first.startswith("-----BEGIN PUBLIC KEY-----")
    assert stat.S_IMODE((home / "operator.key").stat().st_mode) == 0o600


@needs_openssl
def test_a_stranger_checks_a_signature_and_a_timestamp(home, authority):
    assert "1 of 1 seals have a timestamp now" in maintained(home)

    answer = check(home, "--key", public_key(home), "--authority", authority.certificate)

    assert answer.returncode == 0, answer.stdout + answer.stderr
    [seal] = notes(home).seals
    assert f"{seal.root}: the authority saw it at " in answer.stdout
    assert findings(home) == {}


@needs_openssl
def test_a_stranger_is_not_taken_in(home, authority, tmp_path):
    """By another's key, another's certificate, or a seal that was made again."""
    maintained(home)
    key = public_key(home)
    other = Authority(tmp_path / "other")
    openssl("genpkey", "-algorithm", "ed25519", "-out", tmp_path / "other.key")
    openssl("pkey", "-in", tmp_path / "other.key", "-pubout", "-out", tmp_path / "other.pem")

    assert check(home, "--key", tmp_path / "other.pem").returncode == 1
    assert check(home, "--authority", other.certificate).returncode == 1
    assert check(home).returncode == 1  # nothing was asked for
    [path] = (home / "archive" / "seals").glob("2*.json")
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | {"sealed_at": "2020-01-01T00:00:00Z"}))
    assert check(home, "--key", key).returncode == 1
    assert check(home, "--authority", authority.certificate).returncode == 1
    assert faults(home) == [
        "the signature of the seal of 2020-01-01T00:00:00Z: it does not agree with its key",
        "the timestamp of the seal of 2020-01-01T00:00:00Z: no valid timestamp of a certificate that is trusted: Mismatch between messages",
    ]


@needs_openssl
@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("refuse", "it answered 503"),
        ("hang", "it gave no answer in"),
        ("garble", "no valid timestamp"),
    ],
)
def test_an_authority_that_fails_stops_no_run_and_is_asked_again(
    home, authority, behaviour, reason, monkeypatch
):
    monkeypatch.setattr(flows.http.timestamp_authority, "DEADLINE", 0.3)
    authority.behaviour = behaviour
    first = maintained(home)
    n_first = authority.n_queries
    waiting = findings(home)
    monkeypatch.undo()
    authority.behaviour = "answer"

    second = maintained(home)

    assert reason in " ".join(first)
    assert n_first == 1
    assert waiting["timestamps"].startswith("note: 1 of 1 seals have none")
    assert [each for each in second if "timestamp" in each] == ["1 of 1 seals have a timestamp now"]
    maintained(home)
    assert authority.n_queries == 2  # a seal has its stamp once


@needs_openssl
def test_an_authority_that_is_gone_stops_no_run(home, made_authority):
    with serving(made_authority) as address:
        name(home, address, made_authority)

    assert "it cannot be reached" in " ".join(maintained(home))
    assert len(notes(home).seals) == len(vouchers(home, "signature")) == 1


@needs_openssl
def test_an_answer_to_an_earlier_query_is_no_stamp(home, authority):
    maintained(home)
    add_records(home)
    authority.behaviour = "replay"

    assert "no valid timestamp" in " ".join(maintained(home))
    assert len(vouchers(home, "timestamp")) == 1


@needs_openssl
def test_a_certificate_that_is_not_the_authoritys_gets_no_stamp(home, authority, tmp_path):
    other = Authority(tmp_path / "other")
    (home / "authority.pem").write_bytes(other.certificate.read_bytes())

    assert "no valid timestamp" in " ".join(maintained(home))
    assert vouchers(home, "timestamp") == []
    (home / "authority.pem").unlink()
    assert "authority.pem" in " ".join(maintained(home))
    assert findings(home)["timestamps"].startswith("bad: ")


def test_a_home_without_a_key_seals_and_is_signed_later(home):
    (home / "operator.key").unlink()
    maintained(home)
    assert vouchers(home, "signature") == []
    assert findings(home)["key"].startswith("note: ")

    make_key(home)
    maintained(home)

    assert len(vouchers(home, "signature")) == 1
    assert findings(home) == {}


def test_a_key_that_cannot_be_used_is_named(home):
    key = home / "operator.key"
    key.chmod(0o644)
    assert findings(home)["key"] == f"bad: others may read {key}"

    key.write_text("bukan kunci")

    assert f"nothing was signed: {key}" in " ".join(maintained(home))
    assert findings(home)["key"].startswith(f"bad: {key} holds no private key")


def test_a_seal_that_is_removed_is_missed_by_its_signature(home):
    maintained(home)
    [seal] = notes(home).seals
    [path] = (home / "archive" / "seals").glob("2*.json")
    path.unlink()

    assert findings(home)["seals"] == f"bad: there was a seal with the root {seal.root}, and it is gone"  # fmt: skip


def test_a_seal_that_was_changed_is_not_signed(home):
    archive = Archive(home / "archive")
    add_seal(archive, T0)
    [path] = (home / "archive" / "seals").iterdir()
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | {"root": "00" * 32}))

    maintained(home)

    assert vouchers(home, "signature") == []


def test_a_timestamp_that_is_no_answer_of_an_authority_is_found(home, tmp_path):
    (home / "kliping.toml").write_text(
        '[timestamps]\nauthority = "http://127.0.0.1:9/"\ncertificate = "authority.pem"\n'
    )
    (home / "authority.pem").write_bytes(
        (Path(__file__).parents[1] / "support" / "selfsigned.pem").read_bytes()
    )
    archive = Archive(home / "archive")
    seal = add_seal(archive, T0)
    stamp = Voucher(kind="timestamp", root=seal.root, by="http://127.0.0.1:9/", data=b64encode(b"0").decode())  # fmt: skip
    add_voucher(archive, T0 + timedelta(hours=1), stamp)

    assert "no valid timestamp" in faults(home)[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[timestamps]\nauthority = "http://a.test/"\n', "timestamps.certificate: it is missing"),
        ('[timestamps]\nauthority = "a.test"\ncertificate = "x"\n', "kliping.toml:2: timestamps.authority: write an address"),
        ('[timestamps]\nautority = "http://a.test/"\ncertificate = "x"\n', "did you mean 'authority'?"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_timestamps_of_a_home_is_named(home, text, message):
    (home / "kliping.toml").write_text(text)

    assert message in kliping(home, "prove").stderr
