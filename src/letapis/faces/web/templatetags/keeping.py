"""Tags of forms that keep what is typed: one inside the form, one above it that offers what waits."""

from datetime import datetime
from typing import Any

from django import template
from django.template import RequestContext

from letapis.core import date_words
from letapis.desk import kept
from letapis.faces.web.kept import NAME, TAKE, form_name

register = template.Library()


@register.inclusion_tag("parts/keep.html", takes_context=True)
def keep(context: RequestContext, word: str, ident: bytes = b"") -> dict[str, Any]:
    """``{% keep "note" %}`` at the end of a form, behind its buttons: the first button is what Enter presses. ``ident``: one of several."""
    request: Any = context.request
    first = not getattr(request, "keeps_text", False)
    request.keeps_text = True
    value = form_name(request, f"{word}-{ident.hex()}" if ident else word)
    return {"name": NAME, "value": value, "first": first, "language": context["language"]}


@register.inclusion_tag("parts/kept_offers.html", takes_context=True)
def kept_offers(context: RequestContext) -> dict[str, Any]:
    """``{% kept_offers %}`` above the forms of a page: what was typed there and not sent, to take or to throw away."""
    request: Any = context.request
    language = context["language"]
    waiting = kept.kept_on(request.desk, request.reader, request.path) if request.method == "GET" and TAKE not in request.GET else []
    offers = [(one.form, one.form.partition("#")[2], *_when(one.at, language)) for one in waiting]
    return {"offers": offers, "name": NAME, "language": language}


def _when(at: str, language: str) -> tuple[str, str]:
    """Day and hour on the clock of this machine."""
    local = datetime.fromisoformat(f"{at}+00:00").astimezone()
    return date_words.show(local.date().isoformat(), language), f"{local:%H:%M}"
