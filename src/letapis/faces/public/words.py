"""Words of one language for every page of one build, and what is the same on all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from letapis.core import date_words
from letapis.core.collation import order
from letapis.core.dates import is_partial_date
from letapis.core.letters import Address, Advice, addresses, advice_for, types_of
from letapis.core.published import Card, CardValue, Statement
from letapis.engines.catalogue import Catalogue
from letapis.faces.public.html import Html, el, escaped, many


@dataclass(frozen=True)
class Constant:
    """What does not change from one snapshot to the next without a whole new build. ``address``: where the site stands, with a slash at its
    end; ``contact``: where the public writes to; ``pictures``: names of the files of the press pack."""

    catalogue: Catalogue
    organisation: str
    address: str
    contact: str
    pictures: tuple[str, ...] = ()

    def addresses(self, place: str, day: date) -> tuple[Address, ...]:
        """Where letters to a place go on a day."""
        known = self.catalogue.reference["facilities"].entries.get(place)
        return addresses(known.more, day) if known else ()

    def region(self, place: str) -> str:
        """Code of the region in which a place of detention lies; empty where the lists do not say."""
        return self.catalogue.public_figures.regions.get(place, "")


class Words:
    """Texts, days and values in one language. What was said once is kept: ten thousand cards say the same few hundred things."""

    def __init__(self, constant: Constant, language: str) -> None:
        self.constant = constant
        self.language = language
        self._values: dict[CardValue, Html] = {}
        self._labels: dict[str, Html] = {}
        self._whole: dict[str, Html] = {}
        self._articles: dict[str, Html] = {}
        self._orders: dict[str, str] = {}
        self._parts: dict[tuple[str, ...], Html] = {}

    def say(self, key: str, **parts: object) -> Html:
        """A text of the site; its parts are escaped."""
        if parts:
            told = {name: part if isinstance(part, Html) else escaped(str(part)) for name, part in parts.items()}
            return Html(self.constant.catalogue.texts.say(f"site.{key}", self.language).format(**told))
        if key not in self._whole:
            self._whole[key] = escaped(self.constant.catalogue.texts.say(f"site.{key}", self.language))
        return self._whole[key]

    def once(self, make: Callable[..., Html], *about: str) -> Html:
        """A part of many pages, made when it is first asked for."""
        key = (make.__name__, *about)
        if key not in self._parts:
            self._parts[key] = make(self, *about)
        return self._parts[key]

    def label(self, field: str) -> Html:
        """The name of a field of a card."""
        if field not in self._labels:
            self._labels[field] = escaped(self.constant.catalogue.public_words.label(field, self.language))
        return self._labels[field]

    def value(self, value: CardValue) -> Html:
        """A value of a card, without its days."""
        if value not in self._values:
            shown = escaped(self.constant.catalogue.public_words.value(value, self.language))
            other = value.language and value.language != self.language
            self._values[value] = el("span", shown, lang=value.language) if other else shown
        return self._values[value]

    def when(self, value: CardValue) -> Html:
        return escaped(self.constant.catalogue.public_words.when(value, self.language))

    def dated(self, value: CardValue) -> Html:
        """A value with its days."""
        when = self.when(value)
        return Html(f"{self.value(value)} ({when})") if when else self.value(value)

    def spoken(self, card: Card, field: str) -> tuple[CardValue, ...]:
        """Values of a field in this language; where there is none in it, those of the first language that has some."""
        found = card.all(field)
        for language in (self.language, *(one.language for one in found)):
            mine = tuple(one for one in found if one.language in (language, ""))
            if mine:
                return mine
        return ()

    def order(self, name: str) -> str:
        """By what a name is sorted."""
        if name not in self._orders:
            self._orders[name] = order(name, self.language)
        return self._orders[name]

    def form(self, names: tuple[CardValue, ...]) -> CardValue | None:
        """The form of a name in this language, or the first where there is none in it."""
        return next((one for one in names if one.language == self.language), names[0] if names else None)

    def name(self, names: tuple[CardValue, ...]) -> str:
        """A name as plain text."""
        form = self.form(names)
        return form.value if form else ""

    def named(self, names: tuple[CardValue, ...]) -> Html:
        """The name, in an element that says its language where it is another and holds what could turn the direction of the line."""
        form = self.form(names)
        if form is None:
            return self.say("unnamed")
        language = f' lang="{escaped(form.language)}"' if form.language not in ("", self.language) else ""
        return Html(f"<bdi{language}>{escaped(form.value)}</bdi>")

    def day(self, text: str) -> Html:
        """A partial date in words; what is none stands for itself."""
        return escaped(date_words.show(text, self.language) if is_partial_date(text) else text)

    def day_of(self, text: str) -> Html:
        """The same behind «since» and «until»."""
        return escaped(date_words.of(text, self.language) if is_partial_date(text) else text)

    def listed(self, name: str, code: str) -> Html:
        """The label of a code of a reference list."""
        return escaped(self.constant.catalogue.reference[name].name_of(code, self.language))

    def place(self, code: str) -> Html:
        return self.value(CardValue("place", code))

    def article(self, code: str) -> Html:
        """An article without its part, by number and title."""
        if code not in self._articles:
            self._articles[code] = escaped(self.constant.catalogue.public_figures.label("article", code)[self.language])
        return self._articles[code]

    def told(self, texts: Mapping[str, str]) -> Html:
        """Words of a statement in this language, or in the first that it has."""
        if self.language in texts or not texts:
            return escaped(texts.get(self.language, ""))
        language, text = next(iter(texts.items()))
        return el("span", text, lang=language)

    def title(self, statement: Statement) -> Html:
        return self.told(statement.titles) or self.listed("recognition-statuses", statement.outcome)

    # ---- places -----------------------------------------------------------------------------------------------------

    def facility(self, code: str) -> Mapping[str, Any]:
        known = self.constant.catalogue.reference["facilities"].entries.get(code)
        return known.more if known else {}

    def advice(self, code: str) -> list[Advice]:
        """What to know before a letter is sent there: what is said of the place first."""
        return advice_for(self.constant.catalogue.letters, (code, *types_of(self.facility(code))))

    def advised(self, one: Advice) -> Html:
        return el("li", one.public[self.language], *((" ", el("small", self.say("unconfirmed"))) if one.verify else ()))

    def addresses(self, holding: tuple[Address, ...]) -> list[Html]:
        return [self._address(one) for one in holding]

    def former(self, code: str, holding: tuple[Address, ...]) -> list[tuple[Html, Html]]:
        """Addresses that no longer hold, with their days, as who reads this language writes them."""
        holds = {one.text for one in holding}
        found = []
        for one in self.facility(code).get("address", ()):
            if one["text"] not in holds:
                since, _, until = one.get("valid", "").partition("/")
                when = self.when(CardValue("place", code, since=since.strip("."), until=until.strip(".")))
                was = Address(one["text"], "", bool(one.get("verify")), one.get("be", ""), one.get("ru", ""))
                found.append((self._line(was, was.shown(self.language)), when))
        return found

    def _address(self, one: Address) -> Html:
        """As the post there writes it, and in Latin letters for a letter from abroad."""
        local = one.local(self.language)
        if not local:
            return self._line(one, one.text)
        abroad = Html(f'{self.say("abroad")} <span lang="be-Latn">{escaped(one.text)}, Belarus</span>')
        return many((self._line(one, local), " ", el("small", abroad, class_="line")))

    def _line(self, one: Address, text: str) -> Html:
        language = "be-Latn" if text == one.text else "ru" if text == one.ru and self.language == "ru" else "be"
        return Html(f'<span lang="{language}">{escaped(text)}</span>' + (f" <small>{self.say('unconfirmed')}</small>" if one.verify else ""))
