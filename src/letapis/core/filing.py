"""From claims to the document a body asks for: part by part as its form lays it out, in sentences that point at their claims.

Nothing is written that no claim carries, beside the fixed words of the form and what a person wrote. A claim that is checked but not
verified is put in the mouth of its source; equal claims become one sentence with all their references. A question without an answer is
shown as missing, never filled.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Final

from letapis.core.accounts import Line, Speaker, group_of, is_bound, narrated
from letapis.core.arguments import against, argued, element_table
from letapis.core.brief import Annex, Author, Block, Brief, FieldAnswer, Heading, Paragraph, Sentence, Table, clean, ranges
from letapis.core.document_tables import Graded, persons_table, posts_table, sources_table
from letapis.core.forms import CLOSED, OPEN, TARGET, Form, Part
from letapis.core.language import Texts
from letapis.core.mechanisms import FilingField, Mechanism
from letapis.core.norms import Rulebook
from letapis.core.qualify import Qualification
from letapis.core.sentences import Templates
from letapis.core.submitters import Submitter
from letapis.core.vocabulary import Vocabulary

__all__ = ["Knowledge", "Line", "Material", "compose"]

_PROFILE: Final = frozenset({"person.role", "person.sex", "person.is_minor", "identity.age", "identity.profession", "identity.nationality"})


@dataclass(frozen=True)
class Material:
    """Everything one document is made from.

    ``person``: the title's name; ``lines``: claims on the persons concerned; ``target``: the name of the official proposed, with
    ``target_lines``. ``own_words``: paragraphs of a lawyer by the key of a question. ``consents``: what the persons agreed to, in words;
    ``submitter``: who files. ``sources``: what the document stands on, graded. ``request``: which of the form's requests it is. ``unsaid``:
    norms against which the record holds something that may not stand in the document. ``closed``: annexes that may not be shown to the
    official proposed, beside those on which a confidential claim stands. ``posts``: references of the claims of each of the official's posts.
    """

    person: str
    lines: Sequence[Line]
    qualifications: Sequence[Qualification]
    annexes: Sequence[Annex]
    own_words: Mapping[str, str]
    marking: str | None
    meta: Sequence[tuple[str, str]]
    consents: Sequence[str] = ()
    submitter: Submitter = field(default_factory=Submitter)
    target: str = ""
    target_lines: Sequence[Line] = ()
    sources: Sequence[Graded] = ()
    request: str = ""
    unsaid: frozenset[str] = frozenset()
    closed: frozenset[int] = frozenset()
    posts: Sequence[frozenset[bytes]] = ()


@dataclass(frozen=True)
class Knowledge:
    """The data files that a document is worded with; ``templates`` by language, ``places`` by code and by English name."""

    vocabulary: Vocabulary
    templates: Mapping[str, Templates]
    rulebook: Rulebook
    texts: Texts
    places: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def compose(card: Mechanism, form: Form, language: str, material: Material, knowledge: Knowledge) -> Brief:
    """The document of a mechanism in ``language``, one of its form's."""
    asked = {one.key: one for one in card.fields}
    material = material if form.annexed else _without_annexes(material)
    speaker = Speaker(knowledge.vocabulary, knowledge.templates[language], knowledge.texts, knowledge.places, _alone(material))
    composer = _Composer(form, language, material, speaker, knowledge, asked)
    blocks = [block for part in form.laid_out(material.request) for block in composer.part(part)]
    if form.numbered:
        blocks = _numbered(blocks, form.numbered_by_part)
    if form.report or form.numbered_headings:
        blocks = _with_numbers(blocks)
    return Brief(
        title=clean(form.title[language].format(person=material.person, target=material.target, request=_request(form, language, material))),
        subtitle=clean(form.lead.get(language) or card.body[language]),
        language=language,
        marking=material.marking,
        meta=tuple(material.meta),
        blocks=tuple(blocks),
        annexes=tuple(material.annexes),
        approved=False,
        numbered=form.numbered_paragraphs,
    )


def _without_annexes(material: Material) -> Material:
    lines, target = ([replace(line, annexes=()) for line in some] for some in (material.lines, material.target_lines))
    sources = [replace(one, annexes=()) for one in material.sources]
    return replace(material, annexes=(), lines=lines, target_lines=target, sources=sources)


