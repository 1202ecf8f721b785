"""Before words leave the house: which sentences few people could have told us, and what a colleague decided about each.

A submission asks ``weigh`` at its gate; a case file, and whatever else is to go out, asks ``require_clear``. The rule itself is in
``core.circles``; here is what it needs to know of this workspace, and the deed of assessing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from letapis.core.access import Reader
from letapis.core.brief import Sentence, clean
from letapis.core.circles import AS_IT_IS, CONSENTS, Assessed, Assessments, Told, Weighed, key_of
from letapis.core.errors import Refused, UsageError
from letapis.core.records import Draft, Record, Value
from letapis.core.standing import Level
from letapis.desk import contacts, fellows, ledger, reading
from letapis.desk.dossiers import require_text
from letapis.desk.opening import Desk
from letapis.desk.refold import live_of_kind

PUBLICATION, PACKAGE = "PUBLICATION", "PACKAGE"  # uses beside the mechanisms, which are called as their cards
AT_HOME: Final = "BY"
RELATIVES: Final = ("person.relatives_inside", "exile.relatives_targeted")
_LONGEST: Final = 4000


@dataclass(frozen=True)
class AssessmentForm:
    """What a colleague weighed: what could happen to whoever may be taken for the one who told, what they answered, and how it goes."""

    risk: str
    consent: str
    goes: bool = True
    wording: str = ""


def weigh(desk: Desk, reader: Reader, dossier: bytes, use: str, sentences: Iterable[Sentence], answering: Collection[bytes] = ()) -> list[Weighed]:
    """Each different sentence with its circle and whether it may go. ``answering``: who answers for words that rest on no claim."""
    chosen = list({(key_of(s), s.text): s for s in sentences}.values())
    found = assessments(desk, reader, dossier, use, chosen, answering)
    return [found.weigh(sentence) for sentence in chosen]


def require_clear(desk: Desk, reader: Reader, dossier: bytes, use: str, sentences: Iterable[Sentence], answering: Collection[bytes] = ()) -> None:
    """Raises Refused("circles.unassessed") while one of these sentences must not go out for this use; it names their claims by short id."""
    held = [one for one in weigh(desk, reader, dossier, use, sentences, answering) if not one.clear]
    if held:
        raise Refused("circles.unassessed", ", ".join(dict.fromkeys(ref.hex()[:8] for one in held for ref in one.sentence.claims)))


def assessments(desk: Desk, reader: Reader, dossier: bytes, use: str, sentences: Iterable[Sentence], answering: Collection[bytes]) -> Assessments:
    """What was assessed in this dossier for this use, as it bears on these sentences."""
    return _bearing(desk, reader, dossier, use, {ref for s in sentences for ref in s.claims}, {}, answering)


def assessments_on(desk: Desk, reader: Reader, dossier: bytes, use: str, claims: Iterable[reading.ClaimView]) -> Assessments:
    """The same as it bears on what was cut from these claims, which were read already."""
    known = {claim.ref: claim for claim in claims}
    return _bearing(desk, reader, dossier, use, set(known), known, ())


def _bearing(
    desk: Desk, reader: Reader, dossier: bytes, use: str, refs: set[bytes], known: Mapping[bytes, reading.ClaimView], answering: Collection[bytes]
) -> Assessments:
    found = _assessed(desk, reader, dossier)
    wanted = refs.union(*(a.claims for a in found))
    more = reading.claims_by_ref(desk, reader, wanted.difference(known)) if wanted.difference(known) else {}
    return Assessments(found, use, _told(desk, reader, dossier, {**known, **more}), answering)


def assess(
    desk: Desk, reader: Reader, dossier: bytes, use: str, sentences: Sequence[Sentence], form: AssessmentForm, answering: Collection[bytes] = ()
) -> list[Record]:
    """Record one word on these sentences. Raises UsageError for what is missing, Refused("circles.own") for one's own words,
    Refused("circles.needs_wording") for a sentence that may not go as it is because whoever told was not asked or refused."""
    home, use = reading.dossier(desk, reader, dossier), require_text(use, "circles.use", 40)
    risk, wording = require_text(form.risk, "circles.risk", _LONGEST), clean(form.wording)
    if form.consent not in CONSENTS:
        raise UsageError("circles.consent")
    if not sentences or (wording and (len(sentences) != 1 or not form.goes)):
        raise UsageError("circles.sentences")
    if len(wording) > _LONGEST:
        raise UsageError("circles.wording")
    if form.goes and not wording and form.consent not in AS_IT_IS:
        raise Refused("circles.needs_wording")
    known = assessments(desk, reader, dossier, use, sentences, answering)
    if any(desk.me in known.writers(s.claims) for s in sentences):
        raise Refused("circles.own")
    told: dict[str, Value] = {"dossier": dossier, "kind": "assess_circle", "use": use, "reason": risk, "scope": form.consent}
    told |= {"holds": form.goes} | ({"wording": wording} if wording else {})
    return ledger.append(desk, [Draft("decision", home.work, told | about) for about in _about(sentences, form.goes and not wording)])


def _about(sentences: Sequence[Sentence], together: bool) -> list[dict[str, Value]]:
    """What each decision names. Sentences that go as they are share one; words that a person wrote are named one by one."""
    keys = dict.fromkeys(key_of(s) for s in sentences)
    cut = [claims for claims, words in keys if not words]
    joined = [frozenset[bytes]().union(*cut)] if together and cut else cut
    found: list[dict[str, Value]] = [{"targets": tuple(sorted(claims))} for claims in joined]
    for claims, words in keys:
        if words:
            about: dict[str, Value] = {"sentence": words, "targets": tuple(sorted(claims))}
            found.append(about)
    return found


def withdraw_assessment(desk: Desk, reader: Reader, dossier: bytes, decision: bytes) -> Record:
    """Take one's own word back (the decision's reference). Raises Refused for a colleague's."""
    home = reading.dossier(desk, reader, dossier)
    if live_of_kind(desk, dossier, "assess_circle").get(decision) != desk.me:
        raise Refused("circles.not_yours")
    body: dict[str, Value] = {"dossier": dossier, "kind": "withdraw", "targets": (decision,)}
    return ledger.append(desk, [Draft("decision", home.work, body)])[0]


