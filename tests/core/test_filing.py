"""Documents from claims: nothing that no claim carries, nothing said twice, nothing finished that is not."""

from dataclasses import replace

import pytest

from letapis.core import composed, filing
from letapis.core.brief import Annex, Author, Brief, FieldAnswer, Heading, Paragraph, Sentence, sentences
from letapis.core.elements import Judgement
from letapis.core.qualify import evaluate_all
from letapis.core.situation import ClaimFact, facts_from
from letapis.core.standing import Level
from letapis.core.vocabulary import Value
from letapis.engines.catalogue import catalogue

CARD = catalogue().mechanisms["WGAD-REGULAR"]
KNOWLEDGE = filing.Knowledge(catalogue().vocabulary, catalogue().templates, catalogue().rulebook, catalogue().texts)
FORM = catalogue().forms["WGAD-REGULAR"]
PERSON = "Aleś Pryklad"


def line(number: int, fact: str, value: Value, *, day: str = "", level: Level = Level.CHECKED, annexes: tuple[int, ...] = ()) -> filing.Line:
    return filing.Line(bytes([number]) * 32, fact, value, day, day or "9999-99-99", level, annexes, PERSON)


def compose(*lines: filing.Line, words: dict[str, str] | None = None, annexes: tuple[Annex, ...] = (), norms: tuple[str, ...] = ()) -> Brief:
    claims = [ClaimFact(one.ref, one.property, one.value, one.level) for one in lines]
    agreed = {(norm, element.key): Judgement(True, b"m" * 16, b"j" * 32) for norm in norms for element in KNOWLEDGE.rulebook.norm(norm).elements}
    found = evaluate_all(KNOWLEDGE.rulebook, facts_from(claims, int(Level.CHECKED)), agreed, norms)
    material = filing.Material(PERSON, lines, found, annexes, words or {}, None, ())
    return filing.compose(CARD, FORM, "en", material, KNOWLEDGE)


def answer(brief: Brief, label: str) -> FieldAnswer:
    return next(block for block in brief.blocks if isinstance(block, FieldAnswer) and block.label.startswith(label))


def words(brief: Brief, label: str) -> list[str]:
    return [sentence.text for sentence in answer(brief, label).answer]


def test_questions_stand_in_the_order_of_the_form() -> None:
    labels = [block.label for block in compose().blocks if isinstance(block, FieldAnswer)]
    assert labels == [asked.label for asked in CARD.fields]


def test_a_required_question_without_a_claim_is_missing_and_said_so() -> None:
    brief = compose()
    assert "Date of arrest" in composed.missing(brief)
    assert not answer(brief, "Identity document").missing  # not required by the form


def test_every_sentence_that_states_a_fact_points_at_its_claim() -> None:
    brief = compose(line(1, "detention.start", "2024-11-12", day="2024-11-12"), line(2, "detention.masked_agents", True, day="2024-11-12"))
    assert all(sentence.claims for sentence in sentences(brief) if sentence.author is Author.CLAIMS)
    assert [sentence.text for sentence in sentences(brief) if sentence.author is Author.FORM] == [FORM.parts[-1].text[0]["en"]]


def test_equal_claims_become_one_sentence_with_both_references() -> None:
    brief = compose(line(1, "detention.start", "2024-11-12"), line(2, "detention.start", "2024-11-12"))
    (said,) = answer(brief, "Date of arrest").answer
    assert said.claims == (b"\x01" * 32, b"\x02" * 32)
    assert said.text.startswith("12 November 2024")


def test_two_different_values_stand_side_by_side() -> None:
    brief = compose(line(1, "detention.start", "2024-11-12"), line(2, "detention.start", "2024-11-13"))
    assert len(words(brief, "Date of arrest")) == 2


def test_what_is_only_checked_is_put_in_the_mouth_of_the_source() -> None:
    checked, verified = (compose(line(1, "detention.masked_agents", True, level=level)) for level in (Level.CHECKED, Level.VERIFIED))
    assert words(checked, "Forces who carried out")[0].startswith("The source reports that")
    assert "source" not in words(verified, "Forces who carried out")[0]


def test_one_verified_claim_among_equal_ones_makes_the_sentence_a_finding() -> None:
    brief = compose(line(1, "detention.start", "2024-11-12"), line(2, "detention.start", "2024-11-12", level=Level.VERIFIED))
    assert words(brief, "Date of arrest") == ["12 November 2024"]


def test_a_value_reported_by_the_source_alone_says_so() -> None:
    assert words(compose(line(1, "identity.family_name", "Pryklad")), "Family name") == ["Pryklad (reported by the source)"]


def test_a_question_is_answered_by_the_fact_that_bears_its_name() -> None:
    brief = compose(line(1, "identity.family_name", "Pryklad"), line(2, "identity.first_name", "Aleś"))
    assert len(words(brief, "Family name")) == len(words(brief, "First name")) == 1


def test_a_first_name_is_not_answered_by_a_family_name() -> None:
    brief = compose(line(1, "identity.family_name", "Pryklad"))
    assert words(brief, "Family name") == ["Pryklad (reported by the source)"]
    assert answer(brief, "First name").missing


