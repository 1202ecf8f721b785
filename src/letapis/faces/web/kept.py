"""Forms that keep what is typed: the middleware that puts kept words back into a page and lets them go once the form was sent.

A template names such a form by ``{% keep "note" %}`` inside it and shows what waits by ``{% kept_offers %}`` above it. The page is then
filled here, whichever view made it, so that a view knows nothing of it; only a form that grows with its content asks ``taken`` itself.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from html import escape
from html.parser import HTMLParser
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict

from letapis.core.errors import Busy
from letapis.desk import kept

NAME: Final = "kept_form"
TAKE: Final = "kept"
_OURS: Final = frozenset({NAME, "csrfmiddlewaretoken"})
_NOT_FILLED: Final = frozenset({"file", "password", "submit", "button", "image", "reset"})

Attributes = list[tuple[str, str | None]]


def form_name(request: Any, word: str) -> str:
    """The name of a form: the address of its page and a word. A page that came back with errors keeps the name it was sent with."""
    sent = request.POST.get(NAME, "") if request.method == "POST" else ""
    return sent if sent.endswith(f"#{word}") else f"{request.path}#{word}"


def typed(posted: QueryDict) -> dict[str, list[str]]:
    """The fields of a form without those that belong to the page."""
    return {name: [str(value) for value in posted.getlist(name)] for name in posted if name not in _OURS}


def taken(request: Any) -> QueryDict | None:
    """The kept fields that the writer wants back on this page, as if they had just been typed."""
    word = request.GET.get(TAKE, "")
    found = kept.kept(request.desk, request.reader, f"{request.path}#{word}") if word else None
    if found is None:
        return None
    fields = QueryDict(mutable=True)
    for name, values in found.fields.items():
        fields.setlist(name, list(values))
    return fields


class KeptMiddleware:
    """Fills a page with kept words when it is asked to, and forgets them when the form that holds them was taken."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._next = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        response = self._next(request)
        if not request.has_desk:
            return response
        response.keeps_text = getattr(request, "keeps_text", False)  # type: ignore[attr-defined]  # read where the page rules are written
        if request.method == "POST" and response.status_code == 303 and NAME in request.POST:
            if not request.path.startswith("/kept"):
                with suppress(Busy):  # the form was taken: the words that still wait are offered once more, which loses nothing
                    kept.forget(request.desk, request.reader, request.POST[NAME])
        elif request.method == "GET" and response.status_code == 200 and isinstance(response, HttpResponse) and request.GET.get(TAKE):
            fields = taken(request)
            if fields is not None:
                name = f"{request.path}#{request.GET[TAKE]}"
                response.content = fill(response.content.decode(), name, dict(fields.lists())).encode()
        return response


def fill(page: str, name: str, fields: Mapping[str, Sequence[str]]) -> str:
    """The page with these fields in the form of this name. Everything outside that form stays as it is, but folded parts are opened."""
    where = _Finder(name)
    where.feed(page)
    if where.found < 0:
        return page
    filler = _Filler(where.found, fields)
    filler.feed(page)
    filler.close()
    return "".join(filler.out)


class _Finder(HTMLParser):
    """Which form of a page, counted from 0, has the hidden field with this name; -1 for none."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name, self._forms, self.found = name, -1, -1

    def handle_starttag(self, tag: str, attributes: Attributes) -> None:
        told = dict(attributes)
        if tag == "form":
            self._forms += 1
        elif tag == "input" and told.get("name") == NAME and told.get("value") == self._name:
            self.found = self._forms


class _Filler(HTMLParser):
    """Writes a page again, word for word but for the controls of one form."""

    def __init__(self, wanted: int, fields: Mapping[str, Sequence[str]]) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self._wanted, self._forms, self._inside = wanted, -1, False
        self._fields = {name: list(values) for name, values in fields.items()}
        self._select: list[str] | None = None
        self._area = False

    def handle_starttag(self, tag: str, attributes: Attributes) -> None:
        if tag == "form":
            self._forms += 1
            self._inside = self._forms == self._wanted
        written = self._start(tag, dict(attributes)) if self._inside else None
        if tag == "details":
            written = _tag(tag, dict(attributes) | {"open": None})
        self.out.append(written or self.get_starttag_text() or "")

    def _start(self, tag: str, told: dict[str, str | None]) -> str | None:
        name = told.get("name") or ""
        if tag == "option" and self._select is not None:
            chosen = (told.get("value") or "") in self._select
            return _tag(tag, {key: value for key, value in told.items() if key != "selected"} | ({"selected": None} if chosen else {}))
        if tag not in ("input", "select", "textarea") or not name or name in _OURS:
            return None
        if tag == "input":
            return self._input(name, told)
        if tag == "select":
            self._select = self._fields.get(name)
        elif name in self._fields:
            value = self._next_value(name)
            self._area = True
            return (self.get_starttag_text() or "") + "\n" + escape(value)
        return None

    def _input(self, name: str, told: dict[str, str | None]) -> str | None:
        kind = told.get("type") or "text"
        if kind in ("checkbox", "radio"):
            chosen = (told.get("value") or "on") in self._fields.get(name, ())
            return _tag("input", {key: value for key, value in told.items() if key != "checked"} | ({"checked": None} if chosen else {}))
        if kind in _NOT_FILLED or name not in self._fields:
            return None
        return _tag("input", told | {"value": self._next_value(name)})

    def _next_value(self, name: str) -> str:
        values = self._fields[name]
        return values.pop(0) if len(values) > 1 else values[0] if values else ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = False
        self.out.append(f"</{tag}>")

    def _write(self, text: str) -> None:
        if not self._area:
            self.out.append(text)

    def handle_data(self, text: str) -> None:
        self._write(text)

    def handle_entityref(self, name: str) -> None:
        self._write(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._write(f"&#{name};")

    def handle_comment(self, text: str) -> None:
        self._write(f"<!--{text}-->")

    def handle_decl(self, text: str) -> None:
        self._write(f"<!{text}>")


def _tag(tag: str, told: Mapping[str, str | None]) -> str:
    return f"<{tag}" + "".join(f" {key}" if value is None else f' {key}="{escape(value)}"' for key, value in told.items()) + ">"
