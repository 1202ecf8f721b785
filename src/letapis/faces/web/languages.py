"""Language of a request: the reader's choice (a cookie), else what the browser asks for, else English."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from letapis.core.language import LANGUAGES
from letapis.faces.texts import DEFAULT, preferred


def language_of(request: HttpRequest) -> str:
    """One of LANGUAGES, whatever the request says."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    return chosen if chosen in LANGUAGES else preferred(request.META.get("HTTP_ACCEPT_LANGUAGE", "")) or DEFAULT


class LanguageMiddleware:
    """Sets ``request.language``, and Django's own language so that its form messages follow."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.language = language_of(request)  # type: ignore[attr-defined]
        with translation.override(request.language):  # type: ignore[attr-defined]
            response = self._next(request)
        response["Content-Language"] = request.language  # type: ignore[attr-defined]
        return response