def _request(form: Form, language: str, material: Material) -> str:
    """What the document asks for, where its form has several requests."""
    return form.requests[material.request][language] if material.request else ""


def _alone(material: Material) -> str:
    """The person of the title, if nobody else is spoken of beside an official proposed."""
    return material.person if {line.person for line in material.lines} == {material.person} else ""


def _numbered(blocks: Sequence[Block], by_part: bool) -> list[Block]:
    """Questions with running numbers, as a questionnaire has them. ``by_part``: they begin anew under each heading, and a question that
    is alone under its heading needs none."""
    found, number = list[Block](), 0
    for at, block in enumerate(blocks):
        if by_part and _opens(block):
            number = 0
        number += isinstance(block, FieldAnswer)
        alone = by_part and number == 1 and not any(isinstance(one, FieldAnswer) for one in _until_next(blocks[at + 1 :]))
        found.append(replace(block, number=str(number)) if isinstance(block, FieldAnswer) and not alone else block)
    return found


def _opens(block: Block) -> bool:
    return isinstance(block, Heading) and block.level == 1


def _until_next(blocks: Iterable[Block]) -> Iterator[Block]:
    """What still stands under the same heading."""
    return takewhile(lambda block: not _opens(block), blocks)


def _with_numbers(blocks: Iterable[Block]) -> list[Block]:
    """Headings of parts with running numbers; a part of which nothing is known takes none."""
    found, number = list[Block](), 0
    for block in blocks:
        first = _opens(block)
        number += first
        found.append(replace(block, text=f"{number}. {block.text}") if isinstance(block, Heading) and first else block)
    return found


def _as_text(made: Iterable[Block], headed: bool) -> list[Block]:
    """Answers as a text: an optional question that nothing answers is left out, and a heading stands for the one question under it."""
    kept = [block for block in made if not isinstance(block, FieldAnswer) or block.answer or block.missing]
    if headed and len(kept) == 1 and isinstance(kept[0], FieldAnswer) and kept[0].answer:
        return [Paragraph(kept[0].answer)]
    return kept