def assessed(desk: Desk, reader: Reader, dossier: bytes, use: str) -> list[Assessed]:
    """Every word that stands in this dossier for this use, the newest first."""
    return sorted((a for a in _assessed(desk, reader, dossier) if a.use == use), key=lambda a: a.order, reverse=True)


def _assessed(desk: Desk, reader: Reader, dossier: bytes) -> list[Assessed]:
    reading.dossier(desk, reader, dossier)
    members = live_of_kind(desk, dossier, "assess_circle")
    opened = ledger.opened_by_ref(desk, members)
    return [_read(one.record, members[ref]) for ref, one in opened.items()]


def _read(r: Record, member: bytes) -> Assessed:
    goes, order = r.body.get("holds") is not False, (r.header.recorded, r.ref)
    told = r.text("sentence"), r.text("use"), r.text("reason"), r.text("scope")
    return Assessed(r.ref, member, frozenset(r.refs("targets")), *told, goes, r.text("wording"), order)


def _told(desk: Desk, reader: Reader, dossier: bytes, claims: Mapping[bytes, reading.ClaimView]) -> Mapping[bytes, Told]:
    circles = {s.source: s.circle for s in reading.sources(desk, reader, dossier)}
    inside = frozenset(claim.ref for claim in fellows.about_fellows(desk, reader, dossier))
    return _Tellers(claims, circles, frozenset(_near(desk, reader, dossier)), inside)


@dataclass(frozen=True)
class _Tellers(Mapping[bytes, Told]):
    """Who could have told each claim, found out of those that somebody asks about: of 100,000 in a dossier few may leave.

    ``near``: persons and sources with somebody in the country; ``inside``: claims about those who were held together."""

    claims: Mapping[bytes, reading.ClaimView]
    circles: Mapping[bytes, str]
    near: frozenset[bytes]
    inside: frozenset[bytes]
    found: dict[bytes, Told] = field(default_factory=dict)

    def __getitem__(self, ref: bytes) -> Told:
        if ref not in self.found:
            claim = self.claims[ref]
            said = (claim.circle, self.circles.get(claim.source, ""), fellows.CIRCLE if ref in self.inside else "")
            self.found[ref] = Told(claim.author, said, claim.subject in self.near or claim.source in self.near)
        return self.found[ref]

    def __contains__(self, ref: object) -> bool:
        return ref in self.claims

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.claims)

    def __len__(self) -> int:
        return len(self.claims)



def _near(desk: Desk, reader: Reader, dossier: bytes) -> set[bytes]:
    """Persons whose relatives are in the country, and sources who are there themselves. One word is enough; only a retraction ends it."""
    said = reading.claims(desk, reader, dossier, properties=RELATIVES)
    found = {c.subject for c in said if c.value == "true" and not c.replaced and c.level >= Level.DISPUTED}
    return found | {contact.about for contact in contacts.of_dossier(desk, reader, dossier) if contact.text("country") == AT_HOME}
