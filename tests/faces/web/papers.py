"""An invented dossier with everything that the paper pages show: an account, a picture, a sound, a draft document, a sealed identity."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.test import Client
from PIL import Image

from letapis.core.redaction import Box
from letapis.desk import briefs, casefile_opening, claims, dossiers, evidence, identity, reading, redaction, sources
from letapis.desk.evidence import EvidenceForm
from letapis.desk.opening import Desk
from letapis.engines.pixels import png
from tests.team import Team

from . import casework

ACCOUNT = "They took him on 9 August 2020. Nobody showed a paper."
SOUND = bytes(range(256)) * 400
PNG = png(Image.new("L", (1, 1), 128))
SECRET = "Vydumka Sapraudnaja"


@dataclass(frozen=True)
class Papers:
    """Ids of everything, as addresses name them."""

    dossier: bytes
    source: bytes
    item: bytes
    copy: bytes
    sound: bytes
    brief: bytes
    asked: bytes
    member: bytes
    opening: bytes
    photo: bytes
    made: bytes
    person: bytes
    norm: str = field(default="ICCPR-9-1-ARB")

    def named(self) -> dict[str, str]:
        ids = {"dossier": self.dossier, "source": self.source, "item": self.item, "copy": self.copy, "brief": self.brief}
        ids |= {"opening": self.opening, "made": self.made, "entity": self.person}
        return {name: value.hex() for name, value in ids.items()} | {"asked": self.asked.hex(), "member": self.member.hex(), "norm": self.norm}


def play(desk: Desk, member: bytes) -> Papers:
    """Fill a dossier at one desk. ``member`` is a colleague whose page the tests look at."""
    dossier = dossiers.new_dossier(desk, "PRY-7", "Vydumka's papers", "person", "Janka Vydumka")
    reader = desk.reader("work")
    person = reading.entities(desk, reader, dossier)[0].entity
    source = sources.add_source(desk, reader, dossier, sources.SourceForm("Kalina", grade="B"), identity.Details(name=SECRET))
    item = evidence.keep_text(desk, reader, dossier, "Letter of a neighbour", ACCOUNT, source)
    photo = evidence.add_evidence(desk, reader, dossier, EvidenceForm("Photo of a door", "photo", "door.jpg", source, "image/jpeg"), [b"no photo"])
    copied = EvidenceForm("Photo of a door", "photo", media_type="image/png", derived_from=photo, derivation="safe copy", tool="letapis", page=1)
    copy = evidence.add_evidence(desk, reader, dossier, copied, [PNG])
    sound = evidence.add_evidence(desk, reader, dossier, EvidenceForm("Call", "audio", media_type="audio/mpeg"), [SOUND[:50_000], SOUND[50_000:]])
    note = claims.write_note(desk, reader, dossier, claims.NoteForm("Letter", ACCOUNT, "en", source, "was_told", person, item))
    start, end = claims.find_passage(ACCOUNT, "They took him on 9 August 2020.")
    claims.cut_claims(desk, reader, note, start, end, [claims.Cut("detention.start", "2020-08-09")])
    brief = briefs.make_brief(desk, reader, dossier).brief
    asked = identity.request_identity(desk, reader, source, "to prepare an invented hearing").header.id
    opening = casefile_opening.ask_opening(desk, reader, dossier, "The invented court asks who was where.").header.id
    made = redaction.redact(desk, reader, photo, redaction.Wish("Photo, in part", (Box(1, 0, 0, 5000, 5000, "source"),)))
    return Papers(dossier, source, item, copy, sound, brief, asked, member, opening, photo, made, person)


def photo_of(desk: Desk, papers: Papers) -> bytes:
    return reading.evidence(desk, desk.reader("work"), papers.copy).derived_from


def share(team: Team, papers: Papers, *numbers: int) -> None:
    """Let these desks of the team into the dossier, and bring it there."""
    first = team.desks[0]
    dossiers.admit_to_dossier(first, team.reader(), papers.dossier, [team.desks[n].me for n in numbers])
    team.settle()


@pytest.fixture
def desk(make_team: Callable[..., Team]) -> Desk:
    """The desk of somebody who works alone."""
    return make_team(1).desks[0]


@pytest.fixture
def papers(desk: Desk) -> Papers:
    return play(desk, desk.me)


@pytest.fixture
def client(desk: Desk, papers: Papers, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A browser at this desk with its papers, and with the store behind its uploads."""
    assert papers
    monkeypatch.setattr(casework, "count_bytes", evidence.seal_upload)
    with casework.browsing(desk) as inside:
        yield inside
