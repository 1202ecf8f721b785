"""The whole way of one item of evidence: every step from its arrival to now, what is missing, what was made of it, and a form for what
people did with the paper, the telephone or the disk itself."""

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from letapis.core.custody import MORE, Gap
from letapis.core.errors import LetapisError, NotFound
from letapis.core.fixity import UNCHECKED
from letapis.desk import copies, custody, custody_table, evidence_records, reading
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.place_names import place_name
from letapis.faces.web.streams import saved

app_name = "provenance"
_ROWS_PAGE: Final = 40
_LOOKS: Final = ("displaying", "decryption")
_FIELDS: Final = {
    "custody.by_hand": "event",
    "custody.recipient": "recipient",
    "custody.unusual": "unusual",
    "custody.happened": "happened",
    "custody.future": "happened",
}


class DoneForm(DeskForm):
    """What people did with an item, of which the desk cannot know."""

    section = "custody"
    event = forms.ChoiceField()
    recipient = forms.CharField(max_length=custody.LONGEST, required=False)
    condition = forms.CharField(max_length=custody.LONGEST, required=False)
    happened = forms.CharField(max_length=24, required=False)
    place = forms.CharField(max_length=custody.LONGEST, required=False)
    agent = forms.CharField(max_length=custody.LONGEST, required=False)
    reason = forms.CharField(max_length=custody.LONGEST, required=False)
    authority = forms.CharField(max_length=custody.LONGEST, required=False)
    tool = forms.CharField(max_length=custody.LONGEST, required=False)
    unusual = forms.CharField(max_length=custody.LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        by_hand = [event for event in request.desk.catalogue.custody.by_id.values() if event.by_hand]
        by_hand.sort(key=lambda event: event.id != "transfer")  # what people most often come here for stands first
        self.offer_labels("event", [(event.id, event.label) for event in by_hand])


@dataclass(frozen=True)
class StepLine:
    """One step in words. ``told``: what else it says, as (key of the question, answer); ``after``: numbers of the steps before it."""

    number: int
    event: str
    when: str
    name: str
    told: tuple[tuple[str, str], ...]
    unusual: str
    after: str
    signatures: str
    log: str
    entry: int
    size: int
    ref: str
    wrong: bool


def _line(lines: Lines, found: custody.History, step: custody.Step) -> StepLine:
    said = step.said
    told = [(f"custody.told.{name}", getattr(said, name)) for name in MORE if name != "unusual" and getattr(said, name)]
    told += [(f"custody.told.{name}", getattr(said, name).hex()) for name in ("before", "after") if getattr(said, name)]
    event = lines.event(step.event) if step.event else lines.say("custody.arrived")
    when = step.recorded[:10] if step.event in _LOOKS else step.recorded  # a look has a day; at what hour a colleague works is nobody's
    after = ", ".join(str(found.steps[parent].step) if parent in found.steps else parent.hex()[:8] for parent in step.parents)
    wrong = step.signatures == custody.BAD or step.log == custody.BROKEN
    keys = (f"custody.signatures.{step.signatures}", f"custody.log.{step.log}")
    ends = (*keys, step.index + 1, step.size, step.ref.hex()[:16], wrong)
    return StepLine(step.step, event, when, lines.name(step.member), tuple(told), said.unusual, after, *ends)


def _gaps(found: custody.History, gaps: tuple[Gap, ...]) -> list[dict[str, Any]]:
    return [
        {"key": f"custody.gap.{gap.kind}", "step": found.steps[gap.ref].step, "missing": gap.missing.hex()[:16], "days": gap.days} for gap in gaps
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Any, item: str) -> HttpResponse:
    """The chain as a picture of steps, those that were made apart side by side; and the form."""
    kept = reading.evidence(request.desk, request.reader, ident(item))
    form = DoneForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        said = custody.Said(**{name: told[name] for name in MORE})
        try:
            custody.write_down(request.desk, request.reader, kept.object, told["event"], said)
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "custody.written")
            return see_other("provenance:show", item=item)
    return page(request, "evidence/provenance.html", _context(request, kept, form), 422 if form.errors else 200)


