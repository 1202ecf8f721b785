"""How a view has long work done: start it, wait a moment, and answer now or when it is over."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from letapis.core.errors import Busy, LetapisError, NotFound
from letapis.faces.web.doing import Job, Made, Progress
from letapis.faces.web.pages import see_other
from letapis.faces.web.running import running


def carry_out(request: Any, what: str, work: Callable[[Progress], Any], answer: Callable[[Made], HttpResponse]) -> HttpResponse:
    """Do ``work`` beside the pages. What is over at once is answered at once; for the rest the browser goes to the page of its progress.

    ``what`` is the last part of the keys ``doing.what.…`` and ``doing.stop.…``. ``answer`` gets a function that gives the result or raises
    what the work raised, and makes the answer to ``request``: a way on, or the page with its refusal and everything that was typed.
    """
    doing, job = running().doing, Job(what, request, answer)
    try:
        doing.start(job, work)
    except Busy as error:
        job.refuse(error)
        return answer(job.made)
    if doing.patience >= 0 and job.over.wait(doing.patience) and doing.forget(job):
        return answer(job.made)
    return see_other("doing:show", job=job.ident)


def answering(done: Callable[[Any], HttpResponse], refused: Callable[[str], HttpResponse]) -> Callable[[Made], HttpResponse]:
    """An answer for ``carry_out``: ``done`` with what the work made, or ``refused`` with the key of the text that says why not. What is not
    theirs stays not found."""

    def answer(made: Made) -> HttpResponse:
        try:
            result = made()
        except NotFound:
            raise
        except LetapisError as error:
            return refused(f"errors.{error.code}")
        return done(result)

    return answer


def answer_of(request: Any, job: Job) -> HttpResponse:
    """The answer to the request that began the work, given to the session that asks now. Its page is shown at the address of its form.

    Where it is shown is kept with the work: a browser that is asked twice drops the first answer, and asks here again.
    """
    asked = job.request
    asked.session, asked.reader, asked.language = request.session, request.reader, request.language
    asked.META["CSRF_COOKIE"] = request.META.get("CSRF_COOKIE")
    response: HttpResponse | None = None
    try:
        response = job.answer(job.made)
    finally:
        if response is None:  # what was raised is the answer, and it has no page to come back to
            job.led.set_result("")
    if 300 <= response.status_code < 400:
        job.led.set_result(response["Location"])
    else:
        response.shown_at, response.tell_place = asked.path, job.led.set_result  # type: ignore[attr-defined]  # read by AnswerMiddleware
    return response
