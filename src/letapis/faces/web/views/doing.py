"""What the desk is doing: how far long work is, a button that stops it, and the way to what came of it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_GET, require_POST, require_safe

from letapis.core.errors import NotFound
from letapis.faces.texts import texts
from letapis.faces.web.carrying import answer_of
from letapis.faces.web.doing import Job
from letapis.faces.web.pages import page, see_other
from letapis.faces.web.running import running

app_name = "doing"


@dataclass(frozen=True)
class Far:
    """How far a piece of work is, in words and figures; ``total`` 0 while nobody knows. ``means``: what becomes of it when it is stopped."""

    ident: str
    what: str
    means: str
    words: str
    since: str
    done: int
    total: int
    over: bool
    stopping: bool


def far_of(job: Job, language: str) -> Far:
    """The hour is of the clock of this machine."""
    done, total, over, stopping = job.done, job.total, job.over.is_set(), job.stopping.is_set()
    key = "doing.over" if over else "doing.stopping" if stopping else "doing.far" if total else "doing.begun"
    words = texts().say(key, language, **({"done": done, "total": total} if key == "doing.far" else {}))
    return Far(job.ident, job.key, f"doing.stop.{job.what}", words, f"{job.began.astimezone():%H:%M}", done, total, over, stopping)


@require_safe
def everything(request: Any) -> HttpResponse:
    return page(request, "doing/list.html", {"jobs": [far_of(job, request.language) for job in running().doing.jobs()]})


@require_GET
def show(request: Any, job: str) -> HttpResponse:
    """Progress while it goes on; afterwards what the request that began it would have been answered, and for who asks again the way there."""
    doing = running().doing
    place = doing.answered(job)
    if not place:
        one = doing.find(job)
        if not one.over.is_set():
            request.keeps_text = True  # the script of this page asks how far the work is
            return page(request, "doing/show.html", {"far": far_of(one, request.language), "still": "still" in request.GET})
        if doing.look(one):
            return answer_of(request, one)
        place = doing.answered(job)  # two asked at the same moment
    if not place:
        raise NotFound("doing.gone")
    return HttpResponse(status=303, headers={"Location": place})


@require_safe
def far(request: Any, job: str) -> JsonResponse:
    """The figures alone, for the script of the page."""
    found = far_of(running().doing.find(job), request.language)
    return JsonResponse({"words": found.words, "done": found.done, "total": found.total, "over": found.over})


@require_POST
def stop(request: Any, job: str) -> HttpResponse:
    """Ask it to stop at the next safe place. What is over already is only shown."""
    running().doing.find(job).stopping.set()
    return see_other("doing:show", job=job)


urlpatterns = [
    path("doing", everything, name="list"),
    path("doing/<str:job>", show, name="show"),
    path("doing/<str:job>/far", far, name="far"),
    path("doing/<str:job>/stop", stop, name="stop"),
]
