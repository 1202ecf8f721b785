"""A prisoner whose card is made, at the desks of an invented team: relatives, a source, notes and files around them, each with a secret."""

from letapis.core.access import Reader
from letapis.core.published import Card
from letapis.desk import claims, contacts, dossiers, evidence, identity, public_record, reading, recognition, sources, verify
from letapis.desk.card_plan import CardPlan, plan
from letapis.desk.cards import propose, usual
from letapis.desk.opening import Desk
from letapis.desk.sources import ConsentForm
from tests.team import Team

LISTED = ("public_list_named", "public_list_photo", "public_list_birthday", "public_list_life", "public_list_letters", "public_list_death")
WRITTEN = (
    ("identity.name", "Янка Прыклад"),
    ("person.sex", "m"),
    ("identity.birth_date", "1990-05-17"),
    ("identity.profession", "настаўнік"),
    ("charge.article", "CC1999 342(1)"),
)
SEEN = (("detention.start", "2021-03-01"), ("detention.place", "sizo-1"))
SECRETS = (
    ("identity.birth_place", "canary-village"),
    ("identity.address", "canary-address"),
    ("identity.document", "canary-document"),
    ("person.disability", "true"),
    ("harm.type", "beating"),
)


class House:
    """A dossier with a prisoner, whose relatives agreed for them, and a canary in every place that must not go."""

    def __init__(self, team: Team) -> None:
        self.team, self.desk = team, team.desks[0]
        desk = self.desk
        self.dossier = dossiers.new_dossier(desk, "PRY-7", "canary-dossier", "person", "Янка Прыклад")
        self.person = reading.entities(desk, self.reader, self.dossier)[0].entity
        form = sources.SourceForm("Kanarejka", "person", "B", "public")
        self.source = sources.add_source(desk, self.reader, self.dossier, form, identity.Details(name="canary-identity"))
        contacts.keep_contact(desk, self.reader, self.source, contacts.ContactForm(channel="signal", address="canary-contact"))
        self.court = sources.add_source(desk, self.reader, self.dossier, sources.SourceForm("canary-court", "document", "A", "public"))
        self.second = sources.add_source(desk, self.reader, self.dossier, sources.SourceForm("canary-second", "person", "B", "public"))
        sources.compare_sources(desk, self.reader, self.source, self.second, "canary-compared")
        self.item = evidence.keep_text(desk, self.reader, self.dossier, "canary-evidence", "canary-content of a page.", self.source)
        self.sister = dossiers.add_entity(desk, self.reader, self.dossier, "person", "Марыля Канарэйчанка")
        dossiers.admit_to_dossier(desk, self.reader, self.dossier, [other.me for other in team.desks[1:]])

    @property
    def reader(self) -> Reader:
        return self.desk.reader("work")

    def say(self, person: bytes, source: bytes, *said: tuple[str, str], since: str = "", saw: bool = False) -> None:
        """Claims on somebody: out of a document, or told by whoever ``saw`` it."""
        words = "canary-passage: these are invented words."
        basis, item = ("saw", b"") if saw else ("document", self.item)
        note = claims.write_note(self.desk, self.reader, self.dossier, claims.NoteForm("canary-note", words, "en", source, basis, person, item))
        claims.cut_claims(self.desk, self.reader, note, 0, len(words), [claims.Cut(fact, value, valid_from=since) for fact, value in said])

    def agrees(self, answer: str = "given", scopes: tuple[str, ...] = LISTED, desk: Desk | None = None) -> None:
        """The family answers for the person, who cannot be reached."""
        desk = desk or self.desk
        told = [ConsentForm(scope, answer, how="written", surrogate=True, reason="In custody") for scope in scopes]
        sources.record_consent(desk, desk.reader("work"), self.dossier, self.person, told)

    def checked(self) -> None:
        self.team.settle(1)
        for other in self.team.desks[1:]:
            for claim in reading.claims(other, other.reader("check"), self.dossier):
                if other.me not in claim.checkers:
                    verify.check_claims(other, other.reader("check"), [claim.rid])
        self.team.settle()

    def decided(self, outcome: str, day: str, ground: str = "", statement: bytes = b"") -> None:
        """What organisations decided, written down by one and confirmed by another."""
        form = recognition.OutcomeForm(outcome, day, ground, "Invented reason.", "Invented: all the same.", statement)
        made = recognition.record_outcome(self.desk, self.reader, self.dossier, self.person, form)
        self.team.settle(1)
        recognition.confirm(self.team.desks[1], self.team.reader(1), made)

    def plan(self) -> CardPlan:
        return plan(self.desk, self.reader, self.dossier, self.person)

    def propose(self) -> bytes:
        return propose(self.desk, self.reader, self.dossier, self.person, usual(self.plan()))

    def published(self) -> bytes:
        """The card, approved by both others. Returns the reference of its version."""
        ref = self.propose()
        self.team.settle(1)
        for other in self.team.desks[1:]:
            looked = public_record.find(other, other.reader("check"), ref)[1].looks
            public_record.approve(other, other.reader("check"), ref, looked)
        self.team.settle()
        return ref

    def public(self, number: int = 0) -> Card | None:
        desk = self.team.desks[number]
        found = public_record.entries(desk, desk.reader("work")).entries
        return found[0].card if found else None


def house_of(team: Team) -> House:
    """The same with everything said by two sources and checked by both others."""
    made = House(team)
    made.agrees()
    made.say(made.person, made.court, *WRITTEN)
    made.say(made.person, made.court, *SECRETS)
    for source in (made.source, made.second):
        made.say(made.person, source, *SEEN, saw=True)
    made.say(made.sister, made.source, ("identity.name", "Марыля Канарэйчанка"), ("identity.profession", "canary-sister"))
    team.settle(1)
    verify.judge_document(team.desks[1], team.desks[1].reader("check"), made.item, True, "Invented: compared with the register.")
    made.checked()
    return made
