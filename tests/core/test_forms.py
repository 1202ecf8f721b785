"""A form lays out every question of its body once, in languages that have sentences, and says nothing of any record by itself."""

import re
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from letapis.core import composed, filing
from letapis.core.accounts import Line, Speaker
from letapis.core.arguments import argued
from letapis.core.brief import Annex, Author, Brief, FieldAnswer, Heading, Paragraph, Sentence, Table, sentences
from letapis.core.briefjson import from_json, to_json
from letapis.core.document_tables import Graded
from letapis.core.errors import Damaged
from letapis.core.forms import read_form
from letapis.core.qualify import evaluate_all
from letapis.core.situation import ClaimFact, facts_from
from letapis.core.standing import Level
from letapis.core.submitters import Submitter
from letapis.engines.catalogue import catalogue

CARDS, FORMS = catalogue().mechanisms, catalogue().forms
KNOWLEDGE = filing.Knowledge(catalogue().vocabulary, catalogue().templates, catalogue().rulebook, catalogue().texts)
SPEAKER = Speaker(KNOWLEDGE.vocabulary, KNOWLEDGE.templates["en"], KNOWLEDGE.texts)
CARD = CARDS["WGAD-URGENT"]
REST = [asked.key for asked in CARD.fields if asked.key != "narrative.short"]


