"""A dossier and the public list: who of it is public, what may stand on a person's card, what stays and why, the preview and the proposal."""

from typing import Any, Final

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from letapis.core.cards import PHOTO
from letapis.core.errors import LetapisError, NotFound
from letapis.core.public_fold import Read
from letapis.core.published import Card
from letapis.desk import card_photo, card_plan, card_settle, cards, clock_doubt, public_record, qualify, reading
from letapis.desk.card_plan import CardPlan
from letapis.desk.card_wish import Wish, WishFault
from letapis.faces.web.around import Around
from letapis.faces.web.card_form import CardForm, name_may_stand, read_wish
from letapis.faces.web.card_lines import CardLines, hints
from letapis.faces.web.card_told import Tellers
from letapis.faces.web.consent_table import Row, rows_of
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.kept import typed
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.public_lines import PublicLines, StateLine

app_name = "cards"
TAB: Final = "around"
AROUND = (Around(3, "public.title", "cards:dossier", ("public_card", "public_statement")),)
_STEPS: Final = frozenset({"look", "propose", "change", "shown"})
_OTHERS_PAGE: Final = 60  # a list that was brought in gives a dossier thousands whom nobody means to publish
_PHOTO_FAULTS: Final = ("cards.photo_too_large", "outgoing.not_clean")


# ---- a dossier -------------------------------------------------------------------------------------------------------


@require_safe
def dossier(request: Any, dossier: str) -> HttpResponse:
    """Persons of a dossier with what is public of them, and everything else that was ever proposed."""
    desk, reader, whole = request.desk, request.reader, ident(dossier)
    context = dict(frame(request, whole, TAB))
    done = card_settle.settle(desk, reader, (whole,))
    words, states = PublicLines(request), {one.ident: one for one in public_record.versions(desk, reader, whole)}
    persons = qualify.persons(desk, reader, whole)
    shown = cards.cards_of(desk, reader, whole, [one.entity for one in persons])
    rows = list[tuple[reading.EntityView, StateLine | None]]()
    for person in persons:
        state = states.pop(shown.get(person.entity, b""), None)
        rows.append((person, words.state(whole, state) if state else None))
    first = [row for number, row in enumerate(rows) if row[1] or number == 0]
    others = [row for number, row in enumerate(rows) if not row[1] and number]
    context |= {
        "people": first,
        "others": len(others),
        "part": part_of(others, request.GET.get("page", ""), _OTHERS_PAGE),
        "turned": "page" in request.GET,
        "rest": [words.state(whole, one) for one in states.values()],
        "settled": [words.reason(one.because) for one in done if one.because],
        "clock_doubt": clock_doubt.is_far_ahead(desk, reader),
    }
    return page(request, "publication/dossier.html", context)


# ---- a person's card -------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: Any, entity: str) -> HttpResponse:
    """Choose, look at exactly what would be public, propose."""
    known = reading.entity(request.desk, request.reader, ident(entity))
    if known.kind != "person":
        raise NotFound("reading.not_found")
    card_settle.settle(request.desk, request.reader, (known.dossier,))
    plan = card_plan.plan(request.desk, request.reader, known.dossier, known.entity)
    if request.method != "POST":
        return _form(request, known, CardForm(request, plan, cards.wish_of(request.desk, request.reader, plan)))
    written = {one.id for one in card_plan.own_fields(request.desk.catalogue.publication.fields)}
    wish = read_wish(request.POST, plan, written)
    if "change" in request.POST:
        return _form(request, known, CardForm(request, plan, wish))
    return _looked(request, known, plan, wish)


def _looked(request: Any, known: reading.EntityView, plan: CardPlan, wish: Wish) -> HttpResponse:
    """The preview, or the proposal of what was previewed; what does not fit comes back in the form, beside its field."""
    desk, reader = request.desk, request.reader
    try:
        seen = cards.preview(desk, reader, known.dossier, known.entity, wish)
    except WishFault as fault:
        return _form(request, known, CardForm(request, plan, wish, _in_words(request, fault)))
    except LetapisError as error:
        if error.code not in _PHOTO_FAULTS:
            raise
        told = {PHOTO: (Lines(request).say(f"errors.{error.code}"),)}
        return _form(request, known, CardForm(request, plan, wish, told))
    if "propose" not in request.POST:
        return _preview(request, known, plan, wish, seen)
    try:
        ref = cards.propose(desk, reader, known.dossier, known.entity, wish, request.POST.get("shown", ""))
    except NotFound:
        raise
    except LetapisError as error:
        return _preview(request, known, plan, wish, seen, error)
    notice(request, "public.proposed")
    return see_other("publication:version", dossier=known.dossier.hex(), version=ref.hex())


def _in_words(request: Any, fault: WishFault) -> dict[str, tuple[str, ...]]:
    lines, found = Lines(request), dict[str, tuple[str, ...]]()
    for name, answer in fault.faults:
        found[name] = (*found.get(name, ()), lines.say(answer.because, **answer.detail))
    return found