def _context(request: Any, kept: reading.EvidenceView, form: DoneForm) -> dict[str, Any]:
    lines, found = Lines(request), custody.history(request.desk, request.reader, kept.object)
    chain = found.chain
    part = part_of(chain.rows, request.GET.get("page", ""), _ROWS_PAGE)
    rows = [[_line(lines, found, found.steps[ref]) for ref in row] for row in part.shown]
    forks = [(found.steps[parent].step, len(several)) for parent, several in chain.forks if parent in found.steps]
    return dict(frame(request, kept.dossier, "evidence")) | {
        "item": kept,
        "form": form,
        "part": part,
        "rows": rows,
        "whole": chain.is_whole,
        "gaps": _gaps(found, chain.gaps),
        "silences": _gaps(found, chain.silences),
        "forks": forks,
        "derived": found.derived,
        "copies": [(place_name(request.desk, lines, one.place), f"fixity.state.{one.cell.state}", one) for one in _copies(request, kept)],
        "records": _records(request, kept),
        "checked": [(f"{'' if outcome in evidence_records.GOOD else 'errors.'}{outcome}", hours) for outcome, hours in _checked(request, kept)],
        "sha256": kept.sha256.hex(),
        "sha512": kept.sha512.hex(),
    }


def _copies(request: Any, kept: reading.EvidenceView) -> list[copies.ItemCopy]:
    """Places that hold a copy of the item, or should."""
    return [one for one in copies.of_item(request.desk, request.reader, kept.object) if one.cell.state != UNCHECKED]


def _records(request: Any, kept: reading.EvidenceView) -> list[tuple[str, str]]:
    """Other originals of the dossier, those first that are called as evidence records are."""
    others = [one for one in reading.evidence_of(request.desk, request.reader, kept.dossier) if one.object != kept.object]
    others.sort(key=lambda one: not one.name.lower().endswith(evidence_records.ENDINGS))
    return [(one.object.hex(), one.title) for one in others]


def _checked(request: Any, kept: reading.EvidenceView) -> list[tuple[str, str]]:
    """What evidence records came to, the last word on each record: outcome and the hours that its stamps state."""
    said: dict[str, tuple[str, str]] = {}
    for entry in reading.custody(request.desk, request.reader, kept.object):
        if entry.event == evidence_records.EVENT and entry.outcome.startswith("records."):
            _, _, told = entry.detail.partition("record ")
            said[told[:32]] = (entry.outcome, told[33:].split(" (")[0])
    return list(said.values())


@require_POST
def record(request: Any, item: str) -> HttpResponse:
    """Hold an evidence record of an archive against the item; where none was chosen, the page comes again."""
    kept, chosen = reading.evidence(request.desk, request.reader, ident(item)), request.POST.get("record", "")
    if not chosen:
        return see_other("provenance:show", item=kept.object.hex())
    found = evidence_records.check(request.desk, request.reader, kept.object, ident(chosen))
    notice(request, found.outcome if found.outcome in evidence_records.GOOD else f"errors.{found.outcome}")
    return see_other("provenance:show", item=item)


@require_POST
def table(request: Any, item: str) -> HttpResponseBase:
    """The chain as a table, saved outside: recorded before it leaves."""
    kept = reading.evidence(request.desk, request.reader, ident(item))
    made = custody_table.table(request.desk, request.reader, kept.object)
    return saved(iter([made]), f"custody-{kept.object.hex()[:8]}.csv", len(made))


urlpatterns = [
    path("evidence/<str:item>/provenance", show, name="show"),
    path("evidence/<str:item>/provenance/record", record, name="record"),
    path("evidence/<str:item>/provenance/table", table, name="table"),
]
