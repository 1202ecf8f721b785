"""What an entry of a list becomes, what two versions of it say otherwise, and columns chosen by hand."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from letapis.core.list_columns import ALIAS, KEY, NAME, PARTS, form_of, meanings, offered, reader_of
from letapis.core.list_sayings import Saying, differences, label_of, mark, place_of, sayings, text_of
from letapis.core.listing import At, Entry, Name, Value, read_mapping
from letapis.core.listing_readers import READERS
from letapis.core.vocabulary import FactType
from letapis.engines.catalogue import catalogue

VOCABULARY = catalogue().vocabulary
HERE = At(0, 2)
FACTS = ["identity.birth_date", "detention.place", "charge.article"]
SAID = st.lists(
    st.builds(Saying, st.sampled_from(FACTS), st.sampled_from(["1990", "1991", "1992"]), st.just(HERE), valid_from=st.sampled_from(["", "2020"])),
    max_size=6,
)


def told(said: list[Saying]) -> Counter[tuple[object, str]]:
    return Counter({(place_of(one), text_of(one)) for one in said})


@given(SAID, SAID)
def test_differences_lead_from_the_old_version_to_the_new_one_and_say_nothing_more(old: list[Saying], new: list[Saying]) -> None:
    found = differences(old, new)
    after = told(old)
    after.subtract((place_of(one.old), text_of(one.old)) for one in found if one.old)
    after.update((place_of(one.new), text_of(one.new)) for one in found if one.new)
    assert +after == told(new)
    assert all(one.old is None or one.new is None or place_of(one.old) == place_of(one.new) for one in found)
    assert differences(old, old) == ()


def entry(names: tuple[Name, ...], values: tuple[Value, ...] = ()) -> Entry:
    return Entry("7", "person", names, values, (HERE,))


def name(text: str, role: str = "primary", row: int = 2) -> Name:
    return Name(text, "", role, "any", At(0, row))


def test_names_lists_and_what_files_say_alike() -> None:
    values = (
        Value("charge.article", ("CC1999 342",), "342", "articles", HERE),
        Value("charge.article", ("CC1999 293", "CC1999 342"), "293; 342", "articles", At(1, 3)),
        Value("identity.birth_date", "1990", "1990", "born", HERE, certainty="about"),
        Value("identity.birth_date", "1990", "1990", "born", At(1, 3)),
    )
    said = sayings(entry((name("Vydumka; Jan", "alias"), name("Pryklad Jan"), name("Прыклад Ян"), name("Pryklad Jan")), values))
    assert [(one.property, one.value) for one in said] == [
        ("identity.name", "Pryklad Jan"),
        ("identity.name", "Прыклад Ян"),
        ("identity.other_name", ("Vydumka Jan",)),
        ("charge.article", ("CC1999 342", "CC1999 293")),
        ("identity.birth_date", "1990"),
    ]
    assert said[-1].certainty == "about" and label_of(entry((name("Vydumka", "alias"), name("Pryklad")))) == "Pryklad"
    assert label_of(entry(())) == "7"


def test_a_mark_tells_an_entry_to_its_list_alone() -> None:
    assert mark(b"a" * 16, "Vydumka") == mark(b"a" * 16, "Vydumka") != mark(b"b" * 16, "Vydumka")


def test_what_is_chosen_by_hand_is_a_mapping_and_is_read_back() -> None:
    chosen = {"no": KEY, "name": NAME, "also": ALIAS, "born": "identity.birth_date", "dead": "listed.died", "freed": "detention.end"}
    head = {"id": "by_hand", "version": "1", "title": dict.fromkeys(("en", "be", "ru"), "x")}
    mapping = read_mapping({**head, **form_of(chosen, "person", VOCABULARY)}, VOCABULARY)
    assert meanings(mapping) == chosen
    assert {one.property: one.hold for one in mapping.fields} == {"identity.birth_date": "", "listed.died": "always", "detention.end": "future"}
    parts = dict(zip(("f", "g", "p"), PARTS, strict=True))
    parted = read_mapping({**head, **form_of(parts, "no such kind", VOCABULARY)}, VOCABULARY)
    assert meanings(parted) == parts and parted.names[0].parts == ("g", "p") and parted.kind.constant == "person"


def test_every_fact_has_a_reader_and_those_of_ready_mappings_are_offered() -> None:
    assert all(reader_of(fact) in READERS for fact in VOCABULARY.facts.values())
    assert all(reader_of(fact) == "date" for fact in VOCABULARY.facts.values() if fact.type is FactType.DATE)
    mappings = catalogue().mappings.values()
    facts = {fact for _, some in offered(VOCABULARY, mappings, ["death.in_custody"]) for fact in some}
    assert {one.property for mapping in mappings for one in mapping.fields} | {"death.in_custody", "identity.name"} <= facts
