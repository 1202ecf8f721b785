"""A newsroom: three who hold the dossiers, and a publisher who holds what is public of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from letapis.core import public_data
from letapis.core.access import Reader
from letapis.core.public_viasna import Links
from letapis.core.published import Card, Statement
from letapis.core.records import Draft
from letapis.desk import dossiers, ledger, members, public_record, reading, releases, snapshots, sync
from letapis.desk.opening import Desk
from tests.public import card_of
from tests.team import Team

LOOK = ("outcome", "released", "release_kind", "died", "minor", "statement")
ADDRESS = "https://list.pryklad.example"


@dataclass
class Newsroom:
    """``dossiers``: those that the three hold. ``press``: the publisher's desk, the last of the team."""

    team: Team
    press: Desk
    dossiers: list[bytes]

    def reader(self, number: int = 0) -> Reader:
        return self.team.reader(number)

    @property
    def press_reader(self) -> Reader:
        return self.press.reader("publish")

    def open_dossier(self) -> bytes:
        first = self.team.desks[0]
        made = dossiers.new_dossier(first, f"PRY-{len(self.dossiers) + 1}", "Kanareyka", "person", "Vydumka Kanareyka")
        dossiers.admit_to_dossier(first, self.reader(), made, [desk.me for desk in self.team.desks[1:3]])
        self.dossiers.append(made)
        self.team.sync()
        return made

    def public(self, *cards: Card, statement: Statement | None = None, photo: bytes = b"", dossier: bytes = b"") -> None:
        """Propose at the first desk and approve at the two others; all of it reaches the publisher."""
        first, home = self.team.desks[0], dossier or self.dossiers[0]
        refs = [public_record.propose_card(first, self.reader(), home, card, photo) for card in cards]
        refs += [public_record.propose_statement(first, self.reader(), home, statement)] if statement else []
        self.team.sync(0, 1, 2)
        for number in (1, 2):
            for ref in refs:
                public_record.approve(self.team.desks[number], self.reader(number), ref, LOOK)
        self.team.sync(1, 2, 3)

    def recall(self, card: str, because: str = "consent_withdrawn", by: int = 2) -> None:
        public_record.recall(self.team.desks[by], self.reader(by), self.dossiers[0], bytes.fromhex(card), because)
        self.team.sync(by, 3)

    def build(self, override: str = "") -> snapshots.Plan:
        """What the publisher's command does, without a site."""
        made = snapshots.plan(self.press, self.press_reader, override)
        self.record(made, override)
        return made

    def record(self, made: snapshots.Plan, override: str = "") -> releases.Signed:
        catalogue, links = self.press.catalogue, Links(ADDRESS)
        *_, (path, manifest) = public_data.files(made.published, catalogue.public_words, catalogue.export_words, links)
        assert path == public_data.MANIFEST_PATH
        return releases.record(self.press, self.press_reader, made.published, manifest, override)


def newsroom(make_team: Callable[..., Team], make_desk: Callable[..., Desk], cards: Sequence[int] = ()) -> Newsroom:
    team, press = make_team(3, plain=(2, 3)), make_desk(9)
    request = members.join_request(press.agent, "press")
    admitted = members.admit(team.desks[0], team.reader(), request, "Vydumka Press", members.read_request(request).fingerprint, publisher=True)
    members.accept_welcome(press, admitted.welcome)
    sync.set_relay(press, str(team.relay))
    team.desks.append(press)
    team.sync()
    room = Newsroom(team, press, [])
    room.open_dossier()
    if cards:
        room.public(*(card_of(number) for number in cards))
    return room


def set_apart(room: Newsroom) -> bytes:
    """A dossier of which its holder alone says that its public compartment is one, and a colleague that it is not: the publisher's device has set
    its key apart. The compartment."""
    first, liar = room.team.desks[0], room.team.desks[1]
    made = room.open_dossier()
    home = reading.dossier(first, room.reader(), made)
    public_record.propose_card(first, room.reader(), made, card_of(2))
    room.team.sync(0, 1, 3)
    assert home.pub in room.press.epochs()
    ledger.append(liar, [Draft("compartment", home.pub, {"compartment": home.pub, "class": "WORK", "dossier": made, "epoch": 1})])
    room.team.sync(1, 3)
    assert home.pub not in room.press.epochs()
    return home.pub
