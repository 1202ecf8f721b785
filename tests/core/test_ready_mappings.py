"""The ready mappings on the lists they were written for: how many entries, which faults, what is never taken. Real lists where they are."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from letapis.core.listing import Entry, Listing, Row, Table, entries
from letapis.engines.catalogue import catalogue

SHARED = Path(__file__).resolve().parents[3] / "shared"
DATA = SHARED / "data"
TODAY = date(2026, 11, 26)
here = pytest.mark.skipif(not DATA.exists(), reason="the lists are not here")


def table(path: Path, delimiter: str = ",") -> Table:
    with path.open(encoding="utf-8-sig", newline="") as file:
        titles, *rows = csv.reader(file, delimiter=delimiter)
    return made(path.name, titles, rows)


def made(name: str, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    return Table(name, tuple(titles), tuple(Row(number, tuple(row)) for number, row in enumerate(rows, 2)))


def read(mapping: str, *tables: Table) -> Listing:
    desk = catalogue()
    return entries(tables, desk.mappings[mapping], desk.vocabulary, today=TODAY, hides=lambda _: False)


def told(entry: Entry, fact: str) -> list[object]:
    return [value.value for value in entry.values if value.property == fact]


def faults(listing: Listing) -> Counter[tuple[str, str]]:
    return Counter((fault.code, fault.column) for fault in (*listing.faults, *(one for entry in listing.entries for one in entry.faults)))


def test_every_ready_mapping_has_a_title_in_each_language_and_reads_a_name() -> None:
    for mapping in catalogue().mappings.values():
        assert all(mapping.titles[language] for language in ("en", "be", "ru")), mapping.id
        assert not mapping.columns & mapping.drop, mapping.id
        assert all(f"listing.held.{one.held}" in catalogue().texts for one in mapping.fields if one.held), mapping.id
        assert all(f"listing.quarantine.{rule.code}" in catalogue().texts for rule in mapping.quarantine), mapping.id


@pytest.mark.parametrize(
    "titles",
    [
        ("name", "birth_date", "sex", "detained_on", "place_of_detention", "_uuid"),
        ("Full name", "Date of birth", "Sex", "Date of arrest", "Place of detention", "_uuid"),
        ("Прозвішча, імя, імя па бацьку", "Дата нараджэння", "Пол", "Дата затрымання", "Месца ўтрымання", "_uuid"),
        ("Фамилия, имя, отчество", "Дата рождения", "Пол", "Дата задержания", "Место содержания", "_uuid"),
    ],
)
def test_submissions_say_the_same_by_the_names_of_their_questions_and_by_their_words(titles: tuple[str, ...]) -> None:
    found = read("odk-submissions", made("form.csv", titles, [("Анкетны Янка Прыкладавіч", "1990-02-03", "male", "2025-05-05", "Vydumka", "u1")]))
    (entry,) = found.entries
    assert [name.text for name in entry.names] == ["Анкетны Янка Прыкладавіч"] and entry.key == "u1" and not faults(found)
    assert {value.property: value.value for value in entry.values} == {
        **{"identity.birth_date": "1990-02-03", "person.sex": "m", "detention.start": "2025-05-05", "detention.place": "Vydumka"}
    }


def test_a_name_in_a_group_of_a_form_is_not_taken_for_that_of_the_person() -> None:
    found = read("odk-submissions", made("form.csv", ("witness-name", "interviewer/name", "KEY"), [("Pryklad Svedka", "Vydumka Kalega", "u1")]))
    assert not found.has_names and not found.entries[0].names and found.entries[0].quarantined == "nameless"


@here
def test_the_eu_annex_gives_every_entry_and_only_the_faults_that_are_in_it() -> None:
    listing = read("eu-annex", table(DATA / "eu_32006R0765_consolidated.csv"))
    by_kind = Counter(entry.kind for entry in listing.entries)
    assert by_kind == {"person": 312, "organisation": 96}
    assert faults(listing) == {("date", "birthDate"): 2}  # "21.11.1964 / 1965" and "28.01 1966" are left for a person to read
    assert listing.quarantined == ()
    persons = {entry.key: entry for entry in listing.entries if entry.kind == "person"}
    alternatives = next(value for value in persons["I.A · 304"].values if value.property == "identity.birth_date")
    assert (alternatives.value, alternatives.certainty) == ("1979/1981", "about")
    assert sum(any("mixed_script" in name.flags for name in entry.names) for entry in persons.values()) >= 158
    assert any("\u0138" in name.text for entry in persons.values() for name in entry.names)  # kept as it stands
    assert sum(sum(bool(re.search("[а-яё]", name.text)) for name in entry.names) >= 2 for entry in persons.values()) >= 296
    assert sum(bool(told(entry, "office.post")) for entry in persons.values()) > 290


@here
def test_posts_of_the_annex_come_with_their_body_and_their_days() -> None:
    listing = read("eu-annex", table(DATA / "eu_32006R0765_consolidated.csv"))
    entry = next(one for one in listing.entries if one.key == "I.A · 105")
    posts = [(value.value, value.valid_from, value.valid_to) for value in entry.values if value.property == "office.post"]
    assert posts == [
        ("Chairman, Investigative Committee of Belarus", "2021-03-11", ""),
        ("former Deputy Prosecutor General, Belarus", "", "2021-03-11"),
    ]
    assert told(entry, "office.commands") == ["Investigative Committee of Belarus"]
    assert told(entry, "office.since") == ["2021-03-11"]


@here
def test_the_uk_list_joins_subjects_and_names() -> None:
    listing = read("uk-sanctions", table(DATA / "uk_belarus_subjects.csv"), table(DATA / "uk_belarus_names.csv"))
    assert Counter(entry.kind for entry in listing.entries) == {"person": 135, "organisation": 32}
    assert faults(listing) == {}
    assert sum(len(entry.names) for entry in listing.entries) > 600
    assert told(listing.entries[0], "listed.since") == ["2020-12-31"]


@here
def test_the_us_list_takes_births_out_of_its_remarks_and_no_numbers_of_documents() -> None:
    listing = read("ofac-sdn", table(DATA / "ofac_belarus_sdn_2021.csv"), table(DATA / "ofac_belarus_aliases.csv"))
    assert Counter(entry.kind for entry in listing.entries) == {"person": 41, "organisation": 18}
    assert faults(listing) == {}
    born = [entry for entry in listing.entries if told(entry, "identity.birth_date")]
    assert len(born) >= 25
    assert all(entry.kind == "person" for entry in born)
    assert not any("Passport" in str(value.value) or "Registration" in str(value.value) for entry in listing.entries for value in entry.values)


def test_numbers_of_documents_and_phones_are_not_taken_and_not_even_named_as_left_over() -> None:
    listing = read(
        "eu-annex",
        made("list.csv", ["annex", "recordId", "schema", "name", "passportNumber", "phone"], [["I.A", "1", "Person", "Ivan PRYKLAD", "PP1", "+1"]]),
    )
    (entry,) = listing.entries
    assert "PP1" not in repr(entry)
    assert listing.untaken == ()


def test_an_organisation_keeps_its_brackets_and_a_person_is_told_in_every_form() -> None:
    rows = [["I.A", "1", "Person", "Iury (Yuri) PRYKLAD"], ["I.B", "1", "LegalEntity", "Vydumka (VYD) / JSC Vydumka"]]
    listing = read("eu-annex", made("list.csv", ["annex", "recordId", "schema", "name"], rows))
    assert [[(name.text, name.role) for name in entry.names] for entry in listing.entries] == [
        [("Iury PRYKLAD", "primary"), ("Yuri PRYKLAD", "alias")],
        [("Vydumka (VYD) / JSC Vydumka", "primary")],
    ]


def test_a_membership_of_followthemoney_is_told_of_the_person_with_the_name_of_the_body() -> None:
    titles = ["id", "schema", "properties/name/0", "properties/name/1", "properties/birthDate/0", "properties/organization/0", "properties/member/0"]
    titles += ["properties/role/0", "properties/startDate/0"]
    rows = [
        ["p1", "Person", "Янка Выдуманы", "Ян Выдуманный", "1988-04", "", "", "", ""],
        ["o1", "Organization", "Суд Прыдуманскага раёна", "", "", "", "", "", ""],
        ["c1", "Membership", "", "", "", "o1", "p1", "сакратар", "2019"],
        ["e1", "Event", "Затрыманне", "", "", "", "", "", ""],
    ]
    listing = read("followthemoney", made("entities.ijson", titles, rows))
    person, body = listing.entries
    assert [name.text for name in person.names] == ["Янка Выдуманы", "Ян Выдуманный"]
    assert (person.kind, body.kind) == ("person", "organisation")
    posts = [(value.property, value.value, value.valid_from) for value in person.values if value.property.startswith("office.")]
    assert posts == [("office.post", "сакратар", "2019"), ("office.body", "Суд Прыдуманскага раёна", "2019")]
    assert faults(listing) == {}


@pytest.mark.skipif(not (SHARED / "samples" / "sfm").exists(), reason="the samples are not here")
def test_persons_and_units_of_the_security_force_monitor() -> None:
    sfm = SHARED / "samples" / "sfm"
    listing = read("sfm-persons", table(sfm / "gen-persons.csv"), table(sfm / "gen-units.csv"))
    person, regiment, brigade = listing.entries
    assert (person.kind, regiment.kind, brigade.kind) == ("person", "organisation", "organisation")
    assert [(v.value, v.valid_from, v.valid_to) for v in person.values if v.property == "office.post"] == [
        ("камандзір", "2020-08-09", "2021"),
        ("намеснік", "2021", ""),
    ]
    assert told(person, "office.body") == ["1-ы Прыдуманы полк", "Прыдуманая брыгада"]
    assert [(v.value, v.valid_from) for v in regiment.values if v.property == "unit.parent"] == [("Прыдуманая брыгада", "2019-05")]
    assert faults(listing) == {}
    claims = read("sfm-postings", table(sfm / "example-claim-as-row.csv", "\t"))
    assert [(v.property, v.valid_from) for v in claims.entries[0].values][:1] == [("office.post", "2012-09-01")]


INCIDENTS = (
    "incident:perpetrator:refs:assertion",
    "incident:perpetrator:names:qa",
    "incident:perpetrator:classifications:assertion",
    "incident:violation:descriptions:assertion",
    "incident:victim:names:qa",
    "first_precise:range",
    "first_imprecise:range",
    "last_imprecise:range",
    "researcher:meta",
)
ONE, OTHER, UNIT = (f"{n}0000000-0000-4000-8000-000000000000" for n in (1, 2, 3))


def test_who_is_named_in_incidents_waits_for_a_person_and_several_in_a_row_are_nobodys_entry() -> None:
    rows = [
        [ONE, "Ivan PRYKLAD", "person", "Beating", "Canary Victim", "2020-08-09", "", "", "canary-researcher"],
        [ONE, "Іван Прыклад", "person", "Threats", "Canary Victim", "", "2020-08-10", "2020-08-12", "canary-researcher"],
        [UNIT, "Vydumka regiment", "unit", "Dispersal", "", "2020-08-11", "", "", ""],
        [f"{ONE}; {OTHER}", "Ivan PRYKLAD; Piotr VYDUMKA", "person", "Beating", "", "2020-08-13", "", "", ""],
        [f"{ONE}, {OTHER}", "Ivan PRYKLAD, Piotr VYDUMKA", "person", "Beating", "", "2020-08-14", "", "", ""],
        ["", "", "", "Nobody is named", "", "2020-08-15", "", "", ""],
    ]
    listing = read("sfm-incidents", made("incidents.csv", INCIDENTS, rows))
    person, unit = listing.entries
    assert ((person.kind, unit.kind), [name.text for name in person.names]) == (("person", "organisation"), ["Ivan PRYKLAD", "Іван Прыклад"])
    assert person.values == () == unit.values, "that somebody is named does not say that they did it"
    held = [(one.code, one.value.value, one.value.valid_from, one.value.valid_to) for one in person.held]
    assert held == [("named_in_incident", "Beating", "2020-08-09", ""), ("named_in_incident", "Threats", "2020-08-10", "2020-08-12")]
    assert [(fault.row, fault.code) for fault in listing.faults] == [(5, "several"), (6, "several"), (7, "no_key")]
    assert "canary" not in repr(listing).casefold()


def test_columns_of_an_export_of_bayanat_and_what_is_left_out_of_it() -> None:
    titles = [
        "id",
        "name",
        "name_ar",
        "nickname",
        "middle_name",
        "last_name",
        "mother_name",
        "sex",
        "age",
        "civilian",
        "type",
        "events",
        "id_numbers",
    ]
    rows = [["7", "Ivan Pryklad", "", "Prykla", "", "", "Alena Vydumka", "Male", "Adult", "Civilian", "Person", "", '[{"number": "1"}]']]
    (entry,) = read("bayanat", made("actors.csv", titles, rows)).entries
    assert [(name.text, name.role) for name in entry.names] == [("Ivan Pryklad", "primary"), ("Prykla", "alias")]
    assert told(entry, "person.sex") == ["m"]
    assert "Vydumka" not in repr(entry)


def test_submissions_and_uwazi_titles_in_three_languages() -> None:
    (entry,) = read(
        "odk-submissions",
        made("s.csv", ["meta/instanceID", "given_name", "family_name", "sex", "phonenumber"], [["uuid:1", "Янка", "Прыклад", "мужчына", "+1"]]),
    ).entries
    assert ([name.text for name in entry.names], told(entry, "person.sex")) == (["Янка Прыклад"], ["m"])
    assert "+1" not in repr(entry)
    (entry,) = read(
        "uwazi", made("u.csv", ["id", "title", "title__be", "title__ru"], [["1", "Yanka Pryklad", "Янка Прыклад", "Янко Прыклад"]])
    ).entries
    assert [(name.text, name.language) for name in entry.names] == [("Yanka Pryklad", "en"), ("Янка Прыклад", "be"), ("Янко Прыклад", "ru")]
