"""Documents for bodies, invented: a submission without the checks that other tests play, and one that passed them all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from letapis.core.records import Draft
from letapis.desk import briefs, claims, dossiers, evidence, ledger, reading, sources, submit, verify
from letapis.desk.opening import Desk
from tests.desk.assessing import assess_all
from tests.team import Team

FACTS = (
    ("detention.start", "2024-11-12"),
    ("act.country", "BY"),
    ("detention.reasons_given", "false"),
    ("charge.based_on", "expression"),
    ("restriction.necessity_reasoned", "false"),
    ("procedure.submitter_identified", "true"),
    ("procedure.pending_before", ""),
    ("procedure.decided_by", ""),
)


def produced(desk: Desk, dossier: bytes, mechanism: str = "WGAD-REGULAR") -> bytes:
    """Record that a document for a body was produced. Returns the id of the submission."""
    view = briefs.make_brief(desk, desk.reader("work"), dossier)
    work = reading.dossier(desk, desk.reader("work"), dossier).work
    return ledger.append(desk, [Draft("submission", work, {"dossier": dossier, "brief": view.ref, "mechanism": mechanism})])[0].header.id


def dossier_of(desk: Desk, code: str = "PRY-1") -> bytes:
    return dossiers.new_dossier(desk, code, "Pryklad", "person", "Janka Vydumka")


@dataclass(frozen=True)
class Paper:
    """One more item with a fact that was cut from it: bytes, kind, type, the kind of its source and whether that one agreed."""

    title: str
    data: bytes
    fact: str
    value: str
    kind: str = "document"
    media_type: str = "application/pdf"
    source: str = "document"
    consents: bool = True
    circle: str = "state"


@dataclass
class Filed:
    team: Team
    dossier: bytes
    person: bytes
    source: bytes
    items: list[bytes] = field(default_factory=list)
    sources: list[bytes] = field(default_factory=list)  # of the papers, in their order

    def desk(self, number: int) -> Desk:
        return self.team.desks[number]

    def brief(self, number: int = 0) -> briefs.BriefView:
        return briefs.briefs(self.desk(number), self.team.reader(number), self.dossier)[0]

    def shut(self, number: int = 0, override: str = "") -> set[str]:
        asked = submit.gates(self.desk(number), self.team.reader(number), self.brief(number), override)
        return {gate.answer.because for gate in asked if gate.closed}

    def produce(self) -> submit.Produced:
        """The same after a colleague's approval."""
        briefs.approve_brief(self.desk(1), self.team.reader(1), self.brief(1))
        self.team.settle()
        return submit.produce(self.desk(0), self.team.reader(), self.brief())


def filed_by(team: Team, papers: Sequence[Paper] = (), more: Callable[[Filed], None] = lambda _: None) -> Filed:
    """A dossier of eight claims and one for each paper, all checked by two others, judged, with consent; a brief made by the first member.
    ``more`` is recorded before anybody checks."""
    desk = team.desks[0]
    ident = dossiers.new_dossier(desk, "PR-1", "Invented", person="Pryklad")
    reader = team.reader()
    person = reading.entities(desk, reader, ident)[0].entity
    source = sources.add_source(desk, reader, ident, sources.SourceForm("Kalina", grade="B", circle="family"))
    for party in (person, source):
        sources.record_consent(desk, reader, ident, party, [sources.ConsentForm("wgad_regular", "given", taken="2025-01-01")])
    text = "\n".join(f"{number} {fact}." for number, (fact, _) in enumerate(FACTS))
    item = evidence.keep_text(desk, reader, ident, "Account", text, source)
    note = claims.write_note(desk, reader, ident, claims.NoteForm("Account", text, "en", source, "saw", person, item))
    for number, (fact, value) in enumerate(FACTS):
        claims.cut_claims(desk, reader, note, *claims.find_passage(text, f"{number} {fact}."), [claims.Cut(fact, value)])
    made = Filed(team, ident, person, source, [item])
    for number, paper in enumerate(papers):
        made.items.append(_add(desk, made, number, paper))
    more(made)
    dossiers.admit_to_dossier(desk, reader, ident, [other.me for other in team.desks[1:]])
    team.settle()
    for other in team.desks[1:]:
        for one in reading.notes(other, other.reader("check"), ident):
            for passage in reading.passages(other, other.reader("check"), one.note):
                verify.check_passage(other, other.reader("check"), passage.ref)
    verify.judge_element(team.desks[1], team.reader(1), ident, "WGAD-II", "E2", True, "No aim is named anywhere.")
    team.settle()
    briefs.make_brief(desk, team.reader(), ident)
    team.settle()
    assess_all(team.desks[1], briefs.briefs(team.desks[1], team.reader(1), ident)[0])
    team.settle()
    return made


def _add(desk: Desk, made: Filed, number: int, paper: Paper) -> bytes:
    reader = desk.reader("work")
    form = sources.SourceForm(f"Paper {number}", paper.source, grade="B", circle=paper.circle)
    source = sources.add_source(desk, reader, made.dossier, form)
    made.sources.append(source)
    if paper.source == "person" and paper.consents:
        sources.record_consent(desk, reader, made.dossier, source, [sources.ConsentForm("wgad_regular", "given", taken="2025-01-01")])
    kept = evidence.EvidenceForm(paper.title, paper.kind, f"{paper.title}.raw", source, paper.media_type)
    item = evidence.add_evidence(desk, reader, made.dossier, kept, [paper.data])
    cut_one(desk, made, source, item, paper.fact, paper.value, made.person)
    return item


def cut_one(desk: Desk, made: Filed, source: bytes, item: bytes, fact: str, value: str, about: bytes) -> None:
    """One claim of a source that was cut from an item."""
    text = f"{fact} by {source.hex()[:4]}."
    note = claims.write_note(desk, desk.reader("work"), made.dossier, claims.NoteForm("Cut", text, "en", source, "document", about, item))
    claims.cut_claims(desk, desk.reader("work"), note, 0, len(text), [claims.Cut(fact, value)])
