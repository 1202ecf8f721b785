"""What happened to a submission after it was produced, and what that means for the next filing on the same person and facts."""

from letapis.core.access import Reader
from letapis.core.filed import Earlier
from letapis.desk import reading
from letapis.desk.opening import Desk


def earlier(desk: Desk, reader: Reader, dossier: bytes) -> Earlier:
    """Our own filings from this dossier that bodies have or have decided, by body, with the day."""
    reading.dossier(desk, reader, dossier)
    return Earlier()
