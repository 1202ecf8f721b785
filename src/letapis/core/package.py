"""Persons and organisations as data for a partner: which facts may go, in which column, and what one value that goes is.

The table is ``data/package.toml``. It is a list of what may go, so that a fact that nobody thought of stays at home; a fact that the
vocabulary calls sensitive cannot be put on it.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.errors import Damaged
from letapis.core.vocabulary import Vocabulary

FORMATS: Final = {"ftm": "ftm.json", "csv": "csv", "json": "json"}
"""Each form in which data goes, with the ending of its file."""
PERSON: Final = "person"
ORGANISATION: Final = "organisation"
WHOLE: Final = ("identity.name", "unit.name")
NAMES: Final = (*WHOLE, "identity.family_name")
"""Who has none of these that may go does not go at all: what a member called them is nobody's information."""

ENDS: Final = ("since", "until")
"""Parts of a post that are days."""


@dataclass(frozen=True, slots=True)
class Field:
    """A fact that may go: its column, its property in FollowTheMoney, its part in a post or in an entry of a list, and what its keys are called
    outside. ``public``: it goes only where a published list says it."""

    fact: str
    column: str
    ftm: str = ""
    role: str = ""
    entry: str = ""
    public: bool = False
    words: Mapping[str, str] | None = None

    def outside(self, value: str) -> str:
        return (self.words or {}).get(value, value)


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that are chosen together. ``always``: they go in every case; ``asked``: only where somebody asks for them."""

    id: str
    label: Mapping[str, str]
    fields: tuple[Field, ...]
    always: bool
    asked: bool


@dataclass(frozen=True, slots=True)
class PublicList:
    """A list that may be named outside: its address where everybody can read it, and, where to stand on it is a sanction, who imposed it."""

    url: str
    authority: str = ""


@dataclass(frozen=True)
class Columns:
    """All groups in their order, lists by the id of the mapping that reads them, and what any other list is called."""

    groups: tuple[Group, ...]
    lists: Mapping[str, PublicList]
    some_list: str

    @property
    def offered(self) -> tuple[str, ...]:
        """Ids of the groups that somebody may choose."""
        return tuple(group.id for group in self.groups if not group.always)

    @property
    def usual(self) -> tuple[str, ...]:
        """Of these the ones that go unless somebody takes them out."""
        return tuple(group.id for group in self.groups if not group.always and not group.asked)

    def chosen(self, groups: Collection[str]) -> dict[str, Field]:
        """The fields of these groups, and of those that always go, by fact."""
        return {field.fact: field for group in self.groups if group.always or group.id in groups for field in group.fields}


@dataclass(frozen=True, slots=True)
class Stated:
    """One value that goes. ``origin``: the list that says it, or the centre, never a source; ``url`` of a published list; ``together``: what
    it was said with, the same for the parts of one post; ``certainty``: of a day that is not exact."""

    fact: str
    value: str
    origin: str
    url: str = ""
    since: str = ""
    until: str = ""
    standing: str = ""
    together: str = ""
    certainty: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A sanction under which somebody stands: who imposed it, the list that says so, its address, and what it says of its entry."""

    authority: str
    origin: str
    url: str
    program: str = ""
    number: str = ""
    since: str = ""
    measure: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Leaving:
    """A person or an organisation that goes, under an id that this recipient alone gets."""

    id: str
    kind: str
    values: tuple[Stated, ...]
    listed: tuple[Listed, ...] = ()

    def told(self, fact: str) -> list[str]:
        """The values of one fact, each once, in their order."""
        return list(dict.fromkeys(one.value for one in self.values if one.fact == fact))

    @property
    def names(self) -> list[str]:
        """Whole names, the first one first."""
        return list(dict.fromkeys(name for fact in WHOLE for name in self.told(fact)))

    @property
    def name(self) -> str:
        """The first whole name, else the parts that are known."""
        parts = [next(iter(self.told(fact)), "") for fact in ("identity.first_name", "identity.patronymic", "identity.family_name")]
        return next(iter(self.names), " ".join(part for part in parts if part))


@dataclass(frozen=True, slots=True)
class Post:
    """A post that was held, put together from values that were said together. ``commands``: the body that its holder headed; ``since_certainty``
    and ``until_certainty``: of an end that is not exact."""

    post: str
    body: str
    commands: str
    rank: str
    since: str
    until: str
    said: tuple[Stated, ...]
    since_certainty: str = ""
    until_certainty: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the data: who gives it, to whom, for what, when, what it needed to go; ``invented``: nobody named in it exists."""

    organisation: str
    recipient: str
    purpose: str
    day: str
    standing: str
    invented: bool


def read_columns(table: Mapping[str, Any], vocabulary: Vocabulary) -> Columns:
    """Read the data file. Raises Damaged("package.fact") for a fact that is not there, is sensitive, is to be checked alone, or stands twice."""
    groups, seen = [], set[str]()
    for entry in table["groups"]:
        fields = tuple(_field(f) for f in entry["fields"])
        for field in fields:
            if field.fact not in vocabulary or vocabulary.fact(field.fact).sensitive or field.fact in seen:
                raise Damaged("package.fact", field.fact)
            seen.add(field.fact)
        groups.append(Group(entry["id"], entry["label"], fields, entry.get("always", False), entry.get("asked", False)))
    lists = {one["mapping"]: PublicList(one.get("url", ""), one.get("authority", "")) for one in table["lists"]}
    return Columns(tuple(groups), lists, table["some_list"])


def _field(entry: Mapping[str, Any]) -> Field:
    told = {name: entry.get(name, "") for name in ("ftm", "role", "entry")}
    return Field(entry["fact"], entry["column"], **told, public=entry.get("public", False), words=entry.get("words"))


def posts(one: Leaving, fields: Mapping[str, Field]) -> list[Post]:
    """The posts of a person: what was said together is one post, whatever number of sources say it. A day that they tell in two ways is none.
    Where several were said in one place and nobody bound them, each title and each body stands alone: none is given the other's. A rank or a
    day alone is none."""
    found: dict[str, dict[tuple[str, str], Stated]] = {}
    for value in one.values:
        if role := fields[value.fact].role:
            found.setdefault(value.together, {}).setdefault((role, value.value), value)
    made = []
    for said in found.values():
        times = Counter(role for role, _ in said)
        parts = [(role, value) for (role, _), value in said.items() if times[role] == 1 or role not in ENDS]
        bound = [parts] if len({role for role, _ in parts}) == len(parts) else [[part] for part in parts]
        made += [_post(dict(each)) for each in bound if {"post", "body", "commands"} & {role for role, _ in each}]
    return made


def _post(parts: Mapping[str, Stated]) -> Post:
    text = {role: parts[role].value if role in parts else "" for role in ("post", "body", "commands", "rank", "since", "until")}
    lasting = [value for role, value in parts.items() if role not in ENDS]  # the time of an end is its own day
    sure = {f"{end}_certainty": parts[end].certainty if end in parts else "" for end in ENDS}
    for end in ENDS:
        told = next((value for value in lasting if getattr(value, end)), None)
        if not text[end] and told:
            text[end], sure[f"{end}_certainty"] = getattr(told, end), told.certainty
    return Post(**text, **sure, said=tuple(parts.values()))
