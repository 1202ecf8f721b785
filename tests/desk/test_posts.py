"""Posts of officials: several claims bound together, said once by each source, found again by any name of the body."""

from collections.abc import Callable

import pytest

from letapis.core.command import Truth
from letapis.core.errors import NotFound, UsageError
from letapis.core.standing import Level
from letapis.desk import claims, evidence, list_files, list_import, one_person, reading, sources
from letapis.desk.claims import Cut
from letapis.desk.dossiers import add_entity, admit_to_dossier, new_dossier
from letapis.desk.posts import PostForm, bind_posts, record_posts
from letapis.desk.verify import retract_claim
from tests.team import Team

COLONY = "PK-99 Vydumka"


class Work:
    """A dossier about a colony with two officials and a list."""

    def __init__(self, team: Team) -> None:
        self.desk, self.reader = team.desks[0], team.reader()
        self.dossier = new_dossier(self.desk, "PK", "Heads of a colony", "group")
        self.reader = team.reader()
        self.pryklad, self.vydumka = (add_entity(self.desk, self.reader, self.dossier, "person", one) for one in ("Pryklad, A.", "Vydumka, B."))
        self.colony = add_entity(self.desk, self.reader, self.dossier, "organisation", COLONY)
        self.list = sources.add_source(self.desk, self.reader, self.dossier, sources.SourceForm("Invented list", "list", "C"))

    def record(self, person: bytes, *forms: PostForm) -> list[bytes]:
        return record_posts(self.desk, self.reader, self.dossier, person, forms)

    def say(self, subject: bytes, fact: str, value: str, **more: str) -> bytes:
        cut = Cut(fact, value, subject, self.list, "document", **more)
        return claims.add_claims(self.desk, self.reader, self.dossier, [cut])[0].ref

    def heads(self, day: str, place: str = COLONY) -> list[tuple[str, Truth]]:
        book = reading.command_book(self.desk, self.reader)
        return [(book.post_of(one.tenure).name, one.truth) for one in book.chain(place, day).held]


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(2)


@pytest.fixture
def work(team: Team) -> Work:
    return Work(team)


def head(work: Work, since: str = "", until: str = "", **more: str) -> PostForm:
    return PostForm(f"Head of {COLONY}", COLONY, since=since, until=until, source=work.list, **more)  # type: ignore[arg-type]


def test_who_commanded_the_colony_on_a_day_with_the_claims_behind_it(work: Work) -> None:
    work.record(work.pryklad, head(work, "2015", "2020-03-10"))
    work.record(work.vydumka, head(work, "2021-06"), PostForm("Deputy head", COLONY, since="2019", source=work.list))
    assert work.heads("2019") == [("Pryklad, A.", Truth.CERTAIN)] and work.heads("2020-12") == []
    assert work.heads("2021-08-15") == [("Vydumka, B.", Truth.POSSIBLE)], "nobody said how long"
    work.record(work.vydumka, head(work, "2021-06", seen="2022-03-01"))
    assert work.heads("2021-08-15") == [("Vydumka, B.", Truth.CERTAIN)]
    found = reading.posts(work.desk, work.reader, person=work.vydumka)
    assert [(one.title, one.commands) for one in found] == [("Deputy head", ()), (f"Head of {COLONY}", (COLONY,))]
    assert {one.property for one in found[1].claims} == {"office.post", "office.body", "office.commands", "office.since", "office.until"}
    assert found[1].level is Level.OPEN and all(one.source == work.list for one in found[1].claims)


def test_a_list_that_is_read_twice_says_everything_once(work: Work) -> None:
    first = work.record(work.pryklad, head(work, "2015"))
    count = len(reading.claims(work.desk, work.reader, work.dossier))
    assert work.record(work.pryklad, head(work, "2015")) == first
    assert len(reading.claims(work.desk, work.reader, work.dossier)) == count
    again = work.record(work.pryklad, head(work, "2015", "2016"), head(work, "2019", "2020"))
    assert again[0] == first[0] and again[1] != first[0], "a second time in the same post is another post"


def test_two_posts_of_one_person_never_contradict_each_other(work: Work) -> None:
    work.record(work.pryklad, head(work, "2015"), PostForm("Member", "din", since="2018-04", source=work.list))
    assert reading.contradictions(work.desk, work.reader, work.dossier) == []