def _form(request: Any, known: reading.EntityView, form: CardForm) -> HttpResponse:
    labels = CardLines(request)
    context = dict(frame(request, known.dossier, TAB)) | _person(request, known, form.plan)
    context |= {
        "groups": form.groups(),
        "nothing": form.nothing_known(),
        "no_photo": form.no_photo(),
        "named": form.named,
        "may_be_named": name_may_stand(form.plan),
        "why_unnamed": Lines(request).say(form.plan.named.because, **form.plan.named.detail),
        "faults": form.faults,
        "whole": form.faults.get("", ()),
        "wrong": [(name, labels.label(name)) for name in form.faults if name],
        "consents": _consents(request, known, labels),
        "recognised": bool(form.plan.recognised),
        "small": [one for one in form.plan.weighed if not one.clear],
    }
    return page(request, "publication/choose.html", context, 422 if form.faults else 200)


def _person(request: Any, known: reading.EntityView, plan: CardPlan) -> dict[str, Any]:
    """Who it is, and how their card stands now."""
    number = cards.card_of(request.desk, request.reader, plan)
    states = {one.ident: one for one in public_record.versions(request.desk, request.reader, known.dossier)}
    state = states.get(number)
    return {"person": known, "state": PublicLines(request).state(known.dossier, state) if state else None}


def _consents(request: Any, known: reading.EntityView, labels: CardLines) -> list[tuple[Row, str]]:
    """Each consent that the card may need: the answer in force, and the fields that ask for it."""
    fields = request.desk.catalogue.publication.fields.values()
    needed = dict.fromkeys(scope for one in fields for scope in one.ask)
    rows = {row.scope: row for row in rows_of(request, known.dossier, known.entity)}
    last = {scope: [labels.label(one.id) for one in fields if one.ask and one.ask[-1] == scope] for scope in needed}
    return [(rows[scope], ", ".join(last[scope])) for scope in needed if scope in rows]


def _preview(
    request: Any, known: reading.EntityView, plan: CardPlan, wish: Wish, seen: cards.Preview, error: LetapisError | None = None
) -> HttpResponse:
    """Exactly what would be proposed, beside what is public now."""
    lines = Lines(request)
    shown = CardLines(request, {plan.statement.statement: plan.statement} if plan.statement else {})
    told = Tellers(request, lines).by_field(plan, [(one.field, one.language, one.claim) for one in wish.chosen])
    before = _public(request, known, plan)
    changes, same = shown.changes(before, seen.card, told)
    context = dict(frame(request, known.dossier, TAB)) | _person(request, known, plan)
    context |= {
        "before": before,
        "changes": changes,
        "same": same,
        "with_tellers": True,
        "seen": shown.seen(seen.card),
        "hints": hints(lines, shown, seen.hints),
        "until": seen.until,
        "fingerprint": seen.fingerprint,
        "photo": wish.photo.hex() if seen.photo else "",
        "digest": seen.card.first(PHOTO),
        "photo_now": _photo_now(request, known, plan),
        "sent": [(name, value) for name, values in typed(request.POST).items() for value in values if name not in _STEPS],
        "errors": f"errors.{error.code}" if error else "",
        "needed": request.desk.catalogue.publication.approvals,
    }
    return page(request, "publication/preview.html", context, 422 if error else 200)


@require_safe
def photo(request: Any, entity: str, chosen: str, digest: str) -> HttpResponse:
    """The picture that a proposal would carry: made of bare pixels, and never an original."""
    known = reading.entity(request.desk, request.reader, ident(entity))
    if known.kind != "person":
        raise NotFound("reading.not_found")
    plan = card_plan.plan(request.desk, request.reader, known.dossier, known.entity)
    return HttpResponse(card_photo.looked_at(request.desk, request.reader, plan, ident(chosen), digest), content_type="image/jpeg")


def _stands(request: Any, known: reading.EntityView, plan: CardPlan) -> Read | None:
    """What is public of the person now."""
    number = cards.card_of(request.desk, request.reader, plan)
    states = {one.ident: one for one in public_record.standing(request.desk, request.reader, known.dossier)}
    return states[number].standing if number in states else None


def _public(request: Any, known: reading.EntityView, plan: CardPlan) -> Card | None:
    """The card of the person as it is public now."""
    stands = _stands(request, known, plan)
    return stands.card if stands else None


def _photo_now(request: Any, known: reading.EntityView, plan: CardPlan) -> bytes:
    """The version whose picture is public now; empty where none is."""
    stands = _stands(request, known, plan)
    return stands.version.ref if stands and stands.version.photo else b""


urlpatterns = [
    path("dossiers/<str:dossier>/public", dossier, name="dossier"),
    path("persons/<str:entity>/public", person, name="person"),
    path("persons/<str:entity>/public/photo/<str:chosen>/<str:digest>", photo, name="photo"),
]
