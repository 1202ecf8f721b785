"""Forms: in which order, under which headings and with which fixed words a body's document is written. One file for each mechanism.

The card says what a body asks; the form says how our answer is laid out. Every question of the card is answered in exactly one part, so
that no form can leave a question out by mistake. The fixed words hold nothing of any record, and what they ask for is the same for all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from letapis.core.errors import Damaged
from letapis.core.language import LANGUAGES
from letapis.core.mechanisms import FilingField, Mechanism
from letapis.core.submitters import SHOWN

KINDS: Final = (
    *("text", "list", "fields", "account", "chronology", "persons", "law", "elements"),
    *("posts", "against", "consent", "annexes", "sources", "submitter", "own"),
)
PERSON, TARGET, ALL = "person", "target", "all"
OPEN, CLOSED = "open", "closed"
_MANY_FIELDS: Final = frozenset({"text", "list", "fields"})

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """A stage of the account with its heading: claims of these groups of facts; without groups: what no other section took."""

    heading: Words
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a document.

    ``kind``: ``text`` (paragraphs) and ``list`` (numbered points) are fixed words; ``fields`` answers questions one by one; ``account`` tells
    in the order of time; ``chronology`` does so as a table; ``persons`` is a table of who is spoken of; ``law`` argues norm by norm;
    ``elements`` does so as a table; ``against`` says what speaks against; ``consent``, ``annexes``, ``sources``, ``submitter`` say what the
    desk knows of these; ``posts`` is a table of the official's posts, with acts of ``groups`` in their time; ``own`` holds only a person's own
    words. ``field``: the question of the card that the part answers. ``of``: whose claims, of the persons concerned or of the official
    proposed. ``only``: what may be disclosed (``open``), or what may not (``closed``).
    ``request``: the one request of a form with several that has this part; empty: all of them. ``facts``: what answers its questions, where
    that is not what the card lists. ``show``: which parts of what the submitter says of itself, where a form asks them apart.
    """

    kind: str
    heading: Words
    field: str
    fields: tuple[str, ...]
    text: tuple[Words, ...]
    sections: tuple[Section, ...]
    groups: tuple[str, ...]
    norms: tuple[str, ...]
    of: str
    only: str = ""
    request: str = ""
    facts: tuple[str, ...] = ()
    show: tuple[str, ...] = ()

    @property
    def answers(self) -> tuple[str, ...]:
        """Keys of the questions that this part answers."""
        return self.fields or ((self.field,) if self.field else ())


@dataclass(frozen=True)
class Form:
    """One document. ``subjects``: ``person`` or ``all`` persons of a dossier; ``target``: an official is proposed and must be chosen.

    ``numbered``: its questions have running numbers; ``numbered_by_part``: these begin anew under each heading. ``named_by``: consent scopes
    of which one lets a person be named; a form without any goes to a body that needs the name. ``open_by``: the scopes of which one lets a
    claim be disclosed to the official proposed; without any, nothing is kept apart. ``requests``: what the document may be, of which one is
    chosen (access or deletion), in words. ``limits``: which question a limit of the card measures; a limit that is not here measures the
    whole document, one with "" is a rule of the past. ``report``: it is read as a text and not as a questionnaire: headings have running
    numbers and stand for a question that is alone under them, and an optional question that nothing answers is left out. ``anonymous``:
    nobody is named, whatever they agreed to. ``annexed``: false for a body that takes no annexes. ``numbered_paragraphs``: a body that wants
    each paragraph numbered. ``numbered_headings``: headings have running numbers in a questionnaire too.
    """

    mechanism: str
    title: Words
    lead: Words
    labels: Mapping[str, Words]
    parts: tuple[Part, ...]
    languages: tuple[str, ...]
    subjects: str
    target: bool
    named_by: tuple[str, ...]
    numbered: bool
    open_by: tuple[str, ...] = ()
    requests: Mapping[str, Words] = field(default_factory=dict)
    limits: Mapping[str, str] = field(default_factory=dict)
    report: bool = False
    anonymous: bool = False
    annexed: bool = True
    numbered_by_part: bool = False
    numbered_paragraphs: bool = False
    numbered_headings: bool = False

    def laid_out(self, request: str) -> tuple[Part, ...]:
        """The parts of the document that is this request."""
        return tuple(part for part in self.parts if part.request in ("", request))

    def label(self, asked: FilingField, language: str) -> str:
        """A question in the language of the document; the body's own words where there is no translation."""
        return self.labels.get(asked.key, {}).get(language) or asked.label


