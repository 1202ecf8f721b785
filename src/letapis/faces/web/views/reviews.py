"""Monthly reviews: made once, frozen, counted again whenever somebody asks."""

from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core.errors import LetapisError
from letapis.core.reviews import COUNTED, PUBLISHED, Line
from letapis.desk import reviews
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.pages import ident, notice, page, see_other

app_name = "reviews"
_SHOWN: Final = 40
_LOGS: Final = 60


class ReviewForm(DeskForm):
    section = "reviews"
    month = forms.CharField(max_length=7)
    text = forms.CharField(required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 4}))


@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: Any) -> HttpResponse:
    month = request.desk.clock().date().isoformat()[:7]
    form = ReviewForm(request, request.POST if request.method == "POST" else None, initial={"month": month})
    if request.method == "POST" and form.is_valid():
        try:
            made = reviews.make(request.desk, request.reader, form.cleaned_data["month"].strip(), form.cleaned_data["text"])
        except LetapisError as error:
            form.complain(error, "month" if error.code == "reviews.month" else "text")
        else:
            notice(request, "reviews.made")
            return see_other("reviews:show", review=made.hex())
    part = part_of(reviews.reviews(request.desk, request.reader), request.GET.get("page", ""), _SHOWN)
    lines = Lines(request)
    listed = [(view, lines.date(view.month), lines.name(view.author)) for view in part.shown]
    return page(request, "reviews/list.html", {"form": form, "part": part, "listed": listed}, 422 if form.errors else 200)


@require_safe
def show(request: Any, review: str) -> HttpResponse:
    return _show(request, reviews.review(request.desk, request.reader, ident(review)))


def _show(request: Any, view: reviews.ReviewView, again: reviews.Again | None = None) -> HttpResponse:
    lines = Lines(request)
    now = {(line.kind, line.rule): line for line in again.lines} if again else {}
    counted = [(_label(request, line), line, now.get((line.kind, line.rule))) for line in view.lines if line.kind == COUNTED]
    context = {
        "review": view,
        "month": lines.date(view.month),
        "author": lines.name(view.author),
        "counted": counted,
        "published": [(_label(request, line), line) for line in view.lines if line.kind == PUBLISHED],
        "logs": [(origin, size, root.hex()) for origin, size, root in view.logs[:_LOGS]],
        "dossiers": len(view.dossiers),
        "log_count": len(view.logs),
        "again": again,
        "verdict": reviews.verdict(view, again) if again else "",
        "late": again.more if again else 0,
    }
    return page(request, "reviews/show.html", context)


def _label(request: Any, line: Line) -> str:
    rule = request.desk.catalogue.figures.rules.get(line.rule)
    return str(rule.label[request.language]) if rule else line.rule


@require_POST
def again(request: Any, review: str) -> HttpResponse:
    """Count once more over the same records; it may take a while where there are many, so it is done only when asked."""
    view = reviews.review(request.desk, request.reader, ident(review))
    return _show(request, view, reviews.again(request.desk, request.reader, view.review))


urlpatterns = [
    path("reviews", overview, name="list"),
    path("reviews/<str:review>", show, name="show"),
    path("reviews/<str:review>/again", again, name="again"),
]
