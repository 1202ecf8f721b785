"""A document leaves when every gate is open, and never before; what left is kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from letapis.core.brief import sentences
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.desk import briefs, claims, evidence, material, reading, restriction, sources, submit, verify
from letapis.desk.opening import Desk
from tests.desk.filing import FACTS, Filed, filed_by
from tests.team import Team


@pytest.fixture
def filed(make_team: Callable[..., Team]) -> Filed:
    return filed_by(make_team(3))


def test_only_the_approval_of_another_member_is_missing(filed: Filed) -> None:
    assert filed.shut() == {"submit.needs_approval"}


def test_the_author_cannot_approve_their_own_document(filed: Filed) -> None:
    with pytest.raises(Refused, match=r"submit\.own_brief"):
        briefs.approve_brief(filed.desk(0), filed.team.reader(), filed.brief())


def test_a_document_leaves_after_a_colleague_approved_it_and_is_kept(filed: Filed) -> None:
    desk, reader = filed.desk(0), filed.team.reader()
    with pytest.raises(Refused) as refused:
        submit.produce(desk, reader, filed.brief())
    assert "submit.needs_approval" in refused.value.reasons
    assert not submit.submissions(desk, reader, filed.dossier)
    briefs.approve_brief(filed.desk(1), filed.team.reader(1), filed.brief(1))
    filed.team.settle()
    made = submit.produce(desk, reader, filed.brief())
    assert made.docx.startswith(b"PK")
    assert made.pdf.startswith(b"%PDF-")
    (kept,) = submit.submissions(desk, reader, filed.dossier)
    assert kept.rid == made.submission
    assert [b"".join(evidence.read_object(desk, reader, item)) for item in kept.objects] == [made.docx, made.pdf]


def test_nobody_approves_twice(filed: Filed) -> None:
    briefs.approve_brief(filed.desk(1), filed.team.reader(1), filed.brief(1))
    with pytest.raises(Refused, match=r"submit\.approved_already"):
        briefs.approve_brief(filed.desk(1), filed.team.reader(1), filed.brief(1))


def test_a_withdrawn_consent_of_the_person_shuts_the_gate(filed: Filed) -> None:
    desk, reader = filed.desk(0), filed.team.reader()
    sources.record_consent(desk, reader, filed.dossier, filed.person, [sources.ConsentForm("wgad_regular", "withdrawn")])
    assert "law.consent_withdrawn" in filed.shut()
    assert not restriction.is_restricted(desk, reader, filed.dossier), "a use was taken back, not that it is kept"
    sources.record_consent(desk, reader, filed.dossier, filed.person, [sources.ConsentForm("keep_internal", "withdrawn")])
    assert not briefs.briefs(desk, reader, filed.dossier) and restriction.is_restricted(desk, reader, filed.dossier), "out of sight, and said"
    briefs.make_brief(desk, reader, filed.dossier)
    assert "law.consent_withdrawn" in filed.shut()


def test_a_relative_opens_nothing_that_the_person_withdrew_or_may_have_refused_since(filed: Filed) -> None:
    desk, reader = filed.desk(0), filed.team.reader()
    theirs = sources.ConsentForm("wgad_regular", "given", how="surrogate", surrogate=True, reason="held incommunicado")
    sources.record_consent(desk, reader, filed.dossier, filed.person, [theirs])
    assert filed.shut() == {"submit.needs_approval"}
    for form in (sources.ConsentForm("wgad_regular", "refused", taken="2025"), sources.ConsentForm("wgad_regular", "given", taken="2025-03-01")):
        sources.record_consent(desk, reader, filed.dossier, filed.person, [form])
    assert "law.consent_refused" in filed.shut()
    sources.record_consent(desk, reader, filed.dossier, filed.person, [sources.ConsentForm("wgad_regular", "withdrawn"), theirs])
    assert "law.consent_withdrawn" in filed.shut()


def test_a_source_that_refuses_later_shuts_the_gate_and_is_left_out_of_the_next_document(filed: Filed) -> None:
    desk, reader = filed.desk(0), filed.team.reader()
    sources.record_consent(desk, reader, filed.dossier, filed.source, [sources.ConsentForm("wgad_regular", "refused")])
    assert "submit.source_withdrew" in filed.shut()
    fresh = briefs.make_brief(desk, reader, filed.dossier)
    said = [sentence for block in fresh.document.blocks for sentence in getattr(block, "answer", ()) if sentence.claims]
    assert not said
    open_gates = {gate.name: gate.answer for gate in submit.gates(desk, reader, fresh)}
    assert open_gates["left_out"].detail == {"count": len(FACTS)}


def test_a_disputed_claim_shuts_the_gate_of_a_document_made_before(filed: Filed) -> None:
    desk, reader = filed.desk(2), filed.team.reader(2)
    first = reading.claims(desk, reader, filed.dossier)[0]
    verify.dispute_claim(desk, reader, first.rid, "The neighbour says another day.")
    assert "law.floor_fails" in filed.shut(2)


def test_a_silent_device_shuts_the_gate_until_somebody_takes_it_upon_themselves(filed: Filed) -> None:
    clock = filed.desk(0).clock
    clock.now += timedelta(days=5)  # type: ignore[attr-defined]  # the tests' clock can be set
    assert "law.stale" in filed.shut()
    assert "law.stale" not in filed.shut(override="Bahdan travels without his laptop; he was asked by telephone.")


def test_an_override_is_kept_with_the_number_of_silent_devices(filed: Filed) -> None:
    briefs.approve_brief(filed.desk(1), filed.team.reader(1), filed.brief(1))
    filed.team.settle()
    filed.desk(0).clock.now += timedelta(days=5)  # type: ignore[attr-defined]  # the tests' clock can be set
    submit.produce(filed.desk(0), filed.team.reader(), filed.brief(), "Asked by telephone.")
    (kept,) = submit.submissions(filed.desk(0), filed.team.reader(), filed.dossier)
    assert (kept.override, kept.silent) == ("Asked by telephone.", 2)


def test_footnotes_name_neither_source_nor_colleague(filed: Filed) -> None:
    desk, reader = filed.desk(0), filed.team.reader()
    labels = " ".join(submit.claim_labels(desk, reader, filed.brief().document).values())
    assert "Kalina" not in labels
    assert "Vydumka" not in labels
    assert "source graded B" in labels


def test_own_paragraphs_are_kept_with_the_document(filed: Filed) -> None:
    made = briefs.make_brief(filed.desk(0), filed.team.reader(), filed.dossier, own_words={"remedies.steps": "A paragraph."})
    assert dict(made.own_words) == {"remedies.steps": "A paragraph."}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"mechanism": "CAT-22"}, "submit.mechanism"),
        ({"mechanism": "CCF"}, "submit.request"),
        ({"language": "be"}, "submit.language"),
        ({"own_words": {"nothing.like.it": "x"}}, "submit.own_words"),
    ],
)
def test_what_the_body_does_not_take_is_refused(filed: Filed, arguments: dict[str, object], code: str) -> None:
    with pytest.raises(UsageError, match=code.replace(".", r"\.")):
        briefs.make_brief(filed.desk(0), filed.team.reader(), filed.dossier, **arguments)  # type: ignore[arg-type]  # wrong on purpose


def test_somebody_without_the_dossier_finds_no_document(filed: Filed, make_desk: Callable[..., Desk]) -> None:
    team, outsider = filed.team, make_desk(4)
    team.admit(outsider)
    team.settle()
    reader = outsider.reader("work")
    with pytest.raises(NotFound):
        briefs.briefs(outsider, reader, filed.dossier)
    with pytest.raises(NotFound):
        briefs.brief(outsider, reader, filed.brief().brief)


def test_annexes_are_the_items_that_used_claims_stand_on(filed: Filed) -> None:
    (annex,) = filed.brief().document.annexes
    kept = reading.evidence_of(filed.desk(0), filed.team.reader(), filed.dossier)
    assert annex.sha256 in {item.sha256 for item in kept}


def test_an_unchecked_claim_against_what_is_pleaded_is_not_printed_and_nobody_writes_that_there_is_none(filed: Filed) -> None:
    desk, reader = filed.desk(0), filed.team.reader()
    part = next(part for part in desk.catalogue.forms["OSCE-MOSCOW"].parts if part.kind == "against")
    laid = material.layout(desk, "WGAD-REGULAR")
    laid = replace(laid, form=replace(laid.form, parts=(*laid.form.parts, replace(part, field="", request="", norms=()))))

    def said() -> list[str]:
        choice = material.Choice("WGAD-REGULAR", "en", {})
        document = material.compose(desk, reader, filed.dossier, laid, choice, (desk.me,))
        notes = {key: desk.catalogue.texts.say(f"filing.{key}", "en") for key in ("nothing_against", "against_unsaid")}
        return [key for key, text in notes.items() if text in [sentence.text for sentence in sentences(document)]]

    assert said() == ["nothing_against"]
    told = claims.Cut("charge.violence_evidenced", "true", subject=filed.person, source=filed.source, basis="was_told")
    (made,) = claims.add_claims(desk, reader, filed.dossier, [told])
    assert said() == ["against_unsaid"]
    verify.retract_claim(desk, reader, made.header.id, "It was another person.")
    assert said() == ["nothing_against"]
