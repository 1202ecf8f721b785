"""Posts of the officials of a dossier, and one official: which posts over time, and what is reported of acts at that time."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from letapis.core.errors import LetapisError, NotFound
from letapis.desk import officials, reading
from letapis.faces.command_words import CommandWords, PostWords
from letapis.faces.web.around import Around
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.lines import ClaimLine, Lines, part_of
from letapis.faces.web.opened import count_dossier
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.post_forms import FIELDS, BodyForm, PostForm
from letapis.faces.web.timeline import years_of
from letapis.faces.web.views.bodies import body_names, words_of

app_name = "posts"
_PAGE: Final = 60
_ON_TIMELINE: Final = ("office.post", "office.since", "office.until", "office.role")


@require_http_methods(["GET", "HEAD", "POST"])
def dossier(request: Any, dossier: str) -> HttpResponse:
    """The posts and bodies of a dossier; a post or a body is written down here."""
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "around"))
    which = request.POST.get("which") if request.method == "POST" else ""
    post = PostForm(request, ident_, b"", request.POST if which == "post" else None, prefix="post")
    body = BodyForm(request, ident_, request.POST if which == "body" else None, prefix="body")
    for form, name in ((post, "post"), (body, "body")):
        if which == name and form.is_valid():
            try:
                form.record(request, ident_)
            except NotFound:
                raise
            except LetapisError as error:
                form.complain(error, FIELDS.get(error.code))
            else:
                notice(request, f"posts.added_{name}")
                return see_other("posts:dossier", dossier=dossier)
    words = words_of(request)
    part = part_of(reading.posts(request.desk, request.reader, dossier=ident_), request.GET.get("page", ""), _PAGE)
    entities = [one for one in reading.entities(request.desk, request.reader, ident_) if one.kind in ("organisation", "place")]
    context |= {
        "post_form": post,
        "body_form": body,
        "names": body_names(words),
        "part": part,
        "posts": [(one.name, one.person.hex(), words.post(one)) for one in part.shown],
        "bodies": [(one.label, words.body_key(one.label)) for one in entities],
    }
    return page(request, "posts/dossier.html", context, 422 if post.errors or body.errors else 200)


@dataclass(frozen=True)
class ActLine:
    """A reported act in words, with what is reported of the official beside it. ``rung``: a standard of proof, in words or empty."""

    code: str
    act: ClaimLine
    parts: list[ClaimLine]
    commands: list[tuple[str, str, PostWords, list[ClaimLine]]]
    level: str
    rung: str


def _act_line(words: CommandWords, lines: Lines, one: officials.ActView) -> ActLine:
    commands = []
    for each in one.commands:
        how = words.say("posts.command_direct" if each.up == 0 else "posts.command_above", body=words.body(each.body))
        commands.append((how, f"command.truth.{each.truth.value}", words.post(each.post), lines.lines(each.rests_on)))
    rung = one.rung.label[words.language] if one.rung else ""
    level = f"claims.level.{one.level.name.lower()}"
    return ActLine(lines.code(one.act.dossier), lines.line(one.act), lines.lines(one.parts), commands, level, rung)


@require_http_methods(["GET", "HEAD", "POST"])
def official(request: Any, entity: str) -> HttpResponse:
    """A person as a holder of office."""
    found = reading.person_page(request.desk, request.reader, ident(entity))
    context = dict(frame(request, found.dossier, "people"))
    form = PostForm(request, found.dossier, found.entity, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            form.record(request, found.dossier)
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, FIELDS.get(error.code))
        else:
            notice(request, "posts.added_post")
            return see_other("posts:official", entity=entity)
    words, lines = words_of(request), Lines(request)
    dated, undated = ([claim for claim in told if claim.property in _ON_TIMELINE] for told in (found.dated, found.undated))
    everywhere = request.GET.get("all") == "1"
    acts = officials.acts_beside(request.desk, request.reader, found.entity, words.book, everywhere)
    for home in {one.act.dossier for one in acts} - {found.dossier}:
        count_dossier(request, home)
    context |= {
        "person": found,
        "form": form,
        "acts": [_act_line(words, lines, one) for one in acts],
        "everywhere": everywhere,
        "names": body_names(words),
        "posts": [words.post(one) for one in reading.posts(request.desk, request.reader, person=found.entity)],
        "years": years_of(lines, dated, dated),
        "undated": lines.lines(undated),
    }
    return page(request, "posts/official.html", context, 422 if form.errors else 200)


AROUND = (Around(70, "posts.title", "posts:dossier", ("post",)),)
urlpatterns = [
    path("dossiers/<str:dossier>/posts", dossier, name="dossier"),
    path("persons/<str:entity>/posts", official, name="official"),
]
