"""What a member wishes to put on a public card, held against the plan field by field: everything that does not fit is said at once."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from letapis.core import names
from letapis.core.answers import Answer
from letapis.core.cards import NAME, PHOTO, fault_of, unnamed
from letapis.core.dates import bounds, is_partial_date
from letapis.core.errors import UsageError
from letapis.core.language import LANGUAGES
from letapis.core.publication import PublicField
from letapis.core.published import CardValue
from letapis.desk.card_plan import Candidate, CardPlan, own_fields
from letapis.desk.opening import Desk

_ALIKE: Final = 0.5
Fault = tuple[str, Answer]
"""A field (empty: the card as a whole) and what is wrong with it; the key is one of a text."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A value of the record: its field and the reference of the claim. Of a field with a form in each language the ``language``, and ``text``,
    a form that somebody wrote and answers for, where the claim has none in it."""

    field: str
    claim: bytes
    language: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall stand. ``own``: values of fields that a member writes; ``photo``: the safe copy (id) to take it from; ``named`` false: the
    person is counted and not named. What a decision on recognition says always goes along."""

    chosen: tuple[Chosen, ...] = ()
    own: tuple[CardValue, ...] = ()
    photo: bytes = b""
    named: bool = True


class WishFault(UsageError):
    """What does not fit, each with its field."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("cards.wish")
        self.faults = faults


def composed(desk: Desk, known: CardPlan, wish: Wish) -> tuple[CardValue, ...]:
    """The values of the card, without its photograph. Raises WishFault with everything that does not fit."""
    faults, values = list(_photo_faults(known, wish.photo)), set[CardValue](known.recognised)
    for chosen in wish.chosen:
        _take(values, faults, chosen.field, _of_record(desk, known, chosen))
    writable = {one.id: one for one in own_fields(desk.catalogue.publication.fields)}
    for own in wish.own:
        _take(values, faults, own.field, _own(desk, known, writable, own))
    faults += _once(known, values)
    if faults:
        raise WishFault(_distinct(faults))
    if not (wish.named and known.named.holds and any(one.field == NAME for one in values)):
        if not known.counted.holds:
            raise WishFault((("", known.counted),))
        values = set(unnamed(values, desk.catalogue.cards))
    if not values:
        raise WishFault((("", _fault("empty")),))
    return tuple(sorted(values))


def _photo_faults(known: CardPlan, photo: bytes) -> Iterator[Fault]:
    if photo:
        answer = next((answer for copy, answer in known.photos if copy.object == photo), _fault("no_photo"))
        yield from ((PHOTO, one) for one in (known.fields[PHOTO].consent, answer) if not one.holds)


def _distinct(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Each fault once."""
    return tuple({(name, answer.because): (name, answer) for name, answer in faults}.values())


def _take(values: set[CardValue], faults: list[Fault], name: str, found: Answer | tuple[CardValue, ...]) -> None:
    if isinstance(found, Answer):
        faults.append((name, found))
    else:
        values.update(found)


def _fault(code: str) -> Answer:
    return Answer(False, f"cards.fault.{code}")


# ---- of the record ---------------------------------------------------------------------------------------------------


def _of_record(desk: Desk, known: CardPlan, chosen: Chosen) -> Answer | tuple[CardValue, ...]:
    candidate = known.candidate(chosen.field, chosen.claim)
    if candidate is None:
        return _fault("no_value")
    if not candidate.answer.holds:
        return candidate.answer
    field = known.fields[chosen.field].field
    if not field.spoken:
        return candidate.values if not (chosen.language or chosen.text) else _fault("no_language")
    if chosen.language not in LANGUAGES:
        return _fault("language")
    if chosen.text:
        return _written(desk, field, candidate, chosen)
    found = tuple(one for one in candidate.values if one.language == chosen.language)
    return found or _fault("no_form")


def _written(desk: Desk, field: PublicField, candidate: Candidate, chosen: Chosen) -> Answer | tuple[CardValue, ...]:
    """A form that somebody wrote for a claim that has none in this language. Of a name it has to be the same name."""
    text = unicodedata.normalize("NFC", " ".join(chosen.text.split()))
    because = _words_fault(desk, field.id, text)
    if because is not None:
        return because
    if field.id == NAME and names.alike(candidate.values[0].value, text) < _ALIKE:
        return _fault("other_name")
    return (CardValue(field.id, text, chosen.language),)


def _words_fault(desk: Desk, name: str, text: str) -> Answer | None:
    because = fault_of(text)
    if because:
        return Answer(False, because)
    return _fault("too_long") if len(text) > desk.catalogue.publication.fields[name].longest else None


# ---- own words -------------------------------------------------------------------------------------------------------


def _own(desk: Desk, known: CardPlan, writable: Mapping[str, PublicField], own: CardValue) -> Answer | tuple[CardValue, ...]:
    field = writable.get(own.field)
    if field is None:
        return _fault("not_by_hand")
    consent = known.fields[field.id].consent
    faults = [consent] if not consent.holds else list(_own_faults(desk, field, own))
    if faults:
        return faults[0]
    return (replace(own, value=unicodedata.normalize("NFC", "\n".join(" ".join(line.split()) for line in own.value.split("\n")).strip())),)


def _own_faults(desk: Desk, field: PublicField, own: CardValue) -> Iterator[Answer]:
    if (own.language in LANGUAGES) != field.spoken or (own.language and not field.spoken):
        yield _fault("language")
    days = [day for day in (own.since, own.until) if day]
    if days and not field.days:
        yield _fault("no_days")
    elif not all(map(is_partial_date, days)):
        yield _fault("day")
    elif len(days) == 2 and bounds(own.until)[1] < bounds(own.since)[0]:
        yield _fault("order")
    elif field.kind == "flag" and field.days and not own.since:
        yield _fault("since")
    yield from _value_faults(desk, field, own.value)


def _value_faults(desk: Desk, field: PublicField, value: str) -> Iterator[Answer]:
    codes = desk.catalogue.cards.lists.get(field.id)
    if field.kind == "flag":
        if value not in ("yes", "no"):
            yield _fault("flag")
    elif codes is not None:
        if value not in desk.catalogue.reference[codes.list].entries:
            yield _fault("code")
    else:
        found = [_words_fault(desk, field.id, line) for line in value.split("\n") if line.strip()] or [Answer(False, "cards.empty")]
        yield from (one for one in found if one is not None)
        if len(value) > field.longest:
            yield _fault("too_long")


def _once(known: CardPlan, values: Iterable[CardValue]) -> Iterator[Fault]:
    """Fields that stand once and have several values, in one language where they have a form in each."""
    counted = Counter((one.field, one.language) for one in values if one.field in known.fields and not known.fields[one.field].field.many)
    yield from ((name, _fault("one_only")) for (name, _), count in counted.items() if count > 1)
