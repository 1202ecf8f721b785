"""One section of an interview: read, say what it is about, pass on to the next by one key; join and split; and what is still missing."""

from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from letapis.core.errors import LetapisError, NotFound
from letapis.core.sections import places_to_split, weighs
from letapis.desk import interview_sections, reading
from letapis.desk.interview_sections import MAX_SUMMARY, Talk
from letapis.faces.web.announced import announcement, open_it
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.note_text import TextPart, number_at, segments
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.section_lines import section_lines
from letapis.faces.web.versions import carried_versions, seen_versions, side_by_side

app_name = "sections"
_KEYS: Final = "1234567890qwertyu"  # one for each topic in their order; none that the page uses for something else
_PLACES: Final = 40
_LONG: Final = 80
_QUESTIONS: Final = 30
_NAMED: Final = 8


@require_safe
def show(request: Any, section: str) -> HttpResponse:
    ident_ = ident(section)
    return _page(request, interview_sections.talk_of(request.desk, request.reader, ident_), ident_)


def _page(request: Any, talk: Talk, ident_: bytes, fault: tuple[str, str] = ("", ""), typed: Any = None) -> HttpResponse:
    """``fault``: which form came back and the key of what is wrong; ``typed``: what stood in it."""
    number = talk.number(ident_)
    one, topics = talk.sections[number - 1], request.desk.catalogue.topics
    item = reading.item(request.desk, request.reader, ident_)
    ticked = typed.getlist("topic") if typed else one.topics
    announced = announcement(request, ident_, weighs(topics, one.topics))
    shown = TextPart(talk.words(one), one.start, one.end, 1, 1, 0, 0)
    passages = reading.passages(request.desk, request.reader, talk.note.note)
    context = dict(frame(request, talk.item.dossier, "around")) | {
        "talk": talk,
        "section": one,
        "number": number,
        "announced": announced,
        "segments": [] if announced else segments(shown, [(p.start, p.end) for p in passages if p.start < one.end and p.end > one.start]),
        "topics": [(t.id, t.label[request.language], t.id in ticked, key) for t, key in zip(topics.values(), _KEYS, strict=False)],
        "summary": typed.get("summary", "") if typed else one.summary,
        "most": MAX_SUMMARY,
        "before": talk.sections[number - 2] if number > 1 else None,
        "after": talk.sections[number] if number < len(talk.sections) else None,
        "places": [] if announced else [(place, _short(words)) for place, words in islice(places_to_split(talk.note.text, one), _PLACES)],
        "part": number_at(talk.note.text, one.start),
        "seen": carried_versions(request, item),
        "contested": side_by_side(request, Lines(request), ident_, item.heads, lambda record: record.text("summary")),
        "which": fault[0],
        "fault": fault[1],
    }
    return page(request, "interviews/section.html", context, 422 if fault[0] else 200)


def _short(words: str) -> str:
    return words if len(words) <= _LONG else words[:_LONG].rsplit(" ", 1)[0] + " …"


@require_POST
def open_(request: Any, section: str) -> HttpResponse:
    """Open what is hard to read; that it was opened is the reader's own to see."""
    ident_ = ident(section)
    talk = interview_sections.talk_of(request.desk, request.reader, ident_)
    one = talk.sections[talk.number(ident_) - 1]
    open_it(request, ident_, weighs(request.desk.catalogue.topics, one.topics))
    return see_other("sections:show", section=section)


@require_POST
def pass_(request: Any, section: str) -> HttpResponse:
    """Keep what the section is about, and go on to the next one that waits."""
    ident_ = ident(section)
    talk = interview_sections.talk_of(request.desk, request.reader, ident_)
    try:
        following = interview_sections.pass_section(
            request.desk, request.reader, ident_, request.POST.getlist("topic"), request.POST.get("summary", ""), seen_versions(request.POST)
        )
    except NotFound:
        raise
    except LetapisError as error:
        return _page(request, talk, ident_, ("pass", f"errors.{error.code}"), request.POST)
    if following:
        return see_other("sections:show", section=following.hex())
    notice(request, "interviews.finished")
    return see_other("interviews:show", interview=talk.item.item.hex())


@require_POST
def join(request: Any, section: str) -> HttpResponse:
    ident_ = ident(section)
    talk = interview_sections.talk_of(request.desk, request.reader, ident_)
    try:
        interview_sections.join(request.desk, request.reader, ident_, seen_versions(request.POST))
    except NotFound:
        raise
    except LetapisError as error:
        return _page(request, talk, ident_, ("join", f"errors.{error.code}"))
    notice(request, "interviews.joined")
    return see_other("sections:show", section=section)


@require_POST
def split(request: Any, section: str) -> HttpResponse:
    ident_, place = ident(section), request.POST.get("place", "")
    talk = interview_sections.talk_of(request.desk, request.reader, ident_)
    try:
        number = int(place) if place.isascii() and place.isdecimal() else -1
        interview_sections.split(request.desk, request.reader, ident_, number, seen_versions(request.POST))
    except NotFound:
        raise
    except LetapisError as error:
        return _page(request, talk, ident_, ("split", f"errors.{error.code}"))
    notice(request, "interviews.split_done")
    return see_other("sections:show", section=section)


@require_safe
def missing(request: Any, interview: str) -> HttpResponse:
    """The open questions of a norm or a procedure beside the sections that may answer them."""
    ident_, catalogue = ident(interview), request.desk.catalogue
    found = interview_sections.talk(request.desk, request.reader, ident_)
    norm, mechanism = request.GET.get("norm", ""), request.GET.get("mechanism", "")
    wanted, nobody = [], False
    if norm or mechanism:
        try:
            wanted = interview_sections.missing(request.desk, request.reader, ident_, norm, mechanism)
        except NotFound as error:
            if error.code != "qualify.no_person":
                raise
            nobody = True
    lines = {line.section.section: line for line in section_lines(request, found)}
    rows = [(catalogue.vocabulary.fact(one.fact), [lines[s.section] for s in one.sections]) for one in wanted]
    asked = [(fact, places[:_NAMED], max(0, len(places) - _NAMED)) for fact, places in rows if fact.asked_of == "person"]
    others = [fact for fact, _ in rows if fact.asked_of not in ("person", "analyst")]
    rulebook, language = catalogue.rulebook, request.language
    context = dict(frame(request, found.item.dossier, "around")) | {
        "talk": found,
        "norm": norm,
        "mechanism": mechanism,
        "norms": [(one, rulebook.norms[one].title[language]) for one in rulebook.first_set],
        "mechanisms": [(card.id, card.name[language]) for card in catalogue.mechanisms.values() if set(card.norms) & set(rulebook.norms)],
        "asked": bool(norm or mechanism),
        "nobody": nobody,
        "part": part_of(asked, request.GET.get("page", ""), _QUESTIONS),
        "keep": "&" + urlencode({"mechanism": mechanism} if mechanism else {"norm": norm}),
        "others": others[:_QUESTIONS],
        "others_count": len(others),
    }
    return page(request, "interviews/missing.html", context)


urlpatterns = [
    path("interviews/<str:interview>/missing", missing, name="missing"),
    path("sections/<str:section>", show, name="show"),
    path("sections/<str:section>/open", open_, name="open"),
    path("sections/<str:section>/pass", pass_, name="pass"),
    path("sections/<str:section>/join", join, name="join"),
    path("sections/<str:section>/split", split, name="split"),
]
