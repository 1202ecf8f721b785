"""How to reach a source safely: channel, hours, recognition word. Apart from the identity, in a compartment of a keeper and a deputy.

Calling back then needs neither two custodians nor a private phone, and nothing of it stands where the case is worked on.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.records import Draft, Value
from letapis.desk import apart, items, ledger, reading
from letapis.desk.opening import Desk

CHANNELS: Final = ("signal", "messenger", "phone", "email", "through_somebody", "in_person", "other")
SAFETY: Final = ("safe", "with_care", "not_now", "unknown")
DEVICES: Final = ("trusted", "unknown", "hostile")
_LONGEST: Final = 400


@dataclass(frozen=True)
class ContactForm:
    """What was agreed with a source. ``safety``: may we call at all; ``device``: whether somebody else may read theirs."""

    channel: str = ""
    address: str = ""
    hours: str = ""
    word: str = ""
    country: str = ""
    safety: str = "unknown"
    device: str = "unknown"
    text: str = ""

    @property
    def says_something(self) -> bool:
        """Anything but that nothing is known."""
        states = self.safety != "unknown" or self.device != "unknown"
        return states or any((self.channel, self.address.strip(), self.hours.strip(), self.word.strip(), self.text.strip()))


@dataclass(frozen=True)
class ContactsView:
    """The contacts of a dossier that the reader holds, who else holds them, and who might be the deputy."""

    contacts: list[reading.ItemView]
    holders: frozenset[bytes]
    possible: list[reading.MemberView]


def contacts(desk: Desk, reader: Reader, dossier: bytes) -> ContactsView:
    """Raises NotFound for a dossier that is not theirs. Whoever holds no contact of it learns nothing, not even whether there is one."""
    home = reading.dossier(desk, reader, dossier)
    found = of_dossier(desk, reader, dossier)
    holders = frozenset(member for compartment in apart.held(desk, reader, dossier, "CONTACT") for member in reading.holders(desk, compartment))
    team = reading.holders(desk, home.work)
    possible = [m for m in reading.active_members(desk, reader) if m.member in team - holders - {desk.me}]
    return ContactsView(found, holders, possible)


def contact_of(desk: Desk, reader: Reader, source: bytes) -> reading.ItemView | None:
    """The contact of a source, if the reader holds one; of several, the one written last."""
    try:
        home = reading.source(desk, reader, source).dossier
    except NotFound:
        return None
    return max((one for one in of_dossier(desk, reader, home) if one.about == source), key=lambda one: one.recorded, default=None)


def of_dossier(desk: Desk, reader: Reader, dossier: bytes) -> list[reading.ItemView]:
    """The contacts of a dossier that stand where those who hold it keep them. Whoever makes a place of their own plants nobody to be rung."""
    places = set(apart.held(desk, reader, dossier, "CONTACT"))
    return [one for one in reading.items(desk, reader, "contact", dossier=dossier) if one.compartment in places]


def contact(desk: Desk, reader: Reader, ident: bytes) -> reading.ItemView:
    """One contact that stands where those who hold its dossier keep them. Raises NotFound for any other: what a stranger planted is neither
    shown nor gone on with."""
    return apart.kept(desk, reader, reading.item(desk, reader, ident, "contact"), "CONTACT")


def keep_contact(desk: Desk, reader: Reader, source: bytes, form: ContactForm, deputies: Sequence[bytes] = ()) -> bytes:
    """Keep how to reach a source; its keeper is this member. Returns the contact's id.

    Raises UsageError for a channel, state or text that is none, Refused("contacts.deputy") for a deputy who does not hold the dossier.
    """
    known = reading.source(desk, reader, source)
    _require_team(desk, reader, known.dossier, deputies)
    with desk.store.transaction():
        found = apart.find_apart(desk, reader, known.dossier, "CONTACT")
        compartment, drafts = apart.prepare_apart(desk, known.dossier, "CONTACT", found, deputies)
        made = contact_draft(desk, compartment, known.dossier, source, form)
        ledger.append(desk, [*drafts, made])
    ident = made.body["contact"]
    assert isinstance(ident, bytes)
    return ident


def contact_draft(desk: Desk, compartment: bytes, dossier: bytes, source: bytes, form: ContactForm) -> Draft:
    """A first version of a contact, to be appended with other records. Raises UsageError for what is none."""
    return items.draft(desk, "contact", compartment, {"dossier": dossier, "source": source, **body_of(form), "state": "current"})


def body_of(form: ContactForm) -> dict[str, Value]:
    if form.channel and form.channel not in CHANNELS:
        raise UsageError("contacts.channel")
    if form.safety not in SAFETY:
        raise UsageError("contacts.safety")
    if form.device not in DEVICES:
        raise UsageError("contacts.device")
    if not form.says_something:
        raise UsageError("contacts.empty")
    said = {name: text.strip() for name, text in asdict(form).items()}
    if any(len(text) > _LONGEST for text in said.values()):
        raise UsageError("contacts.too_long")
    said["device_state"] = said.pop("device")
    return dict(said)


def form_of(contact: reading.ItemView) -> ContactForm:
    """A contact as the form that would say the same."""
    told = {name: contact.text(name) for name in ("channel", "address", "hours", "word", "country", "text")}
    return ContactForm(**told, safety=contact.text("safety") or "unknown", device=contact.text("device_state") or "unknown")


def change_contact(desk: Desk, reader: Reader, ident: bytes, form: ContactForm, seen: tuple[bytes, ...] = ()) -> None:
    """Say it anew. ``seen``: the versions that were on the page; one that came meanwhile stays beside this one. Raises NotFound as ``contact``."""
    items.change(desk, reader, "contact", contact(desk, reader, ident).item, body_of(form), seen)


def add_deputy(desk: Desk, reader: Reader, dossier: bytes, member: bytes) -> None:
    """Let a colleague hold the contacts that this member holds in a dossier. Raises Refused("contacts.deputy"), NotFound where there are none."""
    if not apart.held(desk, reader, dossier, "CONTACT"):
        raise NotFound("reading.not_found")
    _require_team(desk, reader, dossier, [member])
    apart.open_apart(desk, reader, dossier, "CONTACT", [member])


def _require_team(desk: Desk, reader: Reader, dossier: bytes, members: Sequence[bytes]) -> None:
    """Who does not hold the dossier could not find its contacts."""
    home = reading.dossier(desk, reader, dossier)
    active = {m.member for m in reading.active_members(desk, reader)}
    if not set(members) <= active & reading.holders(desk, home.work):
        raise Refused("contacts.deputy")
