from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdord.errors import LedgerError, VerificationError
from holdord.ledger import merkle
from holdord.ledger.merkle import Frontier

INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def tree_root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 9162, 2.1.1, written down as it stands there."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\1" + tree_root(leaves[:split]) + tree_root(leaves[split:])).digest()


def some_leaves(number: int) -> list[bytes]:
    return [merkle.leaf_hash(str(index).encode()) for index in range(number)]


def prove(leaves: list[bytes], ranges: list[merkle.Range]) -> list[bytes]:
    return [tree_root(leaves[start:stop]) for start, stop in ranges]


def test_the_eight_known_leaves_have_the_known_roots():
    frontier = Frontier()
    assert frontier.root.hex() == ROOTS[0]
    for leaf, root in zip(merkle.leaf_hashes(INPUTS), ROOTS[1:], strict=True):
        frontier = frontier.append(leaf)
        assert frontier.root.hex() == root


def test_the_known_proofs_are_found():
    leaves = merkle.leaf_hashes(INPUTS)
    inclusion = [one.hex() for one in prove(leaves, merkle.inclusion_ranges(5, 8))]
    assert inclusion == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    consistency = [one.hex() for one in prove(leaves, merkle.consistency_ranges(6, 8))]
    assert consistency == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(st.lists(st.integers(0, 70), max_size=8))
def test_a_frontier_grows_to_the_defined_root_however_it_is_fed(steps):
    frontier, leaves = Frontier(), some_leaves(sum(steps))
    at = 0
    for step in steps:
        before = frontier.size
        frontier, complete = frontier.extend(leaves[at : at + step])
        at += step
        assert frontier.root == tree_root(leaves[:at])
        for height, nodes in enumerate(complete):
            for index, node in enumerate(nodes, before >> height):
                assert node == tree_root(leaves[index << height : (index + 1) << height])
            assert (before >> height) + len(nodes) == frontier.size >> height
        assert Frontier.from_bytes(frontier.size, frontier.to_bytes()) == frontier


@given(st.integers(0, 40), st.integers(0, 5), st.integers(0, 300))
def test_a_frontier_goes_on_with_nodes_of_one_height(blocks, height, rest):
    leaves = some_leaves((blocks << height) + rest)
    nodes = [tree_root(leaves[index << height : (index + 1) << height]) for index in range(blocks)]
    frontier, _ = Frontier().extend(nodes[: blocks // 2], height)
    frontier, _ = frontier.extend(nodes[blocks // 2 :], height)
    frontier, _ = frontier.extend(leaves[blocks << height :])
    assert frontier.root == tree_root(leaves)


def test_a_frontier_that_does_not_fit_its_size_is_refused():
    with pytest.raises(LedgerError):
        Frontier(size=3, hashes=(bytes(32),))
    with pytest.raises(LedgerError):
        Frontier.from_bytes(1, bytes(31))
    with pytest.raises(LedgerError):
        Frontier().append(bytes(32)).extend([bytes(32)], height=1)


def test_every_inclusion_proof_of_every_small_tree_holds():
    for size in range(1, 40):
        leaves = some_leaves(size)
        root = tree_root(leaves)
        for index in range(size):
            proof = prove(leaves, merkle.inclusion_ranges(index, size))
            merkle.check_inclusion(leaves[index], index, size, proof, root)


def test_every_consistency_proof_of_every_small_tree_holds():
    for new in range(40):
        leaves = some_leaves(new)
        for old in range(new + 1):
            proof = prove(leaves, merkle.consistency_ranges(old, new))
            merkle.check_consistency(old, tree_root(leaves[:old]), new, tree_root(leaves), proof)


@given(st.data())
def test_ranges_of_proofs_are_covered_by_complete_nodes(data):
    size = data.draw(st.integers(1, 5_000))
    ranges = merkle.inclusion_ranges(data.draw(st.integers(0, size - 1)), size)
    ranges += merkle.consistency_ranges(data.draw(st.integers(0, size)), size)
    for start, stop in [*ranges, (0, size)]:
        at, last = start, 64
        for height, index in merkle.complete_nodes((start, stop)):
            assert index << height == at
            assert height < last
            at, last = (index + 1) << height, height
        assert at == stop


@given(st.data())
def test_an_inclusion_proof_that_was_tampered_with_fails(data):
    size = data.draw(st.integers(1, 70))
    index = data.draw(st.integers(0, size - 1))
    leaves = some_leaves(size)
    proof, root = prove(leaves, merkle.inclusion_ranges(index, size)), tree_root(leaves)
    how = data.draw(st.sampled_from(["leaf", "index", "longer", "shorter", "swap", "root", "flip"]))
    leaf = leaves[index]
    if how == "leaf":
        leaf = merkle.leaf_hash(b"other")
    elif how == "index":
        index = data.draw(st.integers(-3, size + 3).filter(lambda other: other != index))
    elif how == "longer":
        proof.insert(data.draw(st.integers(0, len(proof))), bytes(32))
    elif how == "root":
        root = bytes(32)
    elif not proof or (how == "swap" and len(proof) < 2):
        return
    elif how == "shorter":
        proof.pop(data.draw(st.integers(0, len(proof) - 1)))
    elif how == "swap":
        proof[0], proof[1] = proof[1], proof[0]
    else:
        proof[0] = bytes([proof[0][0] ^ 1]) + proof[0][1:]
    with pytest.raises(VerificationError):
        merkle.check_inclusion(leaf, index, size, proof, root)


@given(st.data())
def test_a_consistency_proof_that_was_tampered_with_fails(data):
    new = data.draw(st.integers(1, 70))
    old = data.draw(st.integers(0, new))
    leaves = some_leaves(new)
    proof = prove(leaves, merkle.consistency_ranges(old, new))
    old_root, new_root = tree_root(leaves[:old]), tree_root(leaves)
    how = data.draw(st.sampled_from(["old", "new", "longer", "shorter", "flip"]))
    if how == "old":
        old_root = bytes(32)
    elif how == "new" and old:
        new_root = bytes(32)
    elif how == "longer":
        proof.insert(data.draw(st.integers(0, len(proof))), bytes(32))
    elif not proof or how == "new":
        return
    elif how == "shorter":
        proof.pop(data.draw(st.integers(0, len(proof) - 1)))
    else:
        proof[-1] = bytes([proof[-1][0] ^ 1]) + proof[-1][1:]
    with pytest.raises(VerificationError):
        merkle.check_consistency(old, old_root, new, new_root, proof)


def test_a_proof_that_stops_below_the_root_fails_even_if_its_hash_is_right():
    leaves = some_leaves(4)
    with pytest.raises(VerificationError):
        merkle.check_inclusion(leaves[0], 0, 4, [leaves[1]], merkle.node_hash(leaves[0], leaves[1]))
    two = merkle.node_hash(leaves[0], leaves[1])
    with pytest.raises(VerificationError):
        merkle.check_consistency(2, two, 4, two, [])


def test_what_is_not_in_the_tree_cannot_be_proved():
    for index, size in ((0, 0), (5, 5), (-1, 5)):
        with pytest.raises(LedgerError):
            merkle.inclusion_ranges(index, size)
    with pytest.raises(LedgerError):
        merkle.consistency_ranges(6, 5)
    with pytest.raises(VerificationError):
        merkle.check_consistency(6, bytes(32), 5, bytes(32), [])