def test_where_only_the_full_name_is_known_it_answers_both() -> None:
    brief = compose(line(1, "identity.name", PERSON, level=Level.VERIFIED))
    assert words(brief, "Family name") == words(brief, "First name") == [PERSON]


def test_questions_are_counted_anew_under_each_heading_as_in_the_form_of_the_body() -> None:
    numbers: dict[str, list[str]] = {}
    above = ""
    for block in compose().blocks:
        above = block.text if isinstance(block, Heading) and block.level == 1 else above
        if isinstance(block, FieldAnswer):
            numbers.setdefault(above.split(".")[0], []).append(block.number)
    assert {part: found for part, found in numbers.items() if part in ("I", "II", "III")} == {
        "I": [*"12345678"],
        "II": [*"1234567"],
        "III": [*"1234567"],
    }
    assert numbers["IV"] == numbers["VI"] == [""], "a question that is alone under its heading needs no number"
    assert numbers["VII"] == ["1", "2"]


def test_a_place_is_not_answered_by_a_date() -> None:
    assert answer(compose(line(1, "detention.start", "2024-11-12")), "Places of detention").missing


def test_the_account_runs_in_the_order_of_time_and_leaves_identity_out() -> None:
    told = words(
        compose(
            line(1, "hearing.closed", True, day="2025-05-20"),
            line(2, "detention.masked_agents", True, day="2024-11-12"),
            line(3, "identity.family_name", "Pryklad"),
        ),
        "Circumstances",
    )
    assert len(told) == 2
    assert "2024" in told[0]
    assert "2025" in told[1]


def test_sentences_of_an_account_do_not_all_open_with_the_same_words() -> None:
    facts = ("detention.masked_agents", "detention.force_used", "privacy.home_search", "privacy.device_seized")
    told = words(compose(*(line(i, fact, True, day=f"2024-11-1{i}") for i, fact in enumerate(facts, start=1))), "Circumstances")
    assert len({text[:14] for text in told}) == 4


def test_own_paragraphs_are_a_lawyers_and_need_no_claim() -> None:
    brief = compose(words={"remedies.steps": "First paragraph.\n\nSecond paragraph."})
    said = answer(brief, "Internal steps").answer
    assert [sentence.author for sentence in said] == [Author.LAWYER, Author.LAWYER]
    assert not answer(brief, "Internal steps").missing


def test_hostile_characters_in_own_words_do_not_reach_the_document() -> None:
    brief = compose(words={"remedies.steps": "safe\u202etext\x00"})
    assert words(brief, "Internal steps") == ["safetext"]


def test_the_annexes_of_a_claim_follow_its_sentence() -> None:
    annex = Annex(1, "Verdict", b"s" * 32)
    brief = compose(line(1, "detention.start", "2024-11-12", annexes=(1,)), annexes=(annex,))
    assert answer(brief, "Date of arrest").answer[0].annexes == (1,)


PLEADED = (
    line(1, "detention.start", "2024-11-12", day="2024-11-12"),
    line(2, "detention.reasons_given", False, day="2024-11-12"),
    line(3, "charge.based_on", ("expression",), day="2024-11-14"),
    line(4, "restriction.necessity_reasoned", False, day="2025-05-20"),
)


def test_the_argument_names_each_category_that_is_reached_with_its_elements() -> None:
    brief = compose(*PLEADED, norms=("WGAD-I", "WGAD-II", "WGAD-III"))
    headings = [block.text for block in brief.blocks if isinstance(block, Heading)]
    assert any("Category I:" in text for text in headings)
    assert any("Category II:" in text for text in headings)
    assert not any("Category III:" in text for text in headings)
    argued = [sentence for block in brief.blocks if isinstance(block, Paragraph) for sentence in block.sentences]
    assert argued
    assert all(sentence.claims for sentence in argued)


@pytest.mark.parametrize("word", ["violation", "violated", "torture", "political prisoner"])
def test_the_machine_never_writes_a_verdict(word: str) -> None:
    brief = compose(*PLEADED, norms=("WGAD-I", "WGAD-II"))
    assert word not in " ".join(sentence.text.casefold() for sentence in sentences(brief))


def test_an_argument_without_usable_claims_is_left_out() -> None:
    brief = compose(*PLEADED, norms=("WGAD-II",))
    emptied = [replace(one, level=Level.OPEN) for one in PLEADED]
    assert len(brief.blocks) > len(compose(*emptied, norms=("WGAD-II",)).blocks)


def test_the_composed_document_is_a_draft() -> None:
    assert not compose().approved


def test_a_sentence_keeps_the_order_of_its_claims() -> None:
    brief = compose(line(2, "detention.start", "2024-11-12"), line(1, "detention.start", "2024-11-12"))
    assert answer(brief, "Date of arrest").answer == (
        Sentence("12 November 2024 (reported by the source)", (b"\x02" * 32, b"\x01" * 32)),
    )