def test_two_entries_that_are_one_person_are_one_head_with_the_posts_of_both(work: Work) -> None:
    again = add_entity(work.desk, work.reader, work.dossier, "person", "Pryklad, Alaksandr")
    for person in (work.pryklad, again):
        work.record(person, head(work, "2015", "2020"))
    book = reading.command_book(work.desk, work.reader)
    assert book.chain(COLONY, "2017").several
    one_person.decide(work.desk, work.reader, work.pryklad, again, "same", "The same post in two lists, the same day of birth.")
    assert not reading.command_book(work.desk, work.reader).chain(COLONY, "2017").several
    assert len(reading.posts(work.desk, work.reader, person=again)) == 2


def test_a_retracted_word_is_not_answered_with(work: Work) -> None:
    work.record(work.pryklad, head(work, "2015", "2022"))
    (until,) = (one for one in reading.claims(work.desk, work.reader, work.dossier) if one.property == "office.until")
    retract_claim(work.desk, work.reader, until.rid, "Read in the wrong row.")
    commands = [one for one in reading.claims(work.desk, work.reader, work.dossier) if one.property == "office.commands"]
    assert work.heads("2017") == [("Pryklad, A.", Truth.POSSIBLE)]
    retract_claim(work.desk, work.reader, commands[0].rid, "Another colony.")
    assert work.heads("2017") == []


def test_a_correction_takes_the_place_of_what_it_corrects(work: Work) -> None:
    work.record(work.pryklad, head(work, "2015", "2016"))
    (until,) = (one for one in reading.claims(work.desk, work.reader, work.dossier) if one.property == "office.until")
    claims.correct_claim(work.desk, work.reader, until.rid, Cut("office.until", "2018", valid_from="2018", valid_to="2018"))
    assert work.heads("2017") == [("Pryklad, A.", Truth.CERTAIN)]


def test_a_body_is_found_by_its_other_names_and_its_entry(work: Work) -> None:
    work.record(work.pryklad, PostForm("Начальник", "ИК-3", since="2015", until="2020", source=work.list))
    work.record(work.vydumka, head(work, "2015", "2020"))
    work.say(work.colony, "unit.name", "Vydumka colony")
    work.say(work.colony, "unit.parent", "din", valid_from="2010")
    assert work.heads("2017", "ik-3") == work.heads("2017", "Penal Colony No 3, Vićba") == [("Pryklad, A.", Truth.CERTAIN)]
    assert work.heads("2017", "vydumka  COLONY") == [("Vydumka, B.", Truth.CERTAIN)]
    book = reading.command_book(work.desk, work.reader)
    (above,) = book.chain(COLONY, "2017").above
    assert above.parent.above == "din" and above.truth is Truth.POSSIBLE and above.parent.claim in book.claims
    assert above.step is not None and [one.parent.above for one in above.step.above] == ["mvd"], "the register goes on from there"
    body = book.bodies[book.naming.reference(COLONY)]
    assert not body.registered and [one.entity for one in body.entities] == [work.colony] and len(body.claims) == 2


def test_a_list_that_tells_title_body_and_days_apart_is_bound_row_by_row(work: Work) -> None:
    def say(row: int, fact: str, value: str, first: str = "", last: str = "") -> None:
        cut = Cut(f"office.{fact}", value, work.vydumka, work.list, "document", first, last, page=f"row {row}")
        claims.add_claims(work.desk, work.reader, work.dossier, [cut])

    say(2, "post", f"Head of {COLONY}", "2021-06", "2023")
    say(2, "post", "former Deputy Head of the Pryklad unit")
    for fact, value in (("body", COLONY), ("commands", COLONY), ("body", "Pryklad unit")):
        say(2, fact, value)
    say(2, "since", "2021-06", "2021-06", "2021-06")
    say(3, "post", "Member")
    say(3, "body", "din", "2015")
    say(4, "post", "Head of an office")
    say(4, "post", "Head of an office of old")
    say(4, "body", "office")
    assert bind_posts(work.desk, work.reader, work.dossier, work.list) == 5
    assert bind_posts(work.desk, work.reader, work.dossier, work.list) == 0
    found = {one.title: (one.body, one.commands) for one in reading.posts(work.desk, work.reader, person=work.vydumka)}
    assert found[f"Head of {COLONY}"] == (COLONY, (COLONY,)) and found["former Deputy Head of the Pryklad unit"] == ("Pryklad unit", ())
    assert found["Member"] == ("din", ()) and found["Head of an office"] == ("", ()), "a body that fits two titles belongs to neither"
    assert work.heads("2022") == [("Vydumka, B.", Truth.CERTAIN)] and work.heads("2024") == [], "the end stands in the time of the title"


