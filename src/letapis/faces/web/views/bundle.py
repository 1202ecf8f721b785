"""What goes to a body beside its document: what may go, what stays and why, the folder that is written, and what left before."""

from pathlib import Path
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from letapis.core.errors import LetapisError
from letapis.desk import briefs, bundle, bundle_plan, evidence
from letapis.desk.bundle_plan import Enclosure
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines
from letapis.faces.web.pages import ident, page, see_other

app_name = "bundle"
_REPORT: Final = "bundle"
_FIELDS: Final = {
    "bundle.number": "chosen",
    "bundle.may_not_go": "chosen",
    "casefile.folder": "folder",
    "casefile.exists": "folder",
    "casefile.inside_workspace": "folder",
}


class BundleForm(DeskForm):
    """Which annexes go, and into which new folder. A tick stands beside every annex that may go."""

    section = "bundle"
    chosen = forms.TypedMultipleChoiceField(coerce=int, required=False, widget=forms.CheckboxSelectMultiple)
    folder = forms.CharField(max_length=1000, widget=forms.TextInput(attrs={"spellcheck": "false"}))

    def __init__(self, request: Any, plan: tuple[Enclosure, ...], *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        lines, field = Lines(request), self.fields["chosen"]
        may: Any = field
        may.choices = [(str(one.annex.number), _named(lines, one)) for one in plan if one.may]
        may.initial = [str(one.annex.number) for one in plan if one.goes]
        if not may.choices:
            del self.fields["chosen"]

    def numbers(self) -> frozenset[int]:
        return frozenset(self.cleaned_data.get("chosen", ()))


def _named(lines: Lines, one: Enclosure) -> str:
    """An annex as its tick says it: whether it is confidential, and the reason where it goes only when somebody chooses it."""
    told = f"{lines.say('bundle.annex', number=one.annex.number)}. {one.annex.title}"
    if one.confidential:
        told = f"{told} – {lines.say('bundle.confidential')}"
    return told if one.goes else f"{told} – {lines.say(one.because.because)}"


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Any, brief: str) -> HttpResponse:
    view = briefs.brief(request.desk, request.reader, ident(brief))
    plan = bundle_plan.make_plan(request.desk, request.reader, view)
    form = BundleForm(request, plan, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            folder = Path(form.cleaned_data["folder"])
            made = bundle.write_bundle(request.desk, request.reader, view, folder, form.numbers())
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            request.session[_REPORT] = (brief, {"folder": str(made.target), "annexes": list(made.annexes), "digest": made.digest})
            return see_other("bundle:show", brief=brief)
    lines, sent = Lines(request), bundle.submission_of(request.desk, request.reader, view)
    left = bundle.bundles(request.desk, request.reader, sent.rid) if sent else []
    of, report = request.session.get(_REPORT, ("", None))
    context = dict(frame(request, view.dossier, "submissions")) | {
        "brief": view,
        "sent": sent,
        "plan": plan,
        "may": sum(one.may for one in plan),
        "stay": [(one, lines.say(one.because.because)) for one in plan if not one.may],
        "insides": [
            (one, found) for one in plan if one.may and one.item and (found := evidence.lies_inside(request.desk, request.reader, one.item.object))
        ],
        "apart": any(one.may and one.confidential for one in plan),
        "form": form,
        "report": report if of == brief else None,
        "left": [(one, lines.name(one.member), _numbers(plan, one)) for one in left],
    }
    return page(request, "submit/bundle.html", context, 422 if form.errors else 200)


def _numbers(plan: tuple[Enclosure, ...], one: bundle.BundleView) -> str:
    """The numbers of the annexes that went, as the document has them."""
    return ", ".join(str(each.annex.number) for each in plan if each.item and each.item.object in one.objects)


urlpatterns = [path("documents/<str:brief>/bundle", show, name="show")]
