"""The form of a public card: what a member chooses of the record, what they write themselves, and why the rest stays.

The form grows with the record, so it is read field by field here and not by a class with fixed fields. What may stand is decided by
``desk.card_plan`` and ``desk.card_wish``; this only says it and carries what was chosen.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from letapis.core.answers import Answer
from letapis.core.cards import FROM_RECOGNITION, NAME, PHOTO
from letapis.core.collation import numbered
from letapis.core.language import LANGUAGES
from letapis.core.publication import LINE
from letapis.core.published import CardValue
from letapis.desk import card_plan
from letapis.desk.card_plan import Candidate, CardPlan, FieldPlan
from letapis.desk.card_wish import Chosen, Wish
from letapis.faces.web.card_lines import CardLines
from letapis.faces.web.card_told import Teller, Tellers
from letapis.faces.web.lines import Lines

_MOST: Final = 60
"""Values of one field that a form shows."""


@dataclass(frozen=True)
class Option:
    """One value of the record that may stand: what the form sends, how it reads, who could have told it; ``ticked``: it is chosen."""

    value: str
    shown: str
    when: str
    ticked: bool
    teller: Teller | None = None


@dataclass(frozen=True)
class Stays:
    """One value that stays: its words, why, its claim (identifier in hexadecimal), and whose answer it waits for (``card_plan``)."""

    shown: str
    why: str
    claim: str
    who: str


@dataclass(frozen=True)
class Spoken:
    """One language of a field that has a form in each: values to choose from, what was typed, and a form made by rule as a help."""

    language: str
    options: tuple[Option, ...]
    typed: str
    offered: str


@dataclass(frozen=True)
class Own:
    """One value that a member writes: what stands in its parts. ``choices``: codes with their names where it takes one of a list."""

    number: int
    language: str
    value: str
    since: str = ""
    until: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class FieldBox:
    """One field of the form. ``kind``: ``many`` and ``one`` choose of the record, ``spoken`` in each language; ``words``, ``flag`` and ``list``
    are written; ``decided`` is filled by recognition; ``photo`` is chosen of pictures. ``refused``: why nobody may use it now;
    ``longest``: letters that words of it may have."""

    id: str
    label: str
    kind: str
    look: bool
    refused: str
    faults: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    spoken: tuple[Spoken, ...] = ()
    own: tuple[Own, ...] = ()
    stays: tuple[Stays, ...] = ()
    days: bool = False
    long: bool = False
    longest: int = 0

    @property
    def filled(self) -> bool:
        """Something stands in it, or is wrong with it."""
        return bool(self.faults) or any(one.value for one in self.own)

    @property
    def empty(self) -> bool:
        return not (self.options or self.own or self.stays or any(one.options or one.typed for one in self.spoken))


@dataclass
class CardForm:
    """The form of one person's card over its plan, filled with a wish; ``faults``: field -> what is wrong, in words."""

    request: Any
    plan: CardPlan
    wish: Wish
    faults: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lines, self._cards = Lines(self.request), CardLines(self.request)
        self._tellers = Tellers(self.request, self._lines)
        self._written = {one.id for one in card_plan.own_fields(self.request.desk.catalogue.publication.fields)}

    @property
    def named(self) -> bool:
        return self.wish.named

    def groups(self) -> list[tuple[str, list[FieldBox]]]:
        """Every field that has something to show, by its group."""
        known = self.request.desk.catalogue.publication
        found = []
        for group in known.groups:
            boxes = [self.box(self.plan.fields[one.id]) for one in known.fields.values() if one.group == group and one.id in self.plan.fields]
            shown = [box for box in boxes if not box.empty or box.faults]
            if shown:
                found.append((self._cards.group(group), shown))
        return found

    def nothing_known(self) -> list[str]:
        """Names of fields of which the record has nothing yet."""
        boxes = [self.box(part) for name, part in self.plan.fields.items() if name not in FROM_RECOGNITION and name != PHOTO]
        return [box.label for box in boxes if box.empty]

    def no_photo(self) -> bool:
        """A photograph may stand and there is no picture to take it from."""
        part = self.plan.fields.get(PHOTO)
        return part is not None and part.consent.holds and not self.plan.photos

    def box(self, part: FieldPlan) -> FieldBox:
        one = part.field
        refused = "" if part.consent.holds else self._say(part.consent)
        told: dict[str, Any] = {"faults": self.faults.get(one.id, ()), "days": one.days, "long": one.longest > LINE}
        told["longest"] = one.longest
        if one.id in FROM_RECOGNITION:
            return FieldBox(one.id, self._cards.label(one.id), "decided", one.look, "", options=self._decided(one.id), **told)
        if one.id == PHOTO:
            return FieldBox(one.id, self._cards.label(one.id), "photo", one.look, refused, options=self._photos(part), **told)
        if one.id in self._written:
            own = () if refused else tuple(self._own(part))
            kind = "words" if one.spoken else "flag" if one.kind == "flag" else "list"
            told |= {"stays": (Stays("", refused, "", card_plan.PERSON),) if refused else ()}
            return FieldBox(one.id, self._cards.label(one.id), kind, one.look, refused, own=own, **told)
        stays = tuple(self._stays(candidate) for candidate in part.stays[:_MOST])
        if one.spoken:
            spoken = tuple(self._spoken(part, language) for language in LANGUAGES) if part.goes else ()
            return FieldBox(one.id, self._cards.label(one.id), "spoken", one.look, refused, spoken=spoken, stays=stays, **told)
        kind = "many" if one.many else "one"
        return FieldBox(one.id, self._cards.label(one.id), kind, one.look, refused, options=tuple(self._options(part)), stays=stays, **told)

    def _say(self, answer: Answer) -> str:
        return self._lines.say(answer.because, **answer.detail)

    # ---- of the record ----

    def _decided(self, name: str) -> tuple[Option, ...]:
        titles = {self.plan.statement.statement: self.plan.statement} if self.plan.statement else {}
        cards = CardLines(self.request, titles)
        return tuple(Option("", *cards.said(one), True) for one in self.plan.recognised if one.field == name)

    def _options(self, part: FieldPlan) -> Iterable[Option]:
        """Each value once, whichever claim says it best."""
        wanted = {one.claim for one in self.wish.chosen if one.field == part.field.id}
        grouped: dict[tuple[CardValue, ...], list[Candidate]] = {}
        for candidate in part.goes[:_MOST]:
            grouped.setdefault(candidate.values, []).append(candidate)
        for values, said in grouped.items():
            shown = ", ".join(self._cards.said(one)[0] for one in values)
            ticked = any(one.claim.ref in wanted for one in said)
            best = next((one for one in said if one.claim.ref in wanted), said[0])
            yield Option(best.claim.ref.hex(), shown, self._cards.said(values[0])[1], ticked, self._tellers.of(best))

    def _stays(self, one: Candidate) -> Stays:
        line = self._lines.line(one.claim)
        return Stays(" ".join(part for part in (line.value, line.when) if part), self._say(one.answer), one.claim.rid.hex(), one.who)

    def _spoken(self, part: FieldPlan, language: str) -> Spoken:
        chosen = next((one for one in self.wish.chosen if one.field == part.field.id and one.language == language), None)
        seen, options = set[str](), list[Option]()
        for candidate in part.goes[:_MOST]:
            for value in candidate.values:
                if value.language == language and value.value not in seen:
                    seen.add(value.value)
                    ticked = chosen is not None and not chosen.text and chosen.claim == candidate.claim.ref
                    options.append(Option(candidate.claim.ref.hex(), value.value, "", ticked, self._tellers.of(candidate)))
        offered = next((one.value for candidate in part.goes for one in candidate.offered if one.language == language), "")
        return Spoken(language, tuple(options), chosen.text if chosen else "", offered)

    # ---- written, and pictures ----

    def _own(self, part: FieldPlan) -> Iterable[Own]:
        """A value that stands in each place, and one empty place more where several may stand."""
        one, choices = part.field, self._choices(part.field.id)
        stands = [value for value in self.wish.own if value.field == one.id]
        if one.spoken:
            for number, language in enumerate(LANGUAGES):
                yield Own(number, language, next((value.value for value in stands if value.language == language), ""))
            return
        places = [*stands, CardValue(one.id, "")] if one.many or not stands else stands[:1]
        for number, value in enumerate(places[:_MOST]):
            yield Own(number, "", value.value, value.since, value.until, choices)

    def _choices(self, name: str) -> tuple[tuple[str, str], ...]:
        known = self.request.desk.catalogue
        if name not in known.cards.lists:
            return ()
        entries = known.reference[known.cards.lists[name].list].entries.values()
        language = self.request.language
        return tuple(sorted(((one.code, one.label[language]) for one in entries), key=lambda pair: numbered(pair[1], language)))

    def _photos(self, part: FieldPlan) -> tuple[Option, ...]:
        if not part.consent.holds:
            return ()
        return tuple(
            Option(copy.object.hex(), copy.title, "" if answer.holds else self._say(answer), copy.object == self.wish.photo)
            for copy, answer in self.plan.photos[:_MOST]
        )


