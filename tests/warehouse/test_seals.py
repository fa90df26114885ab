"""A seal stands for the records of a day, whatever becomes of the files."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.builders import T0, URL, response

from parsers.article import Link
from warehouse.archive.archive import Archive, ArchiveError
from warehouse.archive.merkle import inclusion_paths, leaf_hash, root_hash
from warehouse.archive.seals import add_seal, note_removal, proof_file, read_notes, seals

LINK = Link(url=URL, source_id="kabar")
# The tree of Certificate Transparency's own test vectors.
VECTORS = [bytes.fromhex(each) for each in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def write_records(archive: Archive, *bodies: str) -> list[str]:
    """The ids of their fetches."""
    with archive.writer("run", T0, "0") as writer:
        records = [
            writer.append(LINK, response(body, hour=hour)) for hour, body in enumerate(bodies)
        ]
    return [record.response.fetch_id for record in records]


@pytest.mark.parametrize(("n", "root"), ROOTS.items())
def test_roots_are_those_of_the_vectors_of_certificate_transparency(n, root):
    assert root_hash([leaf_hash(each) for each in VECTORS[:n]]).hex() == root


def test_the_tree_of_nothing_is_the_hash_of_nothing():
    assert root_hash([]) == sha256(b"").digest()


def test_a_path_is_the_one_of_the_standard():
    """RFC 9162, section 2.1.5: of seven leaves, that of d0 is [b, h, l], and that of d6 is [i, k]."""
    a, b, c, d, e, f, j = leaves = [leaf_hash(each) for each in VECTORS[:7]]
    g, h, i = root_hash([a, b]), root_hash([c, d]), root_hash([e, f])
    k, tail = root_hash([a, b, c, d]), root_hash([e, f, j])
    paths = inclusion_paths(leaves)

    assert paths[0] == [b, h, tail]
    assert paths[3] == [c, g, tail]
    assert paths[4] == [f, j, k]
    assert paths[6] == [i, k]


@given(st.lists(st.binary(max_size=4), min_size=2, max_size=40), st.data())
def test_another_record_has_another_root(records, data):
    index = data.draw(st.integers(0, len(records) - 1))
    changed = [*records[:index], records[index] + b"!", *records[index + 1 :]]

    assert root_hash(list(map(leaf_hash, records))) != root_hash(list(map(leaf_hash, changed)))


def test_a_seal_has_each_record_once(archive):
    first = write_records(archive, "Satu.", "Dua.")
    add_seal(archive, T0)
    second = write_records(archive, "Tiga.")
    add_seal(archive, T0 + timedelta(days=1))

    assert [set(next(iter(seal.files.values()))) for seal in seals(archive)] == [
        set(first),
        set(second),
    ]
    assert add_seal(archive, T0 + timedelta(days=2)) is None
    assert all(seal.is_intact for seal in seals(archive))


def test_a_file_that_is_being_written_waits_for_the_next_seal(archive):
    with archive.writer("run", T0, "0") as writer:
        writer.append(LINK, response("Satu."))

        assert add_seal(archive, T0) is None
    assert len(add_seal(archive, T0).hashes) == 1


def test_a_seal_does_not_depend_on_where_the_records_are(tmp_path):
    """The same records in one file, without the one that came first."""
    archive = Archive(tmp_path / "archive")
    first, *others = write_records(archive, "Satu.", "Dua.", "Tiga.")
    seal = add_seal(archive, T0)
    [path] = archive.files()
    archive.drop(path, [first])
    (seal_file,) = (archive.folder / "seals").iterdir()
    seal_file.unlink()

    again = add_seal(archive, T0)

    assert set(again.hashes) < set(seal.hashes)
    assert [proof["leaf"] for proof in proof_file(archive, "", others)["proofs"]] == [
        seal.proof(fetch_id)["leaf"] for fetch_id in others
    ]


def test_a_removed_record_keeps_its_place_in_the_tree(archive):
    gone, stays = write_records(archive, "Satu.", "Dua.")
    seal = add_seal(archive, T0)
    before = proof_file(archive, "", [gone, stays])["proofs"]
    [path] = archive.files()
    note_removal(archive, T0 + timedelta(days=1), [gone])
    archive.drop(path, [gone])

    assert read_notes(archive).removed == {gone}
    assert proof_file(archive, "", [gone, stays])["proofs"] == before
    assert seals(archive) == [seal]


def test_a_seal_that_cannot_be_read_is_named(archive):
    write_records(archive, "Satu.")
    add_seal(archive, T0)
    [path] = (archive.folder / "seals").iterdir()
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(ArchiveError, match=path.name):
        seals(archive)
