"""A draft that is not what the record gives leaves by no door: altered by hand, outgrown, empty, or with words that their writer weighed."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from letapis.core import composed
from letapis.core.brief import Annex, Author, Brief, Heading, Paragraph, Sentence, sentences
from letapis.core.briefjson import to_json
from letapis.core.errors import Refused
from letapis.core.records import Draft
from letapis.desk import briefs, ledger, reading, sources, submit
from letapis.desk.circles import AssessmentForm
from letapis.desk.material import Choice
from letapis.desk.opening import Desk
from tests.desk.assessing import AGREED, assess_all
from tests.desk.filing import Filed, filed_by
from tests.team import Team

CHANGED = "submit.changed_since"


@pytest.fixture
def filed(make_team: Callable[..., Team]) -> Filed:
    return filed_by(make_team(3))


def forged(filed: Filed, number: int, document: Brief) -> briefs.BriefView:
    """A draft that a patched client of this member wrote by hand, known to all."""
    desk, reader, view = filed.desk(number), filed.team.reader(number), filed.brief(number)
    body = {"dossier": view.dossier, "brief": desk.randomness(16), "mechanism": view.mechanism, "language": view.language}
    work = reading.dossier(desk, reader, view.dossier).work
    made = ledger.append(desk, [Draft("brief", work, body | {"document": to_json(document).decode()})])[0]
    filed.team.settle()
    return briefs.brief(filed.desk(0), filed.team.reader(), made.raw("brief"))


def _slipped(view: briefs.BriefView) -> list[Brief]:
    """One altered document for each place in which something can be slipped."""
    document = view.document
    told = next(s for s in sentences(document) if s.claims)
    invented = Sentence("His wife told us everything.", told.claims)
    foreign = Annex(len(document.annexes) + 1, "Map of the town", b"\7" * 32)
    return [
        replace(document, title="Maria Vydumka told us"),
        replace(document, subtitle="Maria Vydumka told us"),
        replace(document, meta=(*document.meta, ("Source", "Maria Vydumka"))),
        replace(document, blocks=(*document.blocks, Heading(1, "Maria Vydumka told us"))),
        replace(document, blocks=(*document.blocks, Paragraph((invented,)))),
        replace(document, blocks=(*document.blocks, Paragraph((replace(invented, author=Author.FORM, claims=()),)))),
        replace(document, annexes=(*document.annexes, foreign)),
        replace(document, blocks=document.blocks[1:]),
    ]


def test_whatever_is_slipped_into_a_draft_keeps_it_at_home_even_when_a_colleague_approved_it(filed: Filed) -> None:
    for document in _slipped(filed.brief()):
        view = forged(filed, 2, document)
        briefs.approve_brief(filed.desk(1), filed.team.reader(1), briefs.brief(filed.desk(1), filed.team.reader(1), view.brief))
        filed.team.settle()
        view = briefs.brief(filed.desk(0), filed.team.reader(), view.brief)
        with pytest.raises(Refused) as refused:
            submit.produce(filed.desk(0), filed.team.reader(), view)
        assert CHANGED in refused.value.reasons
    assert not submit.submissions(filed.desk(0), filed.team.reader(), filed.dossier)


def test_a_draft_is_final_nowhere_but_where_it_is_produced(filed: Filed) -> None:
    document = replace(filed.brief().document, approved=True)
    assert not forged(filed, 2, document).document.approved
    filed.produce()
    assert not filed.brief().document.approved


def test_a_draft_that_the_record_has_outgrown_is_made_anew_with_the_same_words(filed: Filed) -> None:
    desk, reader = filed.desk(0), filed.team.reader()
    assert CHANGED not in filed.shut()
    sources.record_consent(desk, reader, filed.dossier, filed.source, [sources.ConsentForm("wgad_regular", "refused")])
    assert CHANGED in filed.shut()
    again = briefs.make_again(desk, reader, filed.brief())
    assert CHANGED not in {g.answer.because for g in submit.gates(desk, reader, again)}


def test_yesterday_s_draft_is_not_outgrown_by_the_day_alone(filed: Filed) -> None:
    from datetime import timedelta

    filed.desk(0).clock.now += timedelta(days=1)  # type: ignore[attr-defined]  # the tests' clock can be set
    assert CHANGED not in filed.shut()


def test_a_document_that_no_claim_carries_is_nothing_to_send(filed: Filed) -> None:
    desk, reader = filed.desk(0), filed.team.reader()
    sources.record_consent(desk, reader, filed.dossier, filed.source, [sources.ConsentForm("wgad_regular", "refused")])
    made = briefs.make_again(desk, reader, filed.brief())
    shut = {gate.answer.because for gate in submit.gates(desk, reader, made) if gate.closed}
    assert "submit.nothing_told" in shut


def _words(view: briefs.BriefView) -> list[Sentence]:
    return [sentence for sentence in sentences(view.document) if sentence.author is Author.LAWYER and not sentence.claims]


def _own(filed: Filed, number: int, text: str) -> briefs.BriefView:
    desk: Desk = filed.desk(number)
    made = briefs.make_again(desk, filed.team.reader(number), filed.brief(number), {"remedies.steps": text})
    filed.team.settle()
    return made


def test_who_wrote_own_words_neither_weighs_nor_approves_them_though_a_colleague_made_the_last_draft(filed: Filed) -> None:
    mine = _own(filed, 0, "His wife wrote to the prosecutor.")
    theirs = briefs.make_again(filed.desk(1), filed.team.reader(1), briefs.brief(filed.desk(1), filed.team.reader(1), mine.brief))
    filed.team.settle()
    view = briefs.brief(filed.desk(0), filed.team.reader(), theirs.brief)
    assert (view.answering, view.involved) == ({filed.desk(0).me}, {filed.desk(0).me, filed.desk(1).me})
    with pytest.raises(Refused, match=r"circles\.own"):
        briefs.assess(filed.desk(0), filed.team.reader(), view, _words(view), AGREED)
    with pytest.raises(Refused, match=r"submit\.own_brief"):
        briefs.approve_brief(filed.desk(0), filed.team.reader(), view)
    third = briefs.brief(filed.desk(2), filed.team.reader(2), theirs.brief)
    briefs.assess(filed.desk(2), filed.team.reader(2), third, _words(third), AGREED)
    briefs.approve_brief(filed.desk(2), filed.team.reader(2), third)
    filed.team.settle()
    assert not filed.shut()


def test_nobody_is_made_the_writer_of_words_that_they_never_wrote(filed: Filed) -> None:
    desk, reader = filed.desk(2), filed.team.reader(2)
    work, view = reading.dossier(desk, reader, filed.dossier).work, filed.brief(2)
    body = {"dossier": filed.dossier, "brief": desk.randomness(16), "mechanism": view.mechanism, "language": "en"}
    body |= {"own_words": ("remedies.steps\nX.",), "writers": (filed.desk(0).me,), "document": to_json(view.document).decode()}
    made = ledger.append(desk, [Draft("brief", work, body)])[0]
    filed.team.settle()
    assert briefs.brief(filed.desk(0), filed.team.reader(), made.raw("brief")).answering == {desk.me}


def test_no_word_of_a_colleague_changes_what_the_form_says(filed: Filed) -> None:
    view = filed.brief(1)
    fixed = [s for s in sentences(view.document) if s.author is Author.FORM]
    assert fixed
    assert not [one for one in briefs.weighed(filed.desk(1), filed.team.reader(1), view) if one.sentence.author is Author.FORM]
    reworded = composed.in_other_words(view.document, lambda _: "Written by somebody.")
    assert [s for s in sentences(reworded) if s.author is Author.FORM] == fixed


def test_a_safer_wording_is_of_one_language() -> None:
    choice = Choice("GIE-BELARUS", "ru", {})
    assert choice.use == "GIE-BELARUS:ru" and replace(choice, language="en").use == "GIE-BELARUS"


def test_a_record_that_is_no_draft_shuts_no_page(filed: Filed) -> None:
    desk, reader = filed.desk(2), filed.team.reader(2)
    work = reading.dossier(desk, reader, filed.dossier).work
    for mechanism, document in (("WGAD-REGULAR", "{}"), ("NOWHERE", "{}")):
        body = {"dossier": filed.dossier, "brief": desk.randomness(16), "mechanism": mechanism, "language": "en", "document": document}
        ledger.append(desk, [Draft("brief", work, body)])
    filed.team.settle()
    assert len(briefs.briefs(filed.desk(0), filed.team.reader(), filed.dossier)) == 1


def test_a_later_draft_under_the_same_name_takes_nobody_s_place(filed: Filed) -> None:
    view = filed.brief()
    desk, reader = filed.desk(2), filed.team.reader(2)
    work = reading.dossier(desk, reader, filed.dossier).work
    empty = to_json(replace(view.document, blocks=())).decode()
    body = {"dossier": filed.dossier, "brief": view.brief, "mechanism": view.mechanism, "language": "en", "document": empty}
    ledger.append(desk, [Draft("brief", work, body)])
    filed.team.settle()
    assert briefs.brief(filed.desk(0), filed.team.reader(), view.brief).ref == view.ref


def test_other_words_of_a_colleague_make_a_draft_that_can_go(filed: Filed) -> None:
    mine = _own(filed, 0, "His wife wrote to the prosecutor.")
    view = briefs.brief(filed.desk(1), filed.team.reader(1), mine.brief)
    safer = AssessmentForm("Only the family knows of the letter.", "agreed", wording="A complaint was made.")
    now = briefs.assess(filed.desk(1), filed.team.reader(1), view, _words(view), safer)
    filed.team.settle()
    assert "A complaint was made." in [s.text for s in sentences(now.document)]
    assess_all(filed.desk(2), briefs.brief(filed.desk(2), filed.team.reader(2), now.brief))
    filed.team.settle()
    asked = submit.gates(filed.desk(0), filed.team.reader(), briefs.brief(filed.desk(0), filed.team.reader(), now.brief))
    shut = {gate.answer.because for gate in asked if gate.closed}
    assert shut == {"submit.needs_approval"}