# ---- what was sent ---------------------------------------------------------------------------------------------------


def read_wish(posted: Any, plan: CardPlan, written: Collection[str]) -> Wish:
    """The wish that a sent form holds. What is no reference is left out; what does not fit the plan is said by the desk."""
    chosen, own = list[Chosen](), list[CardValue]()
    for name, part in plan.fields.items():
        if name in written:
            own += _own_of(posted, part)
        elif part.field.spoken:
            chosen += _spoken_of(posted, part)
        else:
            chosen += [Chosen(name, ref) for ref in map(_ref, posted.getlist(f"value-{name}")) if ref]
    return Wish(tuple(chosen), tuple(own), _ref(posted.get("photo", "")), posted.get("named", "") == "yes")


def _spoken_of(posted: Any, part: FieldPlan) -> Iterable[Chosen]:
    """In each language the form that was typed, which belongs to the claim chosen there or else to the first that may stand; or the chosen."""
    name = part.field.id
    for language in LANGUAGES:
        typed = str(posted.get(f"text-{name}-{language}", "")).strip()
        claim = _ref(posted.get(f"value-{name}-{language}", ""))
        first = next((one.claim.ref for one in part.goes), b"")
        if typed and (claim or first):
            yield Chosen(name, claim or first, language, typed)
        elif claim:
            yield Chosen(name, claim, language)


def _own_of(posted: Any, part: FieldPlan) -> Iterable[CardValue]:
    name, spoken = part.field.id, part.field.spoken
    places: Sequence[str] = LANGUAGES if spoken else [str(number) for number in range(_MOST)]
    for place in places:
        value, since, until = (str(posted.get(f"own-{name}-{place}{end}", "")).replace("\r\n", "\n").strip() for end in ("", "-since", "-until"))
        if value:
            yield CardValue(name, value, place if spoken else "", since, until)


def _ref(text: object) -> bytes:
    try:
        return bytes.fromhex(str(text))
    except ValueError:
        return b""


def name_may_stand(plan: CardPlan) -> bool:
    """The person may be named, and the record has a name that may stand."""
    return plan.named.holds and bool(plan.fields[NAME].goes)
