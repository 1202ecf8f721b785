"""Submissions that were encrypted on the phone, opened with the private key of their form while they are brought in.

The originals stay what came: locked. What the key opened is kept beside each as its derived copy, sealed like everything, and is what the list
reads, so the key is needed once: it is held in memory for this step and is neither kept nor written down.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from letapis import __version__
from letapis.core.access import Reader
from letapis.desk import evidence, reading
from letapis.desk.list_originals import Sent
from letapis.desk.opening import Desk
from letapis.engines.db import models
from letapis.engines.objects import SealedObject
from letapis.engines.odk import Given, Part, Submission, open_submissions
from letapis.engines.seal.form_key import LARGEST_KEY

__all__ = ["DERIVATION", "LARGEST_KEY", "keep_opened", "opened"]

DERIVATION = "opened with the key of its form"


def opened(desk: Desk, files: Sent, key: bytes) -> tuple[Submission, ...]:
    """The submissions among files that were sealed while they arrived. Raises what ``engines.odk.open_submissions`` raises."""
    return open_submissions([Given(name, one.size, partial(_bytes, desk, one)) for name, one in files], key)


def _bytes(desk: Desk, one: SealedObject) -> bytes:
    return b"".join(evidence.objects(desk).open(one.name, one.dek))


def keep_opened(
    desk: Desk, reader: Reader, home: reading.DossierView, originals: Sequence[bytes], found: Sequence[Submission], new: list[SealedObject]
) -> Mapping[int, bytes]:
    """The copies in clear, each once. ``originals``: the item of every file that came; what is sealed anew is put on ``new``. Returns the item of
    the answers by the place of their envelope."""
    made = {}
    for one in found:
        for part in one.media:
            _keep(desk, reader, home, originals[part.of], part, new)
        # The answers belong to the envelope: it says whose form they are, and in the other file nobody could tell.
        made[one.of] = _keep(desk, reader, home, originals[one.of], one.answers, new)
    return made


def _keep(desk: Desk, reader: Reader, home: reading.DossierView, original: bytes, part: Part, new: list[SealedObject]) -> bytes:
    sealed = evidence.seal_into(desk, home, [part.data])
    new.append(sealed)
    known = models.Evidence.objects.using(desk.store.alias).filter(dossier=home.dossier, sha256=sealed.sha256, derived_from=original).first()
    if known is not None:
        evidence.discard(desk, sealed)
        return bytes(known.object)
    kept = reading.evidence(desk, reader, original)
    form = evidence.EvidenceForm(
        kept.title, kept.kind, part.name[:1000], kept.source, derived_from=original, derivation=DERIVATION, tool=f"letapis {__version__}"
    )
    return evidence.keep_evidence(desk, reader, home.dossier, form, sealed)
