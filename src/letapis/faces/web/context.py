"""What every template may use: language, navigation, notices, marking."""

from typing import Any

from django.http import HttpRequest

from letapis.core.language import LANGUAGES
from letapis.faces.web.navigation import navigation
from letapis.faces.web.opened import TOLD
from letapis.faces.web.pages import take_notices
from letapis.faces.web.running import running


def desk(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Without a session there is a language and nothing else."""
    common = {"language": getattr(request, "language", "en"), "languages": LANGUAGES, "path": request.path}
    if not getattr(request, "has_desk", False):
        return common
    return common | {
        "has_desk": True,
        "invented": running().invented,
        "navigation": navigation(request.path),
        "notices": take_notices(request),
        "much_opened": TOLD in request.session,
        "doing": running().doing.jobs(),
    }