def table(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A form of the urgent appeal: the account as ``parts`` lay it out, all other questions in one list."""
    return {"mechanism": CARD.id, "languages": ["en"], "title": {"en": "{person}"}, "parts": [*parts, {"kind": "fields", "fields": REST}]} | more


ACCOUNT = {"kind": "account", "field": "narrative.short", "heading": {"en": "What happened"}}


def line(number: int, fact: str, value: Any, day: str = "", person: str = "Pryklad") -> Line:
    return Line(bytes([number]) * 32, fact, value, day, day or "9999-99-99", Level.CHECKED, (1,), person)


LINES = [
    line(1, "detention.masked_agents", True, "2024-11-12"),
    line(2, "hearing.closed", True, "2025-05-20"),
    line(3, "harm.type", ("beating",), "2024-11-13"),
]


def compose(form: dict[str, Any], lines: list[Line], words: dict[str, str] | None = None, norms: tuple[str, ...] = (), **more: Any) -> Brief:
    facts = facts_from([ClaimFact(one.ref, one.property, one.value, one.level) for one in lines], int(Level.CHECKED))
    found = evaluate_all(KNOWLEDGE.rulebook, facts, {}, norms)
    material = filing.Material("Pryklad", lines, found, (Annex(1, "Account", b"a" * 32),), words or {}, None, (), **more)
    return filing.compose(CARD, read_form(form, CARD), "en", material, KNOWLEDGE)


@pytest.mark.parametrize("name", sorted(FORMS))
def test_every_shipped_form_answers_every_question_in_every_language_it_names(name: str) -> None:
    """A form with nothing on record shows each required question as missing or answers it with the form's own words, in each language."""
    for language in FORMS[name].languages:
        material = filing.Material("Pryklad", (), (), (), {}, None, (), ("Consent.",), Submitter("Vydumka Centre"), "Target", ())
        for request in FORMS[name].requests or ("",):
            brief = filing.compose(CARDS[name], FORMS[name], language, replace(material, request=request), KNOWLEDGE)
            assert not [s for s in sentences(brief) if s.author is not Author.FORM]
            assert from_json(to_json(brief)) == brief


def test_a_form_names_only_groups_facts_and_scopes_that_there_are() -> None:
    """A mistyped group of facts would leave a part empty for ever, and nobody would see why."""
    groups = {fact.partition(".")[0] for fact in KNOWLEDGE.vocabulary.facts}
    for form in FORMS.values():
        assert set(form.named_by) | set(form.open_by) <= set(catalogue().consent.scopes), form.mechanism
        assert set(form.limits) <= {limit.what for limit in CARDS[form.mechanism].limits}, form.mechanism
        for part in form.parts:
            assert {*part.groups, *(group for section in part.sections for group in section.groups)} <= groups, form.mechanism
            assert all(fact in KNOWLEDGE.vocabulary for fact in part.facts), form.mechanism


def test_for_a_body_without_annexes_nothing_points_at_one() -> None:
    brief = compose(table(ACCOUNT, annexed=False), LINES)
    assert not brief.annexes
    assert not [s for s in sentences(brief) if s.annexes]


def test_what_an_organisation_says_of_itself_answers_each_question_that_asks_for_it() -> None:
    said = Submitter("Vydumka Centre", "1 Invented Street", "", "", "It documents.")
    part = {**ACCOUNT, "kind": "submitter"}
    for show, told in (([], ["Vydumka Centre.", "Address: 1 Invented Street.", "It documents."]), (["description"], ["It documents."])):
        brief = compose(table({**part, "show": show}), [], submitter=said)
        (answer,) = [b.answer for b in brief.blocks if isinstance(b, FieldAnswer) and b.label == "What happened, short"]
        assert [sentence.text for sentence in answer] == told
    assert "What happened, short" in composed.missing(compose(table(part), []))
    assert "law.form_kind" in damaged(table({**part, "show": ["purse"]}))


def test_a_report_numbers_its_headings_and_leaves_out_what_is_optional_and_empty() -> None:
    closing = {"kind": "text", "heading": {"en": "Closing"}, "text": [{"en": "We thank you."}]}
    brief = compose(table(ACCOUNT, closing, report=True), LINES[:1])
    assert [b.text for b in brief.blocks if isinstance(b, Heading)] == ["1. What happened", "2. Closing"]
    assert not [b for b in brief.blocks if isinstance(b, FieldAnswer) and not b.answer and not b.missing]
    assert isinstance(brief.blocks[1], Paragraph)


def damaged(form: dict[str, Any]) -> str:
    with pytest.raises(Damaged) as found:
        read_form(form, CARD)
    return str(found.value)


def test_a_form_that_leaves_a_question_out_or_answers_it_twice_is_refused() -> None:
    assert "law.form_fields" in damaged(table())
    assert "law.form_fields" in damaged(table(ACCOUNT, ACCOUNT))
    assert "law.form_fields" in damaged(table({**ACCOUNT, "field": "nothing.such"}))


def test_a_form_in_a_language_that_its_body_does_not_take_is_refused() -> None:
    assert "law.form_language" in damaged(table(ACCOUNT, languages=["en", "be"]))
    spoken = deepcopy(table(ACCOUNT))
    spoken["parts"][0]["heading"] = {"ru": "Что произошло"}
    assert "law.form_language" in damaged(spoken)


def test_a_part_that_nobody_can_write_is_refused() -> None:
    assert "law.form_kind" in damaged(table({**ACCOUNT, "kind": "poem"}))
    assert "law.form_kind" in damaged(table({**ACCOUNT, "of": "judge"}))
    assert "law.form_kind" in damaged(table(ACCOUNT, {"kind": "text"}))


def test_an_account_in_stages_tells_each_claim_once_under_its_heading() -> None:
    arrest, trial = ({"heading": {"en": name}, "groups": [group]} for name, group in (("Arrest", "detention"), ("Trial", "hearing")))
    sections = [arrest, trial, {"heading": {"en": "Else"}}]
    blocks = compose(table({**ACCOUNT, "sections": sections}), LINES).blocks
    told = [(blocks[at].text, [r for s in blocks[at + 1].sentences for r in s.claims]) for at in (1, 3, 5)]  # type: ignore[union-attr]
    assert blocks[0] == Heading(1, "What happened")
    assert told == [("Arrest", [LINES[0].ref]), ("Trial", [LINES[1].ref]), ("Else", [LINES[2].ref])]


def test_a_stage_of_which_nothing_is_known_has_no_heading() -> None:
    sections = [{"heading": {"en": "Arrest"}, "groups": ["detention"]}, {"heading": {"en": "Letters"}, "groups": ["contact"]}]
    blocks = compose(table({**ACCOUNT, "sections": sections}), LINES[:1]).blocks
    assert [b.text for b in blocks if isinstance(b, Heading)] == ["What happened", "Arrest"]


def test_an_account_of_nothing_is_missing_whether_it_has_stages_or_not() -> None:
    for part in (ACCOUNT, {**ACCOUNT, "sections": [{"heading": {"en": "Else"}}]}):
        assert "What happened, short" in composed.missing(compose(table(part), []))


def test_a_chronology_is_a_table_whose_sentences_keep_their_claims_and_annexes() -> None:
    brief = compose(table({**ACCOUNT, "kind": "chronology"}), LINES)
    (made,) = [block for block in brief.blocks if isinstance(block, Table)]
    assert [row[0] for row in made.rows] == ["12 November 2024", "13 November 2024", "20 May 2025"]
    assert [s.claims for row in made.rows for s in row[1] if isinstance(s, Sentence)] == [(LINES[0].ref,), (LINES[2].ref,), (LINES[1].ref,)]
    assert {one for s in sentences(brief) if s.claims for one in s.annexes} == {1}
    assert from_json(to_json(brief)) == brief


def test_a_row_whose_sentence_stays_out_goes_with_its_date() -> None:
    brief = compose(table({**ACCOUNT, "kind": "chronology"}), LINES)
    kept = composed.in_other_words(brief, lambda s: None if LINES[0].ref in s.claims else s.text)
    (made,) = [block for block in kept.blocks if isinstance(block, Table)]
    assert len(made.rows) == 2


def test_what_speaks_against_is_told() -> None:
    part = {**ACCOUNT, "kind": "against"}
    facts = (("detention.start", "2024-11-12"), ("act.country", "BY"), ("charge.based_on", ("expression",)))
    more = (("restriction.necessity_reasoned", False), ("charge.violence_evidenced", True))
    shown = [line(number, *fact) for number, fact in enumerate([*facts, *more], start=1)]
    answers = [block for block in compose(table(part), shown, norms=("WGAD-II",)).blocks if isinstance(block, FieldAnswer)]
    (told,) = [block.answer for block in answers if block.label == "What happened, short"]
    assert [sentence.claims for sentence in told] == [(shown[-1].ref,)]
    kept = [*shown[:-1], replace(shown[-1], open=False)]
    brief = compose(table({**part, "only": "open"}), kept, norms=("WGAD-II",))
    (told,) = [block.answer for block in brief.blocks if isinstance(block, FieldAnswer) and block.label == "What happened, short"]
    assert [sentence.text for sentence in told] == [KNOWLEDGE.texts.say("filing.against_kept", "en")], "never said that there is nothing"


def test_nobody_writes_that_nothing_speaks_against_while_something_stands_that_may_not_be_printed() -> None:
    part, norm = {**ACCOUNT, "kind": "against"}, "WGAD-II"
    facts = (("detention.start", "2024-11-12"), ("act.country", "BY"), ("charge.based_on", ("expression",)))
    shown = [line(number, *fact) for number, fact in enumerate((*facts, ("restriction.necessity_reasoned", False)), start=1)]

    def said(norms: tuple[str, ...], *unsaid: str) -> list[str]:
        brief = compose(table(part), shown, norms=norms, unsaid=frozenset(unsaid))
        return [s.text for block in brief.blocks if isinstance(block, FieldAnswer) and block.label == "What happened, short" for s in block.answer]

    assert said(()) == said((), norm) == [], "where nothing is pleaded nothing speaks against it"
    assert said((norm,)) == said((norm,), "WGAD-I") == [KNOWLEDGE.texts.say("filing.nothing_against", "en")]
    assert said((norm,), norm) == ["Other information is on record that could not be included."]


def test_claims_on_two_persons_are_never_told_as_one() -> None:
    both = [line(1, "hearing.closed", True, "2025-05-20"), line(2, "hearing.closed", True, "2025-05-20", "Vydumka")]
    told = [s for s in sentences(compose(table(ACCOUNT), both)) if s.claims]
    assert [s.claims for s in told] == [(both[0].ref,), (both[1].ref,)]


def test_a_part_of_the_target_takes_only_claims_on_the_target() -> None:
    spoken = table({**ACCOUNT, "of": "target"}, target=True)
    brief = compose(spoken, LINES, target="Vydumka", target_lines=[line(9, "actor.official_capacity", True, person="Vydumka")])
    assert {ref for s in sentences(brief) for ref in s.claims} == {bytes([9]) * 32}


def test_a_norm_that_many_persons_share_is_argued_once_with_the_claims_of_all() -> None:
    facts = (("detention.start", "2024-11-12"), ("act.country", "BY"), ("detention.reasons_given", False))
    both = [[line(10 * one + number, *fact, person=f"Person {one}") for number, fact in enumerate(facts)] for one in (1, 2)]
    read = [facts_from([ClaimFact(x.ref, x.property, x.value, x.level) for x in lines], int(Level.CHECKED)) for lines in both]
    found = [q for one in read for q in evaluate_all(KNOWLEDGE.rulebook, one, {}, ["WGAD-I"])]
    blocks = argued(found, SPEAKER, [*both[0], *both[1]], KNOWLEDGE.rulebook, "en")
    assert [block.text for block in blocks if isinstance(block, Heading)] == [KNOWLEDGE.rulebook.norm("WGAD-I").title["en"]]
    said = [block for block in blocks if isinstance(block, Paragraph)]
    assert {both[0][2].ref, both[1][2].ref} <= {ref for block in said for sentence in block.sentences for ref in sentence.claims}


def test_an_element_that_is_contested_for_one_is_not_called_indicated_for_all() -> None:
    facts = (("detention.start", "2024-11-12"), ("act.country", "BY"), ("detention.reasons_given", False))
    both = [[line(10 * one + number, *fact, person=f"Person {one}") for number, fact in enumerate(facts)] for one in (1, 2)]
    both[0].append(line(14, "detention.reasons_given", True, person="Person 1"))
    read = [facts_from([ClaimFact(x.ref, x.property, x.value, x.level) for x in lines], int(Level.CHECKED)) for lines in both]
    for order in (read, read[::-1]):
        found = [q for one in order for q in evaluate_all(KNOWLEDGE.rulebook, one, {}, ["WGAD-I"])]
        blocks = argued(found, SPEAKER, [*both[0], *both[1]], KNOWLEDGE.rulebook, "en")
        shared = [block.sentences[0] for block in blocks if isinstance(block, Paragraph) and both[0][2].ref in block.sentences[0].claims]
        assert shared and all("while other information exists" in sentence.text for sentence in shared)
        assert both[1][2].ref in shared[0].claims


def test_a_place_goes_by_its_name_and_a_country_too() -> None:
    named = replace(KNOWLEDGE, places=catalogue().places)
    lines = [line(1, "detention.place", "sizo-1"), line(2, "act.country", "BY")]
    material = filing.Material("Pryklad", lines, (), (Annex(1, "Account", b"a" * 32),), {}, None, ())
    brief = filing.compose(CARDS["SP-COMMUNICATION"], FORMS["SP-COMMUNICATION"], "en", material, named)
    (said,) = [block.answer for block in brief.blocks if isinstance(block, FieldAnswer) and block.label == "Place of the event"]
    text = " ".join(sentence.text for sentence in said)
    assert "Pre-trial detention center No. 1" in text
    assert "Belarus" in text
    assert "BY" not in text


def test_own_words_follow_in_every_kind_of_part() -> None:
    for kind in ("account", "chronology", "law", "elements", "against", "consent", "annexes", "submitter", "own", "text"):
        part = {**ACCOUNT, "kind": kind} | ({"text": [{"en": "We ask."}]} if kind == "text" else {})
        brief = compose(table(part), LINES, words={"narrative.short": "Written by hand."})
        assert [s.text for s in sentences(brief) if s.author is Author.LAWYER] == ["Written by hand."], kind


def test_points_are_numbered_and_questions_of_a_questionnaire_too() -> None:
    points = {"kind": "list", "text": [{"en": "First."}, {"en": "Second."}], "heading": {"en": "Requests"}}
    brief = compose(table(ACCOUNT, points, numbered=True), LINES)
    assert [b.sentences[0].text for b in brief.blocks if isinstance(b, Paragraph)] == ["1. First.", "2. Second."]
    assert [b.number for b in brief.blocks if isinstance(b, FieldAnswer)] == [str(n) for n in range(1, len(CARD.fields) + 1)]


def test_the_persons_spoken_of_stand_in_a_table_with_what_happened_to_each() -> None:
    both = [line(1, "person.role", ("hrd",)), line(2, "hearing.closed", True, "2025-05-20"), line(3, "person.role", ("hrd",), person="Person 2")]
    for groups, width in ((["hearing"], 3), ([], 2)):
        (made,) = [b for b in compose(table({**ACCOUNT, "kind": "persons", "groups": groups}), both).blocks if isinstance(b, Table)]
        assert [(len(row), row[0]) for row in made.rows] == [(width, "Pryklad"), (width, "Person 2")]
        assert {ref for row in made.rows for s in row[1] if isinstance(s, Sentence) for ref in s.claims} <= {both[0].ref, both[2].ref}
    assert "What happened, short" in composed.missing(compose(table({**ACCOUNT, "kind": "persons"}), []))


def test_sources_stand_in_a_table_with_their_grades_and_never_their_names() -> None:
    part = {**ACCOUNT, "kind": "sources"}
    (made,) = [b for b in compose(table(part), LINES, sources=(Graded("person", "B: usually reliable", 3, (1,)),)).blocks if isinstance(b, Table)]
    assert made.rows == (("1. person", "B: usually reliable", "3", "1"),)
    assert "What happened, short" in composed.missing(compose(table(part), LINES))


def test_a_form_that_keeps_things_apart_says_of_each_part_of_claims_which_it_takes() -> None:
    """A part that takes everything would carry what a source wants kept back to the official proposed."""
    for form in FORMS.values():
        telling = [p for p in form.parts if p.kind not in ("text", "list", "own", "submitter", "consent", "annexes")]
        assert not form.open_by or all(part.only for part in telling), form.mechanism


def test_what_may_not_be_disclosed_is_told_only_in_the_part_that_is_kept_apart() -> None:
    shut = [replace(LINES[0], annexes=()), replace(LINES[1], open=False)]
    for only, told in (("open", LINES[0].ref), ("closed", LINES[1].ref)):
        brief = compose(table({**ACCOUNT, "only": only}), shut)
        (answer,) = [b.answer for b in brief.blocks if isinstance(b, FieldAnswer) and b.label == "What happened, short"]
        assert [s.claims for s in answer] == [(told,)]
        listed = compose(table({**ACCOUNT, "kind": "annexes", "only": only}), shut)
        (answer,) = [b.answer for b in listed.blocks if isinstance(b, FieldAnswer) and b.label == "What happened, short"]
        assert [s.text.split(". ")[0] for s in answer] == (["Confidential, not to be disclosed: annex 1"] if only == "closed" else [])
        assert not any(s.annexes for s in answer), "the sentence names them itself: a note would say them twice"
    assert "law.form_kind" in damaged(table({**ACCOUNT, "only": "secret"}))


def test_of_a_form_with_several_requests_each_has_its_own_parts_and_title() -> None:
    requests = {"access": {"en": "Access"}, "deletion": {"en": "Deletion"}}
    spoken = table({**ACCOUNT, "request": "deletion"}, requests=requests, title={"en": "{request}: {person}"})
    for request, asked in (("access", False), ("deletion", True)):
        brief = compose(spoken, LINES, request=request)
        assert brief.title == f"{requests[request]['en']}: Pryklad"
        assert any(isinstance(b, FieldAnswer) and b.label == "What happened, short" for b in brief.blocks) is asked
    assert "law.form_fields" in damaged(table({**ACCOUNT, "request": "other"}, requests=requests))
    assert "law.form_fields" in damaged(table(ACCOUNT, {**ACCOUNT, "request": "access"}, requests=requests))


def test_who_somebody_is_belongs_to_the_question_who_they_are_beside_the_facts_it_lists() -> None:
    (asked,) = [one for one in CARDS["SR-BELARUS"].fields if one.key == "victim.identity"]
    named = [line(1, "identity.name", "Pryklad"), line(2, "person.role", ("hrd",))]
    assert {ref for s in SPEAKER.short(asked, named) for ref in s.claims} == {named[0].ref, named[1].ref}


@pytest.mark.parametrize("name", sorted(FORMS))
def test_no_number_of_a_heading_is_left_out_where_nothing_is_known_of_a_part(name: str) -> None:
    """A number that is typed into a heading jumps when a part before it has nothing to say."""
    form = FORMS[name]
    assert not [text for part in form.parts for text in part.heading.values() if re.match(r"\d+\. ", text)]
    material = filing.Material("Vydumka", [], [], (), {}, None, (), target="Vydumka", request=next(iter(form.requests), ""))
    made = filing.compose(CARDS[name], form, form.languages[0], material, KNOWLEDGE)
    found = [int(m[1]) for b in made.blocks if isinstance(b, Heading) and (m := re.match(r"(\d+)\. ", b.text))]
    assert found == list(range(1, len(found) + 1))
