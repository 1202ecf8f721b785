"""What a task says that the program made: the key of a text with its values, so that each colleague reads it in their own language.

The record also holds the same in the three languages as plain text: for whoever reads it without this program, and for a program that does
not know the key. Which keys a record may name is listed here: a record never chooses among all texts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from letapis.core.language import LANGUAGES
from letapis.core.records import Record, Value
from letapis.engines.catalogue import Catalogue

_Shown = Callable[[Catalogue, str, str], str]


@dataclass(frozen=True)
class Said:
    """A text of ``SAYS`` and its values: names as they stand in the record, or keys of the catalogue where the text names what has a label."""

    key: str
    values: Mapping[str, object]

    def body(self, catalogue: Catalogue) -> dict[str, Value]:
        """The fields of a task that hold it."""
        told = tuple(f"{name}={self.values[name]}" for name in SAYS[self.key])
        return {"text": "\n".join(_say(catalogue, self.key, _parts(told), one) for one in LANGUAGES), "says": self.key, "told": told}


def words(catalogue: Catalogue, task: Record, language: str) -> str:
    """What a task says, in a language; as it was written where somebody worded it, or where it names a text that is not known here."""
    key, told = task.text("says"), _parts(task.texts("told"))
    known = SAYS.get(key)
    return task.text("text") if known is None or not known.keys() <= told.keys() else _say(catalogue, key, told, language)


def is_unchanged(catalogue: Catalogue, task: Record, text: str) -> bool:
    """Whether a form brings back what the program said, in whichever language it was shown: then it is still the program that says it."""
    return task.text("says") in SAYS and text.strip() in {words(catalogue, task, one).strip() for one in LANGUAGES}


def _parts(told: tuple[str, ...]) -> dict[str, str]:
    return {name: value for name, _, value in (part.partition("=") for part in told)}


def _say(catalogue: Catalogue, key: str, told: Mapping[str, str], language: str) -> str:
    return catalogue.texts.say(key, language, **{name: shown(catalogue, told[name], language) for name, shown in SAYS[key].items()})


def _plain(_: Catalogue, value: str, __: str) -> str:
    return value


def _mechanism(catalogue: Catalogue, value: str, language: str) -> str:
    card = catalogue.mechanisms.get(value)
    return card.name[language] if card else value


def _time(catalogue: Catalogue, value: str, language: str) -> str:
    name = f"mechanisms.time.{value}"
    return catalogue.texts.say(name, language) if name in catalogue.texts else value


def _fact(catalogue: Catalogue, value: str, language: str) -> str:
    return catalogue.vocabulary.fact(value).label[language] if value in catalogue.vocabulary else value


def _fields(catalogue: Catalogue, value: str, language: str) -> str:
    known = catalogue.publication.fields
    return ", ".join(known[one].label[language] if one in known else one for one in value.split(","))


_ENTRY: Final[Mapping[str, _Shown]] = {"who": _plain, "list": _plain}
_FACT_OF_LIST: Final[Mapping[str, _Shown]] = {"list": _plain, "row": _plain, "what": _fact}
_TIME: Final[Mapping[str, _Shown]] = {"what": _time, "body": _mechanism}
SAYS: Final[Mapping[str, Mapping[str, _Shown]]] = {
    "filed.task.us": _TIME,
    "filed.task.state": _TIME,
    "filed.task.tell_family": {"body": _mechanism},
    "submit.second_check_task": {"count": _plain, "mechanism": _mechanism},
    "oneperson.task": {"first": _plain, "second": _plain},
    "lists.task.held": _FACT_OF_LIST,
    "lists.task.value_gone": _FACT_OF_LIST,
    "lists.task.gone": {"list": _plain},
    "watch.task.added": _ENTRY,
    "watch.task.gone": _ENTRY,
    "watch.task.changed": _ENTRY,
    "watch.task.row_added": _ENTRY,
    "watch.task.row_gone": _ENTRY,
    "watch.task.doubtful": {"list": _plain, "count": _plain},
    "watch.task.more": {"list": _plain, "count": _plain},
    "cards.task": {"fields": _fields},
    "cards.task_named": {},
}
"""The texts that a task may name, each with its values and how a value is shown."""