def test_an_imported_list_answers_who_commanded_with_the_claims_behind_it(work: Work) -> None:
    header = (
        "celex,recordId,programKey,annex,measure,startDate,reason,schema,name,alias,previousName,nationality,birthDate,birthPlace,position,"
        "gender,incorporationDate,legalForm,registrationNumber,okpoCode,website,notes"
    )
    rows = [
        ("1", "PRYKLAD Alaksandr", "Deputy Head of Prison No 1, Hrodna; Head of Penal Colony No 3 since 1 June 2021"),
        ("2", "VYDUMKA Barys", "Former Head of Penal Colony No 3 (until 10 March 2020)"),
    ]
    told = [{"recordId": number, "name": name, "position": position, "schema": "Person", "annex": "I.A"} for number, name, position in rows]
    data = "\n".join([header, *(",".join(f'"{one.get(name, "")}"' for name in header.split(",")) for one in told)]).encode()
    sealed = evidence.seal_upload(work.desk, work.reader, work.dossier, [data])
    form = list_files.ListForm("Invented annex", source_code="ANNEX", mapping="eu-annex")
    ident = list_files.bring(work.desk, work.reader, work.dossier, form, [("annex.csv", sealed)])
    list_import.record(work.desk, work.desk.reader("work"), ident)
    book = reading.command_book(work.desk, work.reader)
    (head,) = book.chain("ik-3", "2021-08-15").held
    behind = book.post_of(head.tenure)
    assert (behind.name, head.truth) == ("PRYKLAD Alaksandr", Truth.POSSIBLE), "since when is told, and nobody says how long"
    assert {claim.property for claim in behind.claims} >= {"office.post", "office.body", "office.commands", "office.since"}
    assert [one.truth for one in book.chain("ik-3", "2019").held] == [Truth.POSSIBLE] and book.chain("ik-3", "2020-12").held == ()
    assert reading.contradictions(work.desk, work.reader, work.dossier) == []


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (PostForm(" "), "posts.title"),
        (PostForm("x" * 301), "posts.title"),
        (PostForm("Head", "x" * 301), "posts.too_long"),
        (PostForm("Head", since="soon"), "posts.date"),
        (PostForm("Head", since="2021", until="2019"), "posts.ends"),
        (PostForm("Head", since="2021", since_certainty="surely"), "claims.certainty"),
        (PostForm("Head"), "claims.source"),
    ],
)
def test_what_is_no_post_is_refused_and_nothing_stays(work: Work, form: PostForm, code: str) -> None:
    with pytest.raises(UsageError) as fault:
        work.record(work.pryklad, head(work, "2015"), form)
    assert fault.value.code == code and reading.posts(work.desk, work.reader, dossier=work.dossier) == []
    with pytest.raises(UsageError):
        work.record(work.colony, head(work, "2015"))


def test_who_does_not_hold_the_dossier_sees_no_post(work: Work, team: Team) -> None:
    work.record(work.pryklad, head(work, "2015", "2020"))
    team.settle()
    stranger, reader = team.desks[1], team.reader(1)
    book = reading.command_book(stranger, reader)
    assert book.posts == () and book.chain(COLONY, "2017").held == () and book.naming.reference(COLONY) not in book.bodies
    with pytest.raises(NotFound):
        reading.posts(stranger, reader, dossier=work.dossier)
    admit_to_dossier(work.desk, work.reader, work.dossier, [stranger.me])
    team.settle()
    assert len(reading.posts(stranger, team.reader(1), dossier=work.dossier)) == 1
