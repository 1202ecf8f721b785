"""The public list: what waits for whose approval, one version with all that it changes, and a card with its history and its recall.

Nothing here decides what may be public: ``desk.public_record`` does, and each refusal comes back with its reason.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from letapis.core.errors import LetapisError, NotFound, UsageError
from letapis.core.public_fold import CARD, STATEMENT, PublicState, Read
from letapis.desk import card_ends, card_settle, clock_doubt, leaving, public_record, reading, recognition_waiting, releases
from letapis.faces.web.card_lines import CardLines, hints
from letapis.faces.web.card_told import rests_of
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Part, part_of
from letapis.faces.web.navigation import Entry
from letapis.faces.web.pages import ident, notice, page, reference, see_other
from letapis.faces.web.public_lines import PublicLines, StateLine, facts_of, looks_of, told
from letapis.faces.web.publisher_lines import is_publisher, next_lines, publisher_lines

app_name = "publication"
NAVIGATION = (Entry(58, "public.title", "publication:overview"),)
TAB: Final = "around"
_SHOWN: Final = 40


class RecallForm(DeskForm):
    """Why a card or a statement goes, and which statements go with it because they name the person: all of them, unless somebody takes one out."""

    section = "public"
    because = forms.ChoiceField(widget=forms.RadioSelect)
    statements = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, request: Any, state: PublicState, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer_labels("because", request.desk.catalogue.publication.recalls.items())
        words, found = PublicLines(request), leaving.naming(request.desk, request.reader, state) if state.alive else []
        choices = [(one.ident.hex(), words.state(home, one).title) for home, one in found]
        if not choices:
            del self.fields["statements"]
            return
        field: Any = self.fields["statements"]
        field.choices, field.initial = choices, [ident for ident, _ in choices]

    @property
    def chosen(self) -> list[bytes]:
        """The statements that go too."""
        return [bytes.fromhex(one) for one in self.cleaned_data.get("statements", ())]


@dataclass(frozen=True)
class EndLine:
    """A card of which answers run out soon: until which day they hold, of whom they are, and for what they were given."""

    line: StateLine
    person: bytes
    last: str
    scopes: str


# ---- the overview ----------------------------------------------------------------------------------------------------


@require_safe
def overview(request: Any) -> HttpResponse:
    """What waits for this member, what waits for others, and who is public. A publisher is shown what the next snapshot says anew."""
    desk, reader, words = request.desk, request.reader, PublicLines(request)
    if is_publisher(request):
        return page(request, "publication/publisher.html", {"publisher": publisher_lines(request), "next": next_lines(request)})
    every = public_record.shown(desk, reader)
    part, public = _public(request, words, every)
    if card_settle.settle_shown(desk, reader, {line.dossier for line in part.shown}):  # what is shown is looked at first, however long the list is
        every = public_record.shown(desk, reader)
        part, public = _public(request, words, every)
    # Of what is shown it is asked whether this member may approve it; what surely waits for somebody else stands behind, however much it is.
    waiting = sorted(public_record.waiting(desk, reader, every), key=lambda one: _is_done_by(reader.member, one.version))
    waits = part_of(waiting, request.GET.get("waits", ""), _SHOWN)
    told = [(one, public_record.may_approve(desk, one, reader.member).holds) for one in waits.shown]
    gone = sorted((one for one in every if one[1].recalled), key=lambda one: one[1].recalls[-1].recorded, reverse=True)
    context = {
        "mine": [(words.state(one.dossier, one.state, one.version), f"public.waits.{one.what}") for one, is_mine in told if is_mine],
        "others": [(words.state(one.dossier, one.state, one.version), f"public.waits.{one.what}") for one, is_mine in told if not is_mine],
        "waits": waits,
        "waits_part": str(waits.number),
        "public_part": str(part.number),
        "decisions": recognition_waiting.waits_for_me(desk, reader),
        "ends": _ends(request, words, {(home, state.ident): state for home, state in every}),
        "part": part,
        "public": public,
        "outcomes": _outcomes(request, [state.standing for _, state in every if state.standing]),
        "gone": [words.state(*one) for one in gone[:_SHOWN]],
        "release": releases.last_release(desk, reader),
        "clock_doubt": clock_doubt.is_far_ahead(desk, reader),
    }
    return page(request, "publication/overview.html", context)


def _is_done_by(member: bytes, found: Read) -> bool:
    """Whether the member has had their say on it already."""
    return found.version.author == member or member in found.approvers


def _ends(request: Any, words: PublicLines, every: Mapping[tuple[bytes, bytes], PublicState]) -> list[EndLine]:
    """Cards whose ground runs out soon, with whom to ask."""
    scopes, found = request.desk.catalogue.consent.scopes, []
    for one in card_ends.ending(request.desk, request.reader)[:_SHOWN]:
        state = every.get((one.dossier, one.card))
        if state is not None:
            labels = ", ".join(scopes[scope].label[request.language] for scope in one.scopes)
            found.append(EndLine(words.state(one.dossier, state), one.person, one.last.isoformat(), labels))
    return found


@require_safe
def statements(request: Any) -> HttpResponse:
    """Every public statement, proposed, public or recalled, the newest first."""
    words = PublicLines(request)
    every = public_record.shown(request.desk, request.reader)
    told = [(home, state, (state.standing or state.versions[-1]).statement) for home, state in every if state.kind == STATEMENT]
    known = sorted(((said.day, state.ident, home, state, said) for home, state, said in told if said), key=lambda one: one[:2], reverse=True)
    part = part_of(known, request.GET.get("page", ""), _SHOWN)
    shown = [(words.state(home, state), said.day, ", ".join(said.signatories)) for _, _, home, state, said in part.shown]
    return page(request, "publication/statements.html", {"part": replace(part, shown=shown), "count": len(known)})


def _public(request: Any, words: PublicLines, every: Sequence[tuple[bytes, PublicState]]) -> tuple[Part, int]:
    """The part of the public cards that is shown, by name, and how many there are."""
    cards = [(home, state) for home, state in every if state.standing and state.kind == CARD]
    named = [(words.title(state.standing).casefold(), state.ident, home, state) for home, state in cards if state.standing]
    part = part_of(sorted(named, key=lambda one: one[:2]), request.GET.get("page", ""), _SHOWN)
    return replace(part, shown=[words.state(home, state) for _, _, home, state in part.shown]), len(named)


def _outcomes(request: Any, public: Iterable[Read]) -> list[tuple[str, int]]:
    """How many cards are public, by what was decided of the person."""
    cards = [one.card for one in public if one.card is not None]
    outcomes = request.desk.catalogue.reference["recognition-statuses"]
    return [(outcomes.name_of(code, request.language), count) for code, count in Counter(card.first("outcome") for card in cards).most_common()]


# ---- one version -----------------------------------------------------------------------------------------------------


def _version_of(request: Any, dossier: bytes, ref: str) -> tuple[PublicState, Read]:
    """A version in the dossier that the address names. Raises NotFound for one of another."""
    state, found = public_record.find(request.desk, request.reader, reference(ref))
    if found.version.home != reading.dossier(request.desk, request.reader, dossier).pub:
        raise NotFound("reading.not_found")
    return state, found


@require_safe
def version(request: Any, dossier: str, version: str) -> HttpResponse:
    card_settle.settle(request.desk, request.reader, (ident(dossier),))
    return _version(request, ident(dossier), *_version_of(request, ident(dossier), version))


def _version(request: Any, dossier: bytes, state: PublicState, found: Read, error: LetapisError | None = None) -> HttpResponse:
    """What would leave by this version, beside what is public now, and who stands behind it."""
    desk, reader, words = request.desk, request.reader, PublicLines(request)
    stands = state.standing if state.standing is None or state.standing.version.ref != found.version.ref else None
    before = stands.card if stands else None
    cards = CardLines(request, _statements(request, dossier))
    rests = rests_of(request, words.lines, dossier, found)
    changes, same = cards.changes(before, found.card, rests.told if rests else {})
    answer = public_record.why_not(desk, reader, found.version.ref, reader.member)
    context = dict(frame(request, dossier, TAB)) | {
        "state": words.state(dossier, state, found),
        "is_public": state.standing is not None and state.standing.version.ref == found.version.ref,
        "before": stands,
        "found": found,
        "hash": found.version.digest.hex()[:16],
        "approvers": words.approvers(found),
        "changes": changes,
        "same": same,
        "with_tellers": rests is not None,
        "statement": _waits_too(request, words, dossier, found),
        "person": rests.person if rests else b"",
        "hints": hints(words.lines, cards, rests.hints) if rests else [],
        "seen": cards.seen(found.card) if found.card else [],
        "photo": found.version.ref if found.version.photo else b"",
        "photo_now": stands.version.ref if stands and stands.version.photo else b"",
        "told": told(found.statement) if found.statement else [],
        "facts": facts_of(found.statement, desk.catalogue.reference, request.language) if found.statement else [],
        "looks": looks_of(cards, found),
        "looked": request.POST.getlist("looked"),
        "may": answer.holds,
        "why_not": "" if answer.holds else words.lines.say(answer.because, **answer.detail),
        "now": _now(state),
        "error": error,
        "errors": f"errors.{error.code}" if error else "",
    }
    return page(request, "publication/version.html", context, 422 if error else 200)


def _statements(request: Any, dossier: bytes) -> dict[str, Any]:
    """Public statements of the dossier in their newest version, by their id."""
    states = public_record.versions(request.desk, request.reader, dossier)
    newest = [state.standing or state.versions[-1] for state in states if state.versions]
    return {one.statement.statement: one.statement for one in newest if one.statement is not None}


def _waits_too(request: Any, words: PublicLines, dossier: bytes, found: Read) -> StateLine | None:
    """The statement that a card names, while it waits for approvals of its own."""
    named = found.card.first("statement") if found.card else ""
    states = {one.ident.hex(): one for one in public_record.versions(request.desk, request.reader, dossier)} if named else {}
    state = states.get(named)
    if state is None or state.standing is not None or not state.waiting:
        return None
    return words.state(dossier, state, state.waiting[-1])


def _now(state: PublicState) -> str:
    """What was public when the page was made: its reference; an approval of something else than was seen is asked again."""
    return state.standing.version.ref.hex() if state.standing else ""


@require_POST
def approve(request: Any, dossier: str, version: str) -> HttpResponse:
    state, found = _version_of(request, ident(dossier), version)
    try:
        if request.POST.get("now", "") != _now(state):
            raise UsageError("public.changed")
        public_record.approve(request.desk, request.reader, found.version.ref, request.POST.getlist("looked"))
    except NotFound:
        raise
    except LetapisError as error:
        return _version(request, ident(dossier), state, found, error)
    state, now = _version_of(request, ident(dossier), version)
    notice(request, "public.now_public" if now.approved else "public.approved")
    return see_other("publication:card", dossier=dossier, card=state.ident.hex())


# ---- a card or a statement with its history --------------------------------------------------------------------------


@require_safe
def photo(request: Any, dossier: str, version: str) -> HttpResponse:
    """The picture of a version, made of bare pixels; never an original."""
    _, found = _version_of(request, ident(dossier), version)
    data = public_record.photo(request.desk, request.reader, found.version.ref)
    if not data or found.faults:
        raise NotFound("reading.not_found")
    return HttpResponse(data, content_type="image/jpeg")


@require_safe
def card(request: Any, dossier: str, card: str) -> HttpResponse:
    card_settle.settle(request.desk, request.reader, (ident(dossier),))
    state = public_record.state_of(request.desk, request.reader, ident(dossier), ident(card))
    return _card(request, ident(dossier), state, RecallForm(request, state))


def _card(request: Any, dossier: bytes, state: PublicState, form: RecallForm) -> HttpResponse:
    """What is public, what waits, what was done so far, and how it is taken back."""
    words = PublicLines(request)
    stands = state.standing
    cards = CardLines(request, _statements(request, dossier))
    behind = dict.fromkeys(name for one in (stands, *state.waiting) if one for name in words.approvers(one))
    context = dict(frame(request, dossier, TAB)) | {
        "state": words.state(dossier, state),
        "alive": state.alive,
        "since": state.since[:10],
        "seen": cards.seen(stands.card) if stands and stands.card else [],
        "begins": stands.version.begins if stands else "",
        "until": stands.until if stands else "",
        "photo": stands.version.ref if stands and stands.version.photo else b"",
        "told": told(stands.statement) if stands and stands.statement else [],
        "waiting": [words.state(dossier, state, one) for one in state.waiting],
        "contested": [words.state(dossier, state, one) for one in state.contested],
        "history": words.history(state),
        "behind": list(behind),
        "form": form,
    }
    return page(request, "publication/card.html", context, 422 if form.errors else 200)


@require_POST
def recall(request: Any, dossier: str, card: str) -> HttpResponse:
    """Take it back; one member and a reason suffice."""
    state = public_record.state_of(request.desk, request.reader, ident(dossier), ident(card))
    form = RecallForm(request, state, request.POST)
    if form.is_valid():
        try:
            leaving.recall(request.desk, request.reader, ident(dossier), state.ident, form.cleaned_data["because"], form.chosen)
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, "because")
        else:
            notice(request, "public.recalled")
            return see_other("publication:card", dossier=dossier, card=card)
    return _card(request, ident(dossier), state, form)


urlpatterns = [
    path("publication", overview, name="overview"),
    path("publication/statements", statements, name="statements"),
    path("dossiers/<str:dossier>/public/versions/<str:version>", version, name="version"),
    path("dossiers/<str:dossier>/public/versions/<str:version>/approve", approve, name="approve"),
    path("dossiers/<str:dossier>/public/versions/<str:version>/photo", photo, name="photo"),
    path("dossiers/<str:dossier>/public/cards/<str:card>", card, name="card"),
    path("dossiers/<str:dossier>/public/cards/<str:card>/recall", recall, name="recall"),
]
