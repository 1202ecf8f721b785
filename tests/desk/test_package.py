"""Persons given to a partner as data: what may go, what stays and why, what is recorded, and that no other word of the dossier goes with it."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from followthemoney import model

from letapis.core.access import Reader
from letapis.core.errors import LetapisError
from letapis.core.listing import entries as entries_of
from letapis.core.package_ftm import INVENTED
from letapis.core.records import Value
from letapis.core.standing import Level
from letapis.desk import claims, contacts, dossiers, erasing, evidence, identity, items, package, reading, sources, verify
from letapis.desk.opening import Desk
from letapis.desk.package_plan import Order, make_plan
from letapis.desk.posts import PostForm, record_posts
from letapis.engines.tables import read_tables
from tests.schema import faults
from tests.team import Team, make_team

from .casework import desk, work_at

__all__ = ["desk", "make_team"]
RECIPIENT = "Invented partner"
PURPOSE = "Invented research"
EU = "EU sanctions list on Belarus (Regulation 765/2006)"
CANARIES = ("canary-source-code", "canary-identity", "canary-contact", "canary-label", "canary-note", "canary-passage", "canary-evidence",
            "canary-dossier", "canary-address", "canary-health", "canary-document", "canary-refused",
            "canary-near", "canary-reason", "canary-village", "canary-unchecked")  # fmt: skip
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "reference" / "persons.schema.json").read_text("utf-8"))
ALL = ("birth", "about", "offices", "lists", "case")


class House:
    """A dossier with a prisoner who agreed, an official of a list, and a canary in every field that must not go."""

    def __init__(self, team: Team) -> None:
        self.team, self.desk = team, team.desks[0]
        desk = self.desk
        self.dossier = dossiers.new_dossier(desk, "PRY-6", "canary-dossier", "person", "canary-label")
        self.person = reading.entities(desk, self.reader, self.dossier)[0].entity
        secret = identity.Details(name="canary-identity")
        form = sources.SourceForm("canary-source-code", "person", "B", "public")
        self.source = sources.add_source(desk, self.reader, self.dossier, form, secret)
        contacts.keep_contact(desk, self.reader, self.source, contacts.ContactForm(channel="signal", address="canary-contact"))
        self.list = sources.add_source(desk, self.reader, self.dossier, sources.SourceForm("canary-list-code", "list", "A", "public"))
        self.eu = sources.add_source(desk, self.reader, self.dossier, sources.SourceForm("canary-eu-code", "list", "A", "public"))
        told: dict[str, Value] = {"dossier": self.dossier, "source": self.eu, "title": "canary-list-title", "mapping": "eu-annex", "state": "done"}
        work = reading.dossier(desk, self.reader, self.dossier).work
        items.new(desk, "list_import", work, {**told, "day": "2026-03-01", "size": 1})
        # A file that was put under our own list as a published one and never recorded: it vouches for nothing.
        items.new(desk, "list_import", work, {**told, "source": self.list, "day": "2026-03-02", "size": 1, "state": "dropped"})
        self.item = evidence.keep_text(desk, self.reader, self.dossier, "canary-evidence", "An invented page.", self.source)
        self.official = dossiers.add_entity(desk, self.reader, self.dossier, "person", "canary-label of an official")
        self.other = dossiers.add_entity(desk, self.reader, self.dossier, "person", "canary-label of another")
        self.body = dossiers.add_entity(desk, self.reader, self.dossier, "organisation", "canary-label of a body")

    @property
    def reader(self) -> Reader:
        return self.desk.reader("work")

    def say(self, person: bytes, source: bytes, *said: tuple[str, str], since: str = "") -> None:
        """Claims on somebody, cut from a note of their own."""
        words = "canary-passage: these are invented words."
        form = claims.NoteForm("canary-note", words, "en", source, "document", person, self.item)
        note = claims.write_note(self.desk, self.reader, self.dossier, form)
        claims.cut_claims(self.desk, self.reader, note, 0, len(words), [claims.Cut(fact, value, valid_from=since) for fact, value in said])

    def agrees(self, *parties: bytes) -> None:
        for party in parties:
            given = [sources.ConsentForm("case_file_share", "given", how="written")]
            sources.record_consent(self.desk, self.reader, self.dossier, party, given)

    def checked(self) -> None:
        """Two others confirm every claim alone, as a named post must be."""
        self.team.settle()
        for other in self.team.desks[1:]:
            for claim in reading.claims(other, other.reader("check"), self.dossier):
                if other.me not in claim.checkers:
                    verify.check_claims(other, other.reader("check"), [claim.rid])
        self.team.settle()

    def order(self, form: str = "ftm") -> Order:
        return Order(form, groups=ALL)

    def give(self, form: str) -> package.Given:
        return package.give(self.desk, self.reader, self.dossier, RECIPIENT, PURPOSE, self.order(form))


@pytest.fixture
def house(make_team: Callable[..., Team]) -> House:
    team = make_team(3)
    made = House(team)
    dossiers.admit_to_dossier(made.desk, made.reader, made.dossier, [other.me for other in team.desks[1:]])
    made.agrees(made.source, made.person)
    made.say(made.person, made.source, ("identity.name", "Янка Прыклад"), ("identity.name", "Yanka Pryklad"), ("identity.birth_date", "1990-05"))
    made.say(made.person, made.source, ("identity.other_name", "=cmd|' /C calc'!A0"), ("person.sex", "m"), ("detention.place", "=1+1"))
    made.say(made.person, made.source, ("identity.address", "canary-address"), ("identity.document", "canary-document"))
    made.say(made.person, made.source, ("person.disability", "true"), ("custody.health_deterioration", "true"), ("harm.type", "beating"))
    post = ("office.post", "Head"), ("office.body", "Vydumka colony")
    made.say(made.official, made.list, ("identity.name", "Vydumka, Official"), *post, since="2021")
    made.say(made.official, made.list, ("office.post", "Judge"), since="2019-01")
    bound = PostForm("Deputy", "Vydumka colony", since="2015", seen="2018-05-01", source=made.list)
    record_posts(made.desk, made.reader, made.dossier, made.official, [bound])
    made.say(made.official, made.eu, ("listed.list", "Annex I"), ("listed.since", "2022-06-03"), ("listed.reason", "Invented reason."))
    made.say(made.official, made.list, ("listed.reason", "canary-reason"))
    made.say(made.body, made.list, ("identity.name", "Vydumka colony"))
    made.say(made.other, made.source, ("identity.name", "canary-refused"))
    near = sources.add_source(made.desk, made.reader, made.dossier, sources.SourceForm("canary-near", "person", "B", "family"))
    nameless = dossiers.add_entity(made.desk, made.reader, made.dossier, "person", "canary-label without a name")
    made.agrees(nameless, near)
    made.say(nameless, made.source, ("identity.birth_date", "1980"))
    made.say(made.person, near, ("identity.birth_place", "canary-village"))
    made.checked()
    made.say(made.person, made.source, ("identity.name", "canary-unchecked"))
    return made


def entities(given: package.Given) -> list[dict[str, object]]:
    return [json.loads(line) for line in given.data.decode().splitlines()]


def test_what_goes_and_what_stays(house: House) -> None:
    told = (reads_as_followthemoney, comes_in_at_another_centre, gives_no_other_word, table_and_document)
    for part in (*told, tells_what_stays, is_found_when_taken_back):
        part(house)


def reads_as_followthemoney(house: House) -> None:
    """FollowTheMoney itself reads what goes and finds nothing to mend, and every statement knows who says it."""
    given = house.give("ftm")
    found = entities(given)
    people = {}
    for data in found:
        proxy = model.get_proxy(dict(data), cleaned=False)
        proxy.schema.validate({"properties": proxy.properties})
        assert set(data["properties"]) - set(proxy.schema.properties) <= {"profession"}, "the present model knows it, that of 3.8 does not"
        for prop in proxy.iterprops():
            assert all(prop.type.clean(value) == value for value in proxy.get(prop)), prop.name
        said = [(one["prop"], one["value"]) for one in data["statements"]]
        assert sorted(said) == sorted((name, value) for name, values in data["properties"].items() for value in values)
        assert {(one["entity_id"], one["schema"], one["dataset"]) for one in data["statements"]} == {(data["id"], data["schema"], INVENTED)}
        assert {one["origin"] for one in data["statements"]} <= {"Pryklad", "a list", EU}
        people[proxy.id] = proxy
    persons = {one.caption: one for one in people.values() if one.schema.name == "Person"}
    assert sorted(persons) == ["Vydumka, Official", "Янка Прыклад"]
    prisoner, official = persons["Янка Прыклад"], persons["Vydumka, Official"]
    assert (prisoner.get("alias"), prisoner.get("birthDate"), prisoner.get("gender")) == (["Yanka Pryklad"], ["1990-05"], ["male"])
    assert prisoner.get("weakAlias") == ["=cmd|' /C calc'!A0"]
    head = next(one for one in people.values() if one.schema.name == "Directorship" and one.first("role") == "Head")
    body = people[head.first("organization")]
    assert (head.first("director"), body.first("name")) == (official.id, "Vydumka colony")
    assert (head.first("role"), head.first("startDate")) == ("Head", "2021")
    assert [one.id for one in people.values() if one.schema.name == "Organization"] == [body.id], "the body of the dossier, not a second one"
    sanction = next(one for one in people.values() if one.schema.name == "Sanction")
    told = [sanction.first(name) for name in ("entity", "authority", "program", "listingDate", "reason")]
    assert told == [official.id, "Council of the European Union", "Annex I", "2022-06-03", "Invented reason."]
    linked = {url for one in people.values() for url in one.get("sourceUrl", quiet=True)}
    assert linked == {"https://eur-lex.europa.eu/eli/reg/2006/765"}, "the address of a published list and of nothing else"
    held = next(one for one in people.values() if one.schema.name == "Occupancy")
    assert (held.first("holder"), people[held.first("post")].first("name"), held.first("startDate")) == (official.id, "Judge", "2019-01")


def comes_in_at_another_centre(house: House) -> None:
    """Who takes lists of entities reads ours: the same persons with the same names and days, the posts with them, and nobody else."""
    data, known = house.give("ftm").data, house.desk.catalogue
    found = read_tables(lambda start: [data[start:]], len(data), "given.json")
    listed = entries_of(found.tables, known.mappings["followthemoney"], known.vocabulary, today=date(2026, 11, 27), hides=lambda _: False)
    told = {entry.names[0].text: entry for entry in listed.entries}
    assert set(told) == {"Янка Прыклад", "Vydumka, Official", "Vydumka colony"} and not listed.faults and not listed.quarantined
    prisoner, official = told["Янка Прыклад"], told["Vydumka, Official"]
    assert {name.text for name in prisoner.names} == {"Янка Прыклад", "Yanka Pryklad", "=cmd|' /C calc'!A0"}
    assert {value.property: value.value for value in prisoner.values}.items() >= {"identity.birth_date": "1990-05", "person.sex": "m"}.items()
    assert {value.value for value in official.values if value.property == "office.post"} == {"Head", "Deputy", "Judge"}


def gives_no_other_word(house: House) -> None:
    """None of the canaries is in any form; neither are our ids, and two partners cannot compare theirs."""
    for form in ("ftm", "csv", "json"):
        data = house.give(form).data.decode()
        assert not [canary for canary in (*CANARIES, "canary") if canary in data], form
        for ident in (house.person, house.source, house.dossier, house.item, house.official):
            assert ident.hex() not in data and ident.hex()[:8] not in data
    mine, theirs = (package.give(house.desk, house.reader, house.dossier, to, PURPOSE, house.order()) for to in (RECIPIENT, "Another partner"))
    assert {one["id"] for one in entities(mine) if one["schema"] == "Person"}.isdisjoint(one["id"] for one in entities(theirs))
    marks = []
    for to in (RECIPIENT, "Another partner"):
        told = json.loads(package.give(house.desk, house.reader, house.dossier, to, PURPOSE, house.order("json")).data)
        marks.append({at["together"] for one in told["entities"] for at in one["statements"] if "together" in at})
    assert marks[0] and marks[0].isdisjoint(marks[1])
    again = package.give(house.desk, house.reader, house.dossier, RECIPIENT.upper(), PURPOSE, house.order())
    assert again.data == mine.data, "the same partner can renew what it has"


def table_and_document(house: House) -> None:
    """A table runs nothing in a spreadsheet, and a document tells each value."""
    table = list(csv.DictReader(io.StringIO(house.give("csv").data.decode())))
    assert [row["kind"] for row in table] == ["person", "person", "organisation"]
    prisoner = next(row for row in table if "Прыклад" in row["name"])
    assert (prisoner["name"], prisoner["other_names"], prisoner["place"]) == ("Янка Прыклад; Yanka Pryklad", "'=cmd|' /C calc'!A0", "'=1+1")
    held = ("Head, Vydumka colony (2021 – …)", "Deputy, Vydumka colony (2015 – …)", "Judge (2019-01 – …)")
    assert sorted(next(row["posts"] for row in table if row["posts"]).split("; ")) == sorted(held)
    assert not any(cell[:1] in ("=", "+", "-", "@") for row in table for cell in row.values())
    told = json.loads(house.give("json").data)
    assert not list(faults(told, SCHEMA, SCHEMA))
    wrong = {**told, "entities": [{**told["entities"][0], "more": 1}]}
    assert list(faults(wrong, SCHEMA, SCHEMA)), "what checks it finds something"
    assert (told["format"], told["to"], told["standing_at_least"], told["invented"]) == ("letapis-persons/1", RECIPIENT, "checked", True)
    said = next(one for one in told["entities"] if one["name"] == "Янка Прыклад")["statements"]
    assert {"property": "sex", "fact": "person.sex", "value": "male", "origin": "Pryklad", "standing": "checked"} in said


def tells_what_stays(house: House) -> None:
    """What stays, and why; less is asked for, less goes."""
    plan = make_plan(house.desk, house.reader, house.dossier, RECIPIENT, house.order())
    assert {(one.claim.property, one.because.because, one.who) for one in plan.stays} == {
        ("identity.name", "law.consent_never_asked", "person"),
        ("identity.name", "uses.needs_others", ""),
        ("identity.birth_date", "package.no_name", ""),
        ("listed.reason", "package.not_published", ""),
        ("identity.birth_place", "package.waits", ""),
        ("office.until", "package.only_bound", ""),
    }
    assert plan.never == {"identity": 2, "person": 1, "custody": 1, "harm": 1} and plan.nameless == 1
    few = make_plan(house.desk, house.reader, house.dossier, RECIPIENT, Order())
    assert {one.fact for leaving in few.people for one in leaving.values} == {"identity.name", "identity.other_name"}
    strict = make_plan(house.desk, house.reader, house.dossier, RECIPIENT, Order(floor=Level.VERIFIED, groups=ALL))
    assert {one.because.because for one in strict.stays} >= {"casefile.below_choice"}


@pytest.mark.parametrize(
    "recipient, purpose, order, code",
    [
        ("", PURPOSE, Order(), "package.recipient"),
        (RECIPIENT, " ", Order(), "package.purpose"),
        (RECIPIENT, PURPOSE, Order("xml"), "package.format"),
        (RECIPIENT, PURPOSE, Order(to="nobody"), "casefile.to"),
        (RECIPIENT, PURPOSE, Order(groups=("health",)), "package.groups"),
        (RECIPIENT, PURPOSE, Order(), "package.nothing_leaves"),
    ],
)
def test_what_cannot_be_given_is_said(desk: Desk, recipient: str, purpose: str, order: Order, code: str) -> None:
    work = work_at(desk)
    with pytest.raises(LetapisError) as fault:
        package.give(desk, desk.reader("work"), work.dossier, recipient, purpose, order)
    assert fault.value.code == code
    assert not package.packages(desk, desk.reader("work"), work.dossier), "nothing went, nothing is recorded"


def is_found_when_taken_back(house: House) -> None:
    """What went is recorded, and whoever takes something back learns who has it."""
    before = len(package.packages(house.desk, house.reader, house.dossier))
    shown = make_plan(house.desk, house.reader, house.dossier, RECIPIENT, house.order()).fingerprint
    given = package.give(house.desk, house.reader, house.dossier, RECIPIENT, PURPOSE, house.order(), shown)
    kept, *earlier = package.packages(house.desk, house.reader, house.dossier)
    assert len(earlier) == before
    assert (kept.recipient, kept.purpose, kept.form, kept.people, kept.digest) == (RECIPIENT, PURPOSE, "ftm", 3, given.digest)
    day = kept.day
    for target, found in ((house.person, True), (house.other, False), (house.source, True)):
        left = erasing.going(house.desk, house.reader, house.dossier, {target}).sent
        assert (("package", RECIPIENT, day) in [(one.what, one.recipient, one.day) for one in left]) == found
    with pytest.raises(LetapisError) as fault:
        house.agrees(house.other)  # who refused nothing any more goes too
        package.give(house.desk, house.reader, house.dossier, RECIPIENT, PURPOSE, house.order(), shown)
    assert fault.value.code == "package.look_again"
    package.fail(house.desk, house.reader, given.package)
    assert len(package.packages(house.desk, house.reader, house.dossier)) == before
