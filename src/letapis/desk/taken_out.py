"""What is taken out of an original: each an item of its own that is derived from it, kept together with what is said about it, or not at all."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from letapis import __version__
from letapis.core.access import Reader
from letapis.core.errors import LetapisError
from letapis.desk import evidence, reading
from letapis.desk.evidence import EvidenceForm
from letapis.desk.opening import Desk
from letapis.engines.objects import SealedObject

TOOL: Final = f"letapis {__version__}"
_KINDS: Final = {"image": "photo", "audio": "audio", "video": "video"}


@dataclass(frozen=True)
class Out:
    """One thing to keep beside the original."""

    data: bytes
    form: EvidenceForm


def kind_of(media_type: str) -> str:
    """The kind of an item by the type that somebody gave it."""
    return _KINDS.get(media_type.partition("/")[0], "document")


def form_of(kept: reading.EvidenceView, title: str, kind: str, name: str, media_type: str, derivation: str, tool: str = TOOL) -> EvidenceForm:
    """What is said of something taken out of ``kept``, which has its source."""
    return EvidenceForm(title, kind, name[:1000], kept.source, media_type, derived_from=kept.object, derivation=derivation, tool=tool)


@contextmanager
def keeping(desk: Desk, reader: Reader, kept: reading.EvidenceView, outs: Sequence[Out]) -> Iterator[tuple[bytes, ...]]:
    """Record these in one transaction with what the block records about them; gives their ids. A refusal anywhere leaves nothing behind."""
    sealed: list[SealedObject] = []
    try:
        for out in outs:
            sealed.append(evidence.seal_upload(desk, reader, kept.dossier, [out.data]))
        with desk.store.transaction():
            yield tuple(evidence.keep_evidence(desk, reader, kept.dossier, out.form, one) for out, one in zip(outs, sealed, strict=True))
    except LetapisError:
        for one in sealed:
            evidence.discard(desk, one)
        raise