def read_form(table: Mapping[str, Any], card: Mechanism) -> Form:
    """Form from its parsed file. Raises Damaged: ``law.form_kind``, ``law.form_language``, ``law.form_fields``."""
    languages = tuple(table["languages"])
    if not languages or not set(languages) <= set(LANGUAGES) & set(card.languages or LANGUAGES) | _forum(card):
        raise Damaged("law.form_language")
    form = Form(
        mechanism=card.id,
        title=table["title"],
        lead=table.get("lead", {}),
        labels=table.get("labels", {}),
        parts=tuple(_read_part(entry) for entry in table["parts"]),
        languages=languages,
        subjects=table.get("subjects", PERSON),
        target=table.get("target", False),
        named_by=tuple(table.get("named_by", ())),
        numbered=table.get("numbered", False),
        open_by=tuple(table.get("open_by", ())),
        requests=table.get("requests", {}),
        limits=table.get("limits", {}),
        report=table.get("report", False),
        anonymous=table.get("anonymous", False),
        annexed=table.get("annexed", True),
        numbered_by_part=table.get("numbered_by_part", False),
        numbered_paragraphs=table.get("numbered_paragraphs", False),
        numbered_headings=table.get("numbered_headings", False),
    )
    _require_whole(form, card)
    return form


def _forum(card: Mechanism) -> frozenset[str]:
    """A forum decides its own language: the document may be written in any of ours and is translated there."""
    return frozenset(LANGUAGES) if "forum" in card.languages else frozenset()


def _read_part(entry: Mapping[str, Any]) -> Part:
    part = Part(
        kind=entry["kind"],
        heading=entry.get("heading", {}),
        field=entry.get("field", ""),
        fields=tuple(entry.get("fields", ())),
        text=tuple(entry.get("text", ())),
        sections=tuple(Section(one["heading"], tuple(one.get("groups", ()))) for one in entry.get("sections", ())),
        groups=tuple(entry.get("groups", ())),
        norms=tuple(entry.get("norms", ())),
        of=entry.get("of", PERSON),
        only=entry.get("only", ""),
        request=entry.get("request", ""),
        facts=tuple(entry.get("facts", ())),
        show=tuple(entry.get("show", ())),
    )
    fixed = part.kind in ("text", "list")
    if part.kind not in KINDS or part.of not in (PERSON, TARGET) or (fixed and not part.text) or (part.kind == "fields" and not part.fields):
        raise Damaged("law.form_kind")
    if (part.fields and part.kind not in _MANY_FIELDS) or part.only not in ("", OPEN, CLOSED) or not set(part.show) <= set(SHOWN):
        raise Damaged("law.form_kind")
    return part


def _require_whole(form: Form, card: Mechanism) -> None:
    """Every question once and no other; every word in every language of the form.

    Of a form with several requests each asks some of them, and no question is asked by none.
    """
    asked, answered = {one.key for one in card.fields}, set[str]()
    if not {part.request for part in form.parts} <= {"", *form.requests} or not set(form.limits.values()) <= {"", *asked}:
        raise Damaged("law.form_fields")
    for request in form.requests or ("",):
        keys = [key for part in form.laid_out(request) for key in part.answers]
        if len(set(keys)) != len(keys):
            raise Damaged("law.form_fields")
        answered |= set(keys)
    if answered != asked:
        raise Damaged("law.form_fields")
    if not all(set(form.languages) <= set(words) for words in all_words(form)):
        raise Damaged("law.form_language")


def all_words(form: Form) -> Iterable[Words]:
    """The fixed words of a form, beside what it calls the questions."""
    yield form.title
    yield from (words for words in (form.lead, *form.requests.values()) if words)
    for part in form.parts:
        yield from (words for words in (part.heading, *part.text, *(section.heading for section in part.sections)) if words)
