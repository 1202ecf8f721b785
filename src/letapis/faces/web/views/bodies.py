"""Bodies of the State, and who commanded one of them on a day. What is asked travels in the body of a form, never in an address."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core.command import Parent
from letapis.core.errors import NotFound, UsageError
from letapis.desk import reading
from letapis.engines.render.chain import Box, Line, chain_png
from letapis.faces.command_words import CommandWords, PostWords, StepWords
from letapis.faces.web.lines import Lines
from letapis.faces.web.pages import ident, page
from letapis.faces.web.post_forms import CommandForm

app_name = "bodies"
_SHOWN: Final = 400


def words_of(request: Any, dossier: bytes = b"") -> CommandWords:
    book = reading.command_book(request.desk, request.reader, dossier)
    return CommandWords(request.desk, request.reader, request.language, book)


def body_names(words: CommandWords) -> list[str]:
    """Names to choose from, those of bodies of which we know a head first."""
    headed = words.book.headed
    known = sorted(words.book.bodies.values(), key=lambda one: (one.reference not in headed, one.registered, one.label[words.language]))
    return list(dict.fromkeys(one.label[words.language] for one in known))[:_SHOWN]


def _answer(request: Any, words: CommandWords, form: CommandForm) -> StepWords | None:
    """The chain that a form asks for, in words; None with the error beside its field."""
    if not form.is_valid():
        return None
    place, day = form.cleaned_data["place"], form.cleaned_data["day"].strip()
    try:
        return words.chain(words.book.answer(place, day, request.desk.today()))
    except UsageError as error:
        form.add_error("place" if error.code == "command.place" else "day", words.say(f"errors.{error.code}"))
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: Any) -> HttpResponse:
    """The question, and its answer as a nested list."""
    words = words_of(request)
    form = CommandForm(request, request.POST if request.method == "POST" else None)
    chain = _answer(request, words, form) if request.method == "POST" else None
    context = {"form": form, "names": body_names(words), "chain": chain}
    if chain:
        day = form.cleaned_data["day"].strip()
        context |= {"asked": {"place": form.cleaned_data["place"], "day": day}, "day": words.date(day)}
    headed = words.book.headed
    known = [one for one in words.book.bodies.values() if one.entities or one.reference in headed][:_SHOWN]
    context["known"] = sorted((one.label[words.language], one.key.hex()) for one in known)
    return page(request, "bodies/command.html", context, 422 if form.errors else 200)


@require_POST
def picture(request: Any) -> HttpResponse:
    """The same answer as a picture."""
    words = words_of(request)
    form = CommandForm(request, request.POST)
    chain = _answer(request, words, form)
    if chain is None:
        return overview(request)
    made = _picture(words, chain, words.date(form.cleaned_data["day"].strip()), request.desk.clock().date())
    answer = HttpResponse(made, content_type="image/png")
    answer["Content-Disposition"] = 'attachment; filename="chain-of-command.png"'
    return answer


def _picture(words: CommandWords, chain: StepWords, day: str, on: date) -> bytes:
    rows: list[list[Box]] = []
    for depth, step in chain.flat():
        rows += [[]] if depth == len(rows) else []
        rows[depth].append(Box(step.name, step.how, tuple(_box_lines(words, step))))
    title = words.say("command.picture_title", place=chain.name, day=day)
    return chain_png(rows, title, words.say("command.picture_note", day=words.date(on.isoformat())), words.language, on)


def _box_lines(words: CommandWords, step: StepWords) -> Iterator[Line]:
    if step.several:
        yield Line(words.say("command.several"))
    for head in step.heads:
        yield Line(head.name, strong=True, sure=head.certain)
        yield Line(f"{head.post.title}: {', '.join(head.post.times)}")
        yield Line(f"{words.say(head.truth)} · {', '.join(head.post.sources)}, {words.say(head.post.level)}")
    if step.gap:
        yield Line(step.gap, sure=False)


def _parent_line(words: CommandWords, lines: Lines, one: Parent) -> tuple[str, str, Any]:
    """A body above: its name, what stands for it in an address, and the claim line behind it (None: the register)."""
    claim = words.book.claims.get(one.claim)
    return words.body(one.above), words.body_key(one.above), lines.line(claim) if claim else None


@require_safe
def show(request: Any, body: str) -> HttpResponse:
    """One body: its names, what stood above and below it, and the posts in it over time."""
    words, key = words_of(request), ident(body)
    known = next((one for one in words.book.bodies.values() if one.key == key), None)
    if known is None:
        raise NotFound("web.no_such_page")
    lines = Lines(request)
    heads: list[tuple[str, str, PostWords]] = []
    others: list[tuple[str, str, PostWords]] = []
    for view in words.book.posts_in(known.reference):
        (heads if words.book.heads(view, known.reference) else others).append((view.name, view.person.hex(), words.post(view)))
    below = sorted({(words.body(one.body), words.body_key(one.body)) for one in words.book.parents if one.above == known.reference})
    context = {
        "body": known,
        "label": known.label[words.language],
        "names": [name for name in words.book.naming.register.names(known.reference) if known.registered],
        "told": lines.lines(known.claims),
        "above": [_parent_line(words, lines, one) for one in words.book.parents if one.body == known.reference],
        "below": below,
        "heads": heads,
        "others": others,
        "dossiers": [(one.dossier, lines.code(one.dossier)) for one in known.entities],
    }
    return page(request, "bodies/show.html", context)


urlpatterns = [
    path("command", overview, name="command"),
    path("command/picture", picture, name="picture"),
    path("bodies/<str:body>", show, name="show"),
]
