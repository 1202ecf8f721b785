"""The interface texts, for every face."""

from letapis.core.language import LANGUAGES, Texts
from letapis.engines.catalogue import catalogue

DEFAULT = "en"


def texts() -> Texts:
    """Every text of the locale files, loaded once for the process."""
    return catalogue().texts


def preferred(header: str) -> str | None:
    """First language of ours in an ``Accept-Language`` header or a locale name such as ``be_BY.UTF-8``; None when there is none.

    Quality values are read as RFC 9110 §12.5.4 says; what is malformed counts for nothing.
    """
    wishes = []
    for place, part in enumerate(header.split(",")[:20]):
        tag, _, parameters = part.strip().partition(";")
        language = tag.replace("_", "-").partition("-")[0].strip().lower()
        quality = parameters.strip().removeprefix("q=") if parameters else "1"
        weight = float(quality) if quality.replace(".", "", 1).isdecimal() and quality.isascii() else 0.0
        if language in LANGUAGES and weight > 0:
            wishes.append((-weight, place, language))
    return min(wishes)[2] if wishes else None
