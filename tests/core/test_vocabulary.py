"""The fact vocabulary: values are typed once and refused with a code that says how to mend them."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.errors import Damaged, NotFound
from letapis.core.records import SCHEMAS, Draft, Header, flatten
from letapis.core.vocabulary import (
    Fact,
    FactType,
    Value,
    ValueFault,
    canonical_value,
    read_vocabulary,
    value_fields,
    value_of_fields,
)
from letapis.engines.catalogue import catalogue

VOCABULARY = catalogue().vocabulary
FACTS = sorted(VOCABULARY.facts)


def values_of(fact: Fact) -> st.SearchStrategy[Value]:
    """Valid values of a fact."""
    match fact.type:
        case FactType.BOOL:
            return st.booleans()
        case FactType.NUMBER:
            return st.one_of(
                st.integers(0, 10**9),
                st.decimals(0, 10**6, places=3).map(lambda d: int(d) if d == d.to_integral_value() else d.normalize()),
            )
        case FactType.DATE:
            return st.one_of(st.dates().map(str), st.just("2020"), st.just("2020-08"), st.just("2020-08/2020-09-01"))
        case FactType.ENUM:
            return st.sampled_from([member.key for member in fact.members])
        case FactType.LIST:
            return st.lists(items_of(fact), unique=True, max_size=5).map(tuple)
        case FactType.TEXT:
            return items_of(fact) if fact.pattern else st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1)


def items_of(fact: Fact) -> st.SearchStrategy[str]:
    if fact.members:
        return st.sampled_from([member.key for member in fact.members])
    if fact.items in VOCABULARY.lists:
        return st.sampled_from(sorted(VOCABULARY.lists[fact.items]))
    return st.sampled_from(["CC1999 342(1)", "CAO2021 24.23"] if "CC1999" in fact.pattern else ["BY", "PL"])


fact_and_value = st.sampled_from(FACTS).map(VOCABULARY.fact).flatmap(lambda f: st.tuples(st.just(f), values_of(f)))


@given(fact_and_value)
def test_the_canonical_text_of_a_value_is_read_back_to_an_equal_value(pair: tuple[Fact, Value]) -> None:
    fact, value = pair
    read = VOCABULARY.parse_value(fact.id, canonical_value(value))
    assert canonical_value(read) == canonical_value(value)
    assert type(read) is type(value) and (isinstance(read, tuple) or read == value)


@given(fact_and_value, st.booleans())
def test_a_value_survives_the_fields_of_a_claim_record(pair: tuple[Fact, Value], partial: bool) -> None:
    fact, value = pair
    fields = value_fields(fact, value, partial=partial)
    assert value_of_fields(fact, fields) == value
    assert fields.get("value.partial", False) == (partial and fact.type is FactType.LIST)


@given(fact_and_value)
def test_the_fields_of_a_value_fit_the_schema_of_a_claim(pair: tuple[Fact, Value]) -> None:
    fact, value = pair
    names = {spec.name for spec in SCHEMAS["claim"]}
    body = {"dossier": b"d" * 16, "subject": b"s" * 16, "property": fact.id, "source": b"q" * 16, "basis": "saw", **value_fields(fact, value)}
    assert set(body) <= names
    header = Header("claim", 1, b"i" * 16, "dev", b"c" * 16, "2026-01-01T00:00:00Z", 0)
    assert flatten(Draft("claim", b"c" * 16, body), header)


@given(st.permutations(["expression", "assembly", "hr_work"]))
def test_the_order_of_a_list_does_not_change_its_canonical_text(members: list[str]) -> None:
    assert canonical_value(tuple(members)) == "assembly; expression; hr_work"


@given(st.sampled_from(FACTS), st.one_of(st.none(), st.text(), st.integers(), st.floats(), st.booleans(), st.lists(st.text()), st.binary()))
def test_anything_else_is_refused_with_a_code_and_never_with_the_value(fact_id: str, raw: object) -> None:
    try:
        value = VOCABULARY.parse_value(fact_id, raw)
    except ValueFault as fault:
        assert fault.code.startswith("claims.value_") and fault.fact == fact_id
        assert f"errors.{fault.code}" in catalogue().texts
        assert str(fault) == fault.code
    else:
        assert VOCABULARY.parse_value(fact_id, value) == value


@pytest.mark.parametrize(
    ("fact", "typed", "value"),
    [
        ("detention.reasons_given", "не", False),
        ("detention.reasons_given", " Да ", True),
        ("lawyer.first_access_h", "72", 72),
        ("lawyer.first_access_h", "1,5", Decimal("1.5")),
        ("lawyer.first_access_h", 72.0, 72),
        ("detention.start", "09.08.2020", "2020-08-09"),
        ("detention.start", "9.8.2020", "2020-08-09"),
        ("detention.start", "08.2020", "2020-08"),
        ("detention.start", "2020-08-09/2020-08-11", "2020-08-09/2020-08-11"),
        ("detention.start", date(2020, 8, 9), "2020-08-09"),
        ("judge.authority", "Prosecutor", "prosecutor"),
        ("judge.authority", "Пракурор", "prosecutor"),
        ("charge.based_on", "expression, assembly", ("expression", "assembly")),
        ("charge.based_on", "", ()),
        ("charge.article", "CC1999 342(1); CC1999 361-1", ("CC1999 342(1)", "CC1999 361-1")),
        ("charge.article", ["CC1999 342(1)", "CC1999 342(1)"], ("CC1999 342(1)",)),
        ("detention.agency", "  GUBOPiK ", "GUBOPiK"),
        ("procedure.pending_before", "WGEID", ("WGEID",)),
    ],
)
def test_what_people_type_is_understood(fact: str, typed: object, value: Value) -> None:
    assert VOCABULARY.parse_value(fact, typed) == value


@pytest.mark.parametrize(
    ("fact", "typed", "code"),
    [
        ("detention.reasons_given", "maybe", "claims.value_bool"),
        ("lawyer.first_access_h", "-1", "claims.value_number"),
        ("lawyer.first_access_h", "72 h", "claims.value_number"),
        ("lawyer.first_access_h", "٧٢", "claims.value_number"),
        ("lawyer.first_access_h", float("nan"), "claims.value_number"),
        ("lawyer.first_access_h", True, "claims.value_number"),
        ("detention.start", "2020-02-30", "claims.value_date"),
        ("detention.start", "31.02.2020", "claims.value_date"),
        ("detention.start", datetime(2020, 8, 9, 12), "claims.value_date"),
        ("detention.agency", "", "claims.value_text"),
        ("detention.agency", "a\x00b", "claims.value_text"),
        ("detention.agency", "x" * 20_001, "claims.value_too_long"),
        ("act.country", "Belarus", "claims.value_pattern"),
        ("judge.authority", "minister", "claims.value_member"),
        ("charge.based_on", "poetry", "claims.value_member"),
        ("charge.based_on", 5, "claims.value_list"),
        ("charge.article", "342", "claims.value_pattern"),
        ("procedure.pending_before", "MOON-COURT", "claims.value_unknown_item"),
        ("charge.article", ["CC1999 342(1)"] * 201, "claims.value_too_long"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_own_code(fact: str, typed: object, code: str) -> None:
    with pytest.raises(ValueFault) as fault:
        VOCABULARY.parse_value(fact, typed)
    assert fault.value.code == code


def test_a_refused_member_comes_with_the_members_that_are_allowed() -> None:
    with pytest.raises(ValueFault) as fault:
        VOCABULARY.parse_value("judge.authority", "minister")
    assert [member.key for member in fault.value.allowed] == ["judge", "prosecutor", "investigator", "none"]
    assert all(member.label["be"] for member in fault.value.allowed)


def test_a_fact_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFound, match=r"vocabulary\.unknown_fact"):
        VOCABULARY.fact("detention.mood")
    assert "detention.start" in VOCABULARY and "detention.mood" not in VOCABULARY


@pytest.mark.parametrize(
    ("fact", "body"),
    [
        ("detention.start", {"value.date": "2020-13"}),
        ("detention.start", {"value.text": "2020"}),
        ("lawyer.first_access_h", {"value.number": "-3"}),
        ("lawyer.first_access_h", {}),
        ("detention.reasons_given", {"value.bool": "true"}),
        ("charge.based_on", {"value.list": ("expression",)}),
        ("judge.authority", {"value.text": "minister"}),
    ],
)
def test_a_record_whose_value_has_the_wrong_type_says_nothing(fact: str, body: Mapping[str, object]) -> None:
    assert value_of_fields(VOCABULARY.fact(fact), body) is None


def test_a_fact_in_two_files_is_damage() -> None:
    entry = {"id": "x.y", "type": "bool", "label": {}, "question": {}, "definition": "d", "asked_of": "person", "corroboration": "document"}
    table = {"group": "x", "label": {}, "facts": [entry]}
    with pytest.raises(Damaged, match=r"vocabulary\.twice"):
        read_vocabulary([table, table], {})


def test_assessments_are_told_apart_from_what_a_witness_is_asked() -> None:
    assert VOCABULARY.fact("harm.severe").is_assessment and not VOCABULARY.fact("detention.start").is_assessment
    assert VOCABULARY.fact("harm.severe").sensitive and not VOCABULARY.fact("detention.start").sensitive


def test_identity_facts_cover_what_the_questionnaire_asks() -> None:
    names = {fact for group in VOCABULARY.groups if group.id == "identity" for fact in group.facts}
    assert {"identity.family_name", "identity.first_name", "identity.birth_date", "identity.nationality", "identity.profession"} <= names
    assert all(set(VOCABULARY.fact(name).label) == {"en", "be", "ru"} for name in names)