@dataclass(frozen=True)
class _Composer:
    """One document in the making. Each kind of part has one method, named like it."""

    form: Form
    language: str
    material: Material
    speaker: Speaker
    knowledge: Knowledge
    asked: Mapping[str, FilingField]

    def part(self, part: Part) -> list[Block]:
        made: list[Block] = getattr(self, f"_{part.kind}")(part)
        heading = part.heading.get(self.language, "")
        if self.form.report:
            made = _as_text(made, bool(heading))
        elif heading and made and isinstance(made[0], FieldAnswer) and made[0].label == heading:
            heading = ""  # the question itself says what the heading would
        return [Heading(1, clean(heading)), *made] if heading and made else made

    def _text(self, part: Part) -> list[Block]:
        said = tuple(self._fixed(text) for text in part.text)
        own = self._by_hand(part.field)
        if part.field:
            return [FieldAnswer("", self._label(part.field), (*said, *own))]
        return [Paragraph((sentence,)) for sentence in (*said, *own)]

    def _list(self, part: Part) -> list[Block]:
        """Numbered points, each its own paragraph; a person's own words follow them."""
        said: list[Block] = []
        for number, text in enumerate(part.text, start=1):
            fixed = self._fixed(text)
            said.append(Paragraph((fixed if self.form.numbered_paragraphs else replace(fixed, text=f"{number}. {fixed.text}"),)))
        own = self._by_hand(part.field)
        return [*said, Paragraph(own)] if own else said

    def _fields(self, part: Part) -> list[Block]:
        return [self._answered(self.asked[key], part) for key in part.fields]

    def _account(self, part: Part) -> list[Block]:
        """The account in the order of time, stage by stage under headings where the form has them."""
        told, own = self._narrated(part), self._by_hand(part.field)
        if not part.sections:
            return self._answer(part, (*self.speaker.sentences(told), *own))
        taken = {group for section in part.sections for group in section.groups}
        blocks: list[Block] = []
        for section in part.sections:
            mine = [line for line in told if (group_of(line) in section.groups if section.groups else group_of(line) not in taken)]
            if said := self.speaker.sentences(mine):
                blocks += [Heading(2, clean(section.heading[self.language])), Paragraph(said)]
        if not blocks:
            return self._answer(part, own)
        return [*self._opening(part), *blocks, *([Paragraph(own)] if own else [])]

    def _chronology(self, part: Part) -> list[Block]:
        """A row for what happened to one person on one day, a footnote behind each sentence; between several persons a column says who."""
        undated, told = self._say("filing.chronology.undated"), dict[tuple[str, str], list[Sentence]]()
        for turn, group in enumerate(self.speaker.grouped(self._narrated(part))):
            day, person = self.speaker.day(group) or undated, group[0].person
            told.setdefault((day, person), []).append(self.speaker.about(person).sentence(group, turn, dated=False))
        own = self._by_hand(part.field)
        if not told:
            return self._answer(part, own)
        named = len({person for _, person in told}) > 1
        header = [self._say("filing.chronology.day"), self._say("filing.chronology.event")]
        rows = [((day, clean(person), tuple(said)) if named else (day, tuple(said))) for (day, person), said in told.items()]
        if named:
            header.insert(1, self._say("filing.persons.person"))
        return [*self._opening(part), Table(tuple(header), tuple(rows)), *([Paragraph(own)] if own else [])]

    def _persons(self, part: Part) -> list[Block]:
        """Who is spoken of; with groups of facts also what happened to each of them."""
        fed = self.asked[part.field].feeding if part.field else ()
        profile = _PROFILE.union(fact for fact in fed if fact.startswith(("person.", "identity.")))
        return self._tabled(part, persons_table(self.speaker, self._lines(part), profile, self._narrated(part) if part.groups else ()))

    def _posts(self, part: Part) -> list[Block]:
        """The posts of the official, and which acts against the persons concerned fall into the time of each."""
        kept = [line for line in self.material.target_lines if line.open or part.only != OPEN]
        posts = [[line for line in kept if line.ref in refs] for refs in self.material.posts]
        said = (line for line in self.material.lines if group_of(line) in part.groups and (line.open or part.only != OPEN))
        acts = [line for line in said if not self.knowledge.rulebook.is_denial(line.property, line.value)]
        return self._tabled(part, posts_table(self.speaker, posts, self.speaker.in_order(acts)))

    def _sources(self, part: Part) -> list[Block]:
        told = [one for one in self.material.sources if not part.only or one.open == (part.only == OPEN)]
        return self._tabled(part, sources_table(self.speaker, told))

    def _tabled(self, part: Part, made: list[Block]) -> list[Block]:
        own = self._by_hand(part.field)
        return [*self._opening(part), *made, *([Paragraph(own)] if own else [])] if made else self._answer(part, own)

    def _law(self, part: Part) -> list[Block]:
        """Norm by norm, element by element: what is met on which claims, and what is left to the body. Never "violation found"."""
        return self._lawful(part, argued(self._pleaded(part), self.speaker, self._lines(part), self.knowledge.rulebook, self.language))

    def _elements(self, part: Part) -> list[Block]:
        """The same as a table: element, what carries it, how it stands."""
        return self._lawful(part, element_table(self._pleaded(part), self.speaker, self._lines(part), self.knowledge.rulebook, self.language))

    def _lawful(self, part: Part, made: list[Block]) -> list[Block]:
        own = self._by_hand(part.field)
        required = bool(part.field) and self.asked[part.field].required
        if not made and not own:
            return [FieldAnswer("", self._label(part.field), (), missing=required)] if part.field else []
        return [*self._opening(part), *([Paragraph(own)] if own else []), *made]

    def _against(self, part: Part) -> list[Block]:
        """What the record holds against what is pleaded; that nothing is held is said with the same plainness, and only where it is so. Of
        nothing that is pleaded nothing is said."""
        pleaded = self._pleaded(part)
        found = against(pleaded, self._all_lines())
        told = [line for line in found if not part.only or line.open == (part.only == OPEN)]
        notes = ["filing.against_kept"] if len(told) < len(found) else []
        if any(one.norm in self.material.unsaid for one in pleaded):
            notes.append("filing.against_unsaid")
        elif pleaded and not found:
            notes.append("filing.nothing_against")
        said = (*self.speaker.sentences(told), *(self._form_sentence(self._say(note)) for note in notes))
        return self._answer(part, (*said, *self._by_hand(part.field)))

    def _consent(self, part: Part) -> list[Block]:
        return self._answer(part, (*(self._form_sentence(text) for text in self.material.consents), *self._by_hand(part.field)))

    def _submitter(self, part: Part) -> list[Block]:
        said = self.material.submitter.said(self.knowledge.texts, self.language, part.show)
        return self._answer(part, (*(self._form_sentence(text) for text in said if clean(text)), *self._by_hand(part.field)))

    def _annexes(self, part: Part) -> list[Block]:
        """A pointer at the index that ends the document; where some of it may not be disclosed, at each part of it apart."""
        numbers, own = tuple(annex.number for annex in self.material.annexes), self._by_hand(part.field)
        closed = {number for line in (*self.material.lines, *self.material.target_lines) if not line.open for number in line.annexes}
        closed |= self.material.closed
        if part.only:
            numbers = tuple(number for number in numbers if (number in closed) != (part.only == OPEN))
        if not numbers and part.field and part.only == CLOSED:
            return self._answer(part, (self._form_sentence(self._say("filing.annexes_none_closed")), *own))
        if not numbers:
            return self._answer(part, own)
        one = "_one" if len(numbers) == 1 else ""
        said = self._say(f"filing.annexes_{part.only or 'follow'}{one}", numbers=ranges(numbers))
        return self._answer(part, (self._form_sentence(said), *own))

    def _own(self, part: Part) -> list[Block]:
        return self._answer(part, self._by_hand(part.field))

    def _answer(self, part: Part, said: tuple[Sentence, ...]) -> list[Block]:
        """The answer under its question; without a question, a paragraph."""
        if not part.field:
            return [Paragraph(said)] if said else []
        return [FieldAnswer("", self._label(part.field), said, missing=self.asked[part.field].required and not said)]

    def _opening(self, part: Part) -> list[Block]:
        """The question as a heading over what answers it in more than one paragraph, unless the part has its own."""
        return [] if part.heading or not part.field else [Heading(1, self._label(part.field))]

    def _answered(self, asked: FilingField, part: Part) -> FieldAnswer:
        fed = replace(asked, facts=part.facts, feeding=part.facts) if part.facts else asked
        answer = (*self.speaker.short(fed, self._lines(part)), *self._by_hand(asked.key))
        return FieldAnswer("", self._label(asked.key), answer, missing=asked.required and not answer)

    def _lines(self, part: Part) -> Sequence[Line]:
        """What is said of the persons or of the official; what may not be disclosed stands together, of whomever it is said."""
        lines = self.material.target_lines if part.of == TARGET else self.material.lines
        lines = self._all_lines() if part.only == CLOSED else lines
        lines = [line for line in lines if not is_bound(line)]  # told with its certainty, in the table of posts, or not at all
        return [line for line in lines if line.open == (part.only == OPEN)] if part.only else lines

    def _all_lines(self) -> Sequence[Line]:
        return [*self.material.lines, *self.material.target_lines]

    def _narrated(self, part: Part) -> list[Line]:
        """What belongs into the account; a part that names its groups of facts gets all of them."""
        return self.speaker.in_order(narrated(self._lines(part), part.groups))

    def _pleaded(self, part: Part) -> list[Qualification]:
        return [q for q in self.material.qualifications if q.reached and (not part.norms or q.norm in part.norms)]

    def _by_hand(self, key: str) -> tuple[Sentence, ...]:
        """A lawyer's paragraphs as sentences that a person answers for."""
        text = self.material.own_words.get(key, "")
        return tuple(Sentence(clean(line), author=Author.LAWYER) for line in text.splitlines() if clean(line))

    def _label(self, key: str) -> str:
        return clean(self.form.label(self.asked[key], self.language))

    def _fixed(self, words: Mapping[str, str]) -> Sentence:
        return self._form_sentence(words[self.language])

    def _form_sentence(self, text: str) -> Sentence:
        return Sentence(clean(text), author=Author.FORM)

    def _say(self, key: str, **parts: object) -> str:
        return self.knowledge.texts.say(key, self.language, **parts)
