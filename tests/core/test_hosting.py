"""The order in which a site goes to a place: never a page before what it names, never a page longer than it may be there."""

from hypothesis import given
from hypothesis import strategies as st

from letapis.core import hosting
from letapis.core.hosting import FRONT, LISTS, PICTURES, PUT, REMOVE, SIGNED, THINGS, rank, steps

NAMES = (
    "site.css",
    "photos/a.jpg",
    "en/p/0a.html",
    "en/list/index.html",
    "en/figures.html",
    "index.html",
    "en/index.html",
    "data/snapshot.json",
    "data/manifest.json",
)
PLACES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["", "a", "b"]))


def test_every_file_has_its_turn() -> None:
    found = [rank(name) for name in NAMES]
    assert found == [PICTURES, PICTURES, THINGS, LISTS, LISTS, FRONT, FRONT, LISTS, SIGNED]
    assert (
        rank("en/statements/0a.html") == THINGS
        and rank("data/checkpoint") == SIGNED == rank("data/manifest.note")
        and rank("en/changes.xml") == LISTS
    )
    assert hosting.kind("en/p/a.html").startswith("text/html") and hosting.kind("odd.bin") == "application/octet-stream"


@given(PLACES, PLACES.map(lambda found: {name: digest or "c" for name, digest in found.items()}))
def test_a_place_becomes_the_release_and_shows_nothing_that_hangs(there: dict[str, str], wanted: dict[str, str]) -> None:
    found, lying = steps(there, wanted), dict(there)
    for turn in hosting.turns(found):
        for one in turn:
            if one.deed == PUT:
                # Whatever a page may name stands under it in the order, and lies there as it is to be.
                below = [name for name in wanted if rank(name) < rank(one.name)]
                assert all(lying.get(name) == wanted[name] for name in below)
                assert not [name for name in lying if rank(name) <= THINGS and name not in wanted]
        for one in turn:
            lying |= {one.name: wanted[one.name]} if one.deed == PUT else {}
            if one.deed == REMOVE:
                del lying[one.name]
    assert lying == wanted and (there != wanted or not found)
