"""The guide for an interview: open questions of the norms, in an order that hurts least, with where an account exists already."""

from letapis.core.access import Reader
from letapis.core.brief import Brief
from letapis.core.errors import NotFound, UsageError
from letapis.core.guide import AUDIENCES, Guide, GuideWords, Open, document, lay_out
from letapis.core.sections import Section, fitting
from letapis.core.standing import Level
from letapis.desk import interview_sections, people, qualify, reading
from letapis.desk.opening import Desk
from letapis.engines.render.docx import docx
from letapis.engines.render.pdf import pdf

_PLACES = 3


def guide(desk: Desk, reader: Reader, dossier: bytes, person: bytes = b"", audience: str = "person", mechanism: str = "") -> Guide:
    """What is still to be asked about a person of the dossier: of the norms that are shown first, or of those of one body.

    Raises UsageError for an audience that is none, NotFound for a body without a card and for a dossier without a person.
    """
    if audience not in AUDIENCES:
        raise UsageError("guide.audience")
    card = desk.catalogue.mechanisms.get(mechanism)
    if mechanism and card is None:
        raise NotFound("law.unknown_mechanism")
    norms = tuple(norm for norm in card.norms if norm in desk.catalogue.rulebook.norms) if card else None
    who = person or qualify.main_person(desk, reader, dossier)
    page = qualify.qualify(desk, reader, dossier, norms, qualify.Floor.CHECKED, who)
    told, talks = _told(desk, reader, dossier, who), _talks(desk, reader, dossier)
    missing = [Open(q.fact, len(q.norms), told.get(q.fact) or _where(desk, talks, q.fact), q.fact in told) for q in page.questions]
    return lay_out(desk.catalogue.guide, desk.catalogue.vocabulary, missing, audience)


def _told(desk: Desk, reader: Reader, dossier: bytes, person: bytes) -> dict[str, tuple[str, ...]]:
    """What accounts say already, checked or not: fact -> code of the source and day. A code is no name."""
    codes = {source.source: source.code for source in reading.sources(desk, reader, dossier)}
    found: dict[str, list[str]] = {}
    for claim in reading.claims(desk, reader, dossier, subject=person):
        if not claim.replaced and claim.level >= Level.OPEN:
            found.setdefault(claim.property, []).append(f"{codes.get(claim.source, '')} {claim.recorded[:10]}".strip())
    return {fact: tuple(dict.fromkeys(places))[:_PLACES] for fact, places in found.items()}


def _talks(desk: Desk, reader: Reader, dossier: bytes) -> list[tuple[str, tuple[Section, ...]]]:
    """Interviews with a text that this reader holds: code of the source and day, with its sections."""
    codes = {source.source: source.code for source in reading.sources(desk, reader, dossier)}
    items = [one for one in reading.items(desk, reader, "interview", dossier=dossier) if one.record.raw("note")]
    return [(f"{codes.get(one.about, '')} {one.text('day')}".strip(), interview_sections.talk(desk, reader, one.item).sections) for one in items]


def _where(desk: Desk, talks: list[tuple[str, tuple[Section, ...]]], fact: str) -> tuple[str, ...]:
    """Sections of accounts that may tell it: they are read before anybody is asked."""
    found = []
    for name, sections in talks:
        fit = set(fitting(desk.catalogue.topics, sections, fact))
        found += [f"{name} §{number}" for number, section in enumerate(sections, start=1) if section in fit]
    return tuple(found[:_PLACES])


def guide_document(desk: Desk, reader: Reader, dossier: bytes, made: Guide, language: str) -> Brief:
    """The guide as a document under the code of the dossier, without a name."""
    say = desk.catalogue.texts.say
    names = ("title", "question", "notes", "look", "told", "nothing")
    said = {name: say(f"guide.{name}", language) for name in names}
    code = reading.dossier(desk, reader, dossier).code
    marking = say("filing.invented", language) if people.directory(desk).marking else None
    meta = ((say("guide.day", language), desk.clock().date().isoformat()), (say("guide.who", language), ""))
    return document(made, GuideWords(subtitle=code, **said), language, marking, tuple((key, text or "…") for key, text in meta))


def print_guide(desk: Desk, reader: Reader, dossier: bytes, made: Guide, language: str, form: str) -> bytes:
    """The guide as PDF or DOCX (``form``)."""
    render = {"pdf": pdf, "docx": docx}.get(form)
    if render is None:
        raise UsageError("guide.form")
    return render(guide_document(desk, reader, dossier, made, language), desk.catalogue.texts, on=desk.clock().date())
