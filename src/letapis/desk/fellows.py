"""What somebody who was released told about those who are still inside: no submission holds it until a colleague has weighed it."""

from letapis.core.access import Reader
from letapis.core.consent import GIVEN
from letapis.core.interview import needs_assessment
from letapis.desk import reading
from letapis.desk.opening import Desk
from letapis.desk.refold import live_of_kind

CIRCLE = "cell"  # who could have told it, unless a colleague says otherwise: those who were in the cell


def circle_of(desk: Desk, reader: Reader, note: reading.NoteView, subject: bytes) -> str:
    """The circle of a claim about this subject that is cut from a note: small for a fellow prisoner in an interview, else not said.

    It stands in the claim itself, so that a colleague who may not read the interview cannot let the claim out either.
    """
    talks = [talk for talk in reading.items(desk, reader, "interview", dossier=note.dossier) if talk.record.raw("note") == note.note]
    if not talks:
        return ""
    own, consenting = frozenset(talk.record.raw("subject") for talk in talks), _consenting(desk, reader, note.dossier)
    return CIRCLE if needs_assessment(subject, own, consenting, told_in_interview=True, assessed=False) else ""


def waiting(desk: Desk, reader: Reader, dossier: bytes) -> list[reading.ClaimView]:
    """Claims about fellow prisoners that no colleague of their author has weighed yet."""
    weighed = _weighed(desk, reader, dossier)
    return [claim for claim in about_fellows(desk, reader, dossier) if not weighed.get(claim.ref, set()) - {claim.author}]


def about_fellows(desk: Desk, reader: Reader, dossier: bytes) -> list[reading.ClaimView]:
    """Claims from interviews about somebody who was not asked; empty for a reader without the dossier's RAW compartment."""
    talks = [talk for talk in reading.items(desk, reader, "interview", dossier=dossier) if talk.record.raw("note")]
    own: dict[bytes, frozenset[bytes]] = {}
    for talk in talks:
        for passage in reading.passages(desk, reader, talk.record.raw("note")):
            own[passage.ref] = own.get(passage.ref, frozenset()) | {talk.record.raw("subject")}
    if not own:
        return []
    consenting = _consenting(desk, reader, dossier)
    told = [claim for claim in reading.claims(desk, reader, dossier) if claim.passage in own and not claim.replaced]
    return [c for c in told if needs_assessment(c.subject, own[c.passage], consenting, told_in_interview=True, assessed=False)]


def _consenting(desk: Desk, reader: Reader, dossier: bytes) -> frozenset[bytes]:
    """Persons of the dossier who themselves agreed to some use; what a relative said for them does not count here."""
    persons = {one.entity for one in reading.entities(desk, reader, dossier)}
    given = {c.party for c in reading.consents(desk, reader, dossier) if c.answer == GIVEN and not c.surrogate}
    return frozenset(persons & given)


def _weighed(desk: Desk, reader: Reader, dossier: bytes) -> dict[bytes, set[bytes]]:
    """Claims with the members who weighed them and did not take their word back."""
    live, found = live_of_kind(desk, dossier, "assess_circle"), dict[bytes, set[bytes]]()
    for ruling in reading.rulings_of_dossier(desk, reader, dossier, ("assess_circle",)):
        if ruling.ref in live:
            found.setdefault(ruling.target, set()).add(ruling.member)
    return found
