"""The everyday functions of the desk: dossiers, sources, consent, notes, claims, four eyes, and what each refuses."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from letapis.core.access import Reader
from letapis.core.errors import Damaged, LetapisError, NotFound, Refused, UsageError
from letapis.core.records import Draft, Value
from letapis.core.standing import Level
from letapis.core.vocabulary import ValueFault
from letapis.desk import claims, dossiers, ledger, members, qualify, reading, sources, verify
from letapis.desk.identity import Details
from letapis.desk.opening import Desk
from tests.team import Team

TEXT = "Яго забралі 12 лістапада 2024 года. З сакавіка няма лістоў. З сакавіка няма лістоў."


@dataclass
class Work:
    """One desk with a dossier, a source, a note and two claims cut from one passage."""

    desk: Desk
    dossier: bytes
    person: bytes
    source: bytes
    note: bytes

    @property
    def reader(self) -> Reader:
        return self.desk.reader("work")

    def claims(self) -> list[reading.ClaimView]:
        return reading.claims(self.desk, self.reader, self.dossier)


def begin(desk: Desk, code: str = "PR-1") -> Work:
    ident = dossiers.new_dossier(desk, code, "Invented", person="Pryklad")
    reader = desk.reader("work")
    person = reading.entities(desk, reader, ident)[0].entity
    source = sources.add_source(desk, reader, ident, sources.SourceForm("Kalina", grade="B"), Details(name="Vydumka"))
    note = claims.write_note(desk, reader, ident, claims.NoteForm("Call", TEXT, "be", source, "saw", person))
    cuts = [claims.Cut("detention.start", "12.11.2024"), claims.Cut("person.role", "hrd, opposition", partial=True)]
    claims.cut_claims(desk, reader, note, 0, 35, cuts)
    return Work(desk, ident, person, source, note)


@pytest.fixture
def work(make_desk: Callable[..., Desk]) -> Work:
    desk = make_desk(1)
    members.found_organisation(desk, "Pryklad", "Vydumka 1")
    return begin(desk)


@pytest.fixture
def shared(make_team: Callable[..., Team]) -> tuple[Team, Work]:
    team = make_team(3)
    made = begin(team.desks[0])
    dossiers.admit_to_dossier(made.desk, made.reader, made.dossier, [desk.me for desk in team.desks[1:]])
    team.settle()
    return team, made


# ---- dossiers and the window -----------------------------------------------------------------------------------------


def test_a_claim_inherits_source_subject_and_basis_from_its_note(work: Work) -> None:
    first, second = work.claims()
    assert (first.source, first.subject, first.basis) == (work.source, work.person, "saw") == (second.source, second.subject, second.basis)
    assert first.value == "2024-11-12"
    assert second.partial
    assert first.passage == second.passage


def test_the_passage_of_a_claim_is_the_very_words(work: Work) -> None:
    life = reading.claim_life(work.desk, work.reader, work.claims()[0].rid)
    assert life.passage is not None
    assert life.passage.text == TEXT[:35]


def test_the_same_passage_is_cut_twice_into_one(work: Work) -> None:
    claims.cut_claims(work.desk, work.reader, work.note, 0, 35, [claims.Cut("detention.masked_agents", "yes")])
    assert len({claim.passage for claim in work.claims()}) == 1


def test_a_code_is_taken_once(work: Work) -> None:
    with pytest.raises(Refused, match=r"dossiers\.code_taken"):
        dossiers.new_dossier(work.desk, "pr-1", "Another")


@pytest.mark.parametrize("read", [reading.dossiers, reading.members, reading.home_page])
def test_a_read_without_a_reader_raises(work: Work, read: Callable[..., object]) -> None:
    with pytest.raises(reading.ReaderRequired):
        read(work.desk, None)


def test_what_a_reader_does_not_hold_does_not_exist(work: Work) -> None:
    stranger = Reader(work.desk.me, frozenset(), "work")
    claim = work.claims()[0]
    reads: list[tuple[Callable[..., object], bytes]] = [
        (reading.dossier, work.dossier),
        (reading.claims, work.dossier),
        (reading.claim, claim.rid),
        (reading.claim_life, claim.rid),
        (reading.note, work.note),
        (reading.source, work.source),
        (reading.sources, work.dossier),
        (reading.entity, work.person),
        (reading.person_page, work.person),
        (reading.timeline, work.dossier),
        (reading.contradictions, work.dossier),
        (reading.consents, work.dossier),
        (reading.history, work.dossier),
        (reading.numbers, work.dossier),
        (reading.evidence_of, work.dossier),
        (reading.new_in, work.dossier),
    ]
    for read, ident in reads:
        with pytest.raises(NotFound):
            read(work.desk, stranger, ident)
    assert reading.dossiers(work.desk, stranger) == []
    assert reading.find(work.desk, stranger, "лістоў") == []
    assert reading.home_page(work.desk, stranger).to_check_count == 0


def test_a_reader_without_raw_sees_claims_but_no_words(work: Work) -> None:
    home = reading.dossier(work.desk, work.reader, work.dossier)
    half = Reader(work.desk.me, work.reader.compartments - {home.raw}, "work")
    assert reading.claims(work.desk, half, work.dossier)
    assert reading.notes(work.desk, half, work.dossier) == []
    assert reading.claim_life(work.desk, half, work.claims()[0].rid).passage is None


def test_words_are_found_in_any_form(work: Work) -> None:
    assert {hit.ident for hit in reading.find(work.desk, work.reader, "ліст") if hit.kind == "note"} == {work.note}


@pytest.mark.parametrize("typed", ["PR-1", "pr-1"])
def test_a_dossier_is_named_by_its_code(work: Work, typed: str) -> None:
    assert reading.resolve_dossier(work.desk, work.reader, typed) == work.dossier


def test_the_beginning_of_an_id_names_a_claim(work: Work) -> None:
    claim = work.claims()[0]
    assert reading.resolve_id(work.desk, work.reader, "claim", claim.rid.hex()[:10]) == claim.rid


@pytest.mark.parametrize("typed", ["", "ab", "zzzz", "f" * 40, "00000000000000000000000000000000"])
def test_what_names_nothing_is_not_found(work: Work, typed: str) -> None:
    with pytest.raises(NotFound):
        reading.resolve_id(work.desk, work.reader, "claim", typed)


# ---- bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cut", "code"),
    [
        (claims.Cut("no.such_fact", "x"), "vocabulary.unknown_fact"),
        (claims.Cut("detention.start", "yesterday"), "claims.value_date"),
        (claims.Cut("detention.masked_agents", "perhaps"), "claims.value_bool"),
        (claims.Cut("person.role", "king"), "claims.value_member"),
        (claims.Cut("detention.start", "2024", basis="rumour"), "claims.basis"),
        (claims.Cut("detention.start", "2024", valid_from="soon"), "claims.date"),
        (claims.Cut("detention.start", "2024", certainty="very"), "claims.certainty"),
        (claims.Cut("detention.start", "2024", source=b"x" * 16), "claims.source"),
        (claims.Cut("detention.start", "2024", subject=b"x" * 16), "claims.subject"),
    ],
)
def test_a_claim_that_cannot_be_is_refused_and_nothing_is_recorded(work: Work, cut: claims.Cut, code: str) -> None:
    before = work.desk.store.rows("SELECT count(*) FROM db_record")
    with pytest.raises(LetapisError) as refused:
        claims.cut_claims(work.desk, work.reader, work.note, 36, 50, [claims.Cut("detention.end", "2025"), cut])
    assert refused.value.code == code
    assert work.desk.store.rows("SELECT count(*) FROM db_record") == before


def test_an_error_about_a_value_names_the_fact_and_never_the_value(work: Work) -> None:
    with pytest.raises(ValueFault) as refused:
        claims.cut_claims(work.desk, work.reader, work.note, 0, 5, [claims.Cut("person.role", "CANARY")])
    assert refused.value.fact == "person.role"
    assert "CANARY" not in f"{refused.value!r} {refused.value} {refused.value.where}"


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (5, 5), (0, 10_000), (35, 36)])
def test_a_passage_must_be_words_of_the_note(work: Work, start: int, end: int) -> None:
    with pytest.raises(UsageError, match=r"claims\.passage"):
        claims.cut_claims(work.desk, work.reader, work.note, start, end, [claims.Cut("detention.end", "2025")])


def test_a_quote_must_stand_in_the_note_exactly_once() -> None:
    assert claims.find_passage(TEXT, " Яго забралі ") == (0, 11)
    with pytest.raises(UsageError, match=r"claims\.quote_not_found"):
        claims.find_passage(TEXT, "CANARY")
    with pytest.raises(UsageError, match=r"claims\.quote_twice"):
        claims.find_passage(TEXT, "няма лістоў")


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (sources.SourceForm("kalina"), "sources.code_taken"),
        (sources.SourceForm(" "), "sources.code"),
        (sources.SourceForm("Klon", kind="spirit"), "sources.kind"),
        (sources.SourceForm("Klon", grade="G"), "sources.grade"),
        (sources.SourceForm("Klon", grade="AB"), "sources.grade"),
        (sources.SourceForm("Klon", circle="world"), "sources.circle"),
        (sources.SourceForm("Klon", upstream=(b"x" * 16,)), "sources.upstream"),
    ],
)
def test_a_source_that_cannot_be_is_refused(work: Work, form: sources.SourceForm, code: str) -> None:
    with pytest.raises(LetapisError) as refused:
        sources.add_source(work.desk, work.reader, work.dossier, form)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (sources.ConsentForm("no_such_scope", "given"), "consent.scope"),
        (sources.ConsentForm("wgad_regular", "maybe"), "consent.answer"),
        (sources.ConsentForm("wgad_regular", "given", surrogate=True), "consent.surrogate_reason"),
        (sources.ConsentForm("wgad_regular", "given", expires="later"), "consent.date"),
        (sources.ConsentForm("wgad_regular", "given", taken="2099"), "consent.future"),
    ],
)
def test_a_consent_that_cannot_be_is_refused(work: Work, form: sources.ConsentForm, code: str) -> None:
    with pytest.raises(UsageError, match=code.replace(".", r"\.")):
        sources.record_consent(work.desk, work.reader, work.dossier, work.source, [form])


def test_a_claim_carries_the_scopes_that_its_source_had_given(work: Work) -> None:
    sources.record_consent(work.desk, work.reader, work.dossier, work.source, [sources.ConsentForm("wgad_regular", "given")])
    claims.cut_claims(work.desk, work.reader, work.note, 36, 50, [claims.Cut("contact.letters_denied", "true", valid_from="2025-03")])
    sources.record_consent(work.desk, work.reader, work.dossier, work.source, [sources.ConsentForm("wgad_regular", "withdrawn")])
    first, *_, last = work.claims()
    assert (first.scopes, last.scopes) == ((), ("wgad_regular",))
    assert [c.answer for c in reading.consents(work.desk, work.reader, work.dossier)] == ["withdrawn"]


# ---- four eyes -------------------------------------------------------------------------------------------------------


def test_the_author_is_told_that_their_own_check_does_not_count(work: Work) -> None:
    with pytest.raises(Refused, match=r"verify\.own_claim"):
        verify.check_claims(work.desk, work.reader, [work.claims()[0].rid])
    with pytest.raises(Refused, match=r"verify\.own_claim"):
        verify.check_passage(work.desk, work.reader, work.claims()[0].passage)


def test_two_others_make_a_passage_checked_with_one_signature_each(shared: tuple[Team, Work]) -> None:
    team, made = shared
    passage = made.claims()[0].passage
    for number, level in ((1, Level.OPEN), (2, Level.CHECKED)):
        desk = team.desks[number]
        decision = verify.check_passage(desk, desk.reader("check"), passage)
        assert len(decision.refs("targets")) == 2
        team.settle(1)
        team.settle(1)
        assert {claim.level for claim in made.claims()} == {level}
    with pytest.raises(Refused, match=r"verify\.nothing_to_check"):
        verify.check_passage(team.desks[1], team.desks[1].reader("check"), passage)


def test_what_weighs_most_is_checked_alone_whoever_signs(shared: tuple[Team, Work]) -> None:
    """The desk refuses it among others; a patched program that signs it all the same changes nothing in the fold or on the page."""
    team, made = shared
    first = reading.claims(made.desk, made.reader, made.dossier)[0]
    words = reading.passages(made.desk, made.reader, made.note)[0]
    (violence,) = claims.cut_claims(made.desk, made.reader, made.note, words.start, words.end, [claims.Cut("harm.sexual_violence", "yes")])
    team.settle(1)
    desk = team.desks[1]
    reader, home = desk.reader("check"), reading.dossier(desk, team.reader(1), made.dossier)
    with pytest.raises(Refused, match=r"verify\.singly"):
        verify.check_claims(desk, reader, [violence.header.id, first.rid])
    body: dict[str, Value] = {"dossier": made.dossier, "kind": "check", "targets": (violence.ref, first.ref)}
    ledger.append(desk, [Draft("decision", home.work, body)])
    seen = {c.ref: c for c in reading.claims(desk, reader, made.dossier)}
    assert (seen[violence.ref].checkers, seen[first.ref].checkers) == (frozenset(), frozenset({desk.me}))
    assert len(verify.check_passage(desk, reader, words.ref).refs("targets")) == 1, "the other of the passage, this one not among them"
    assert verify.check_passage(desk, reader, words.ref).refs("targets") == (violence.ref,)
    assert reading.claim(desk, reader, violence.header.id).checkers == frozenset({desk.me})


def test_checking_needs_the_words(shared: tuple[Team, Work]) -> None:
    team, made = shared
    desk = team.desks[1]
    home = reading.dossier(desk, team.reader(1), made.dossier)
    half = Reader(desk.me, team.reader(1).compartments - {home.raw}, "check")
    with pytest.raises(Refused, match=r"verify\.needs_raw"):
        verify.check_claims(desk, half, [made.claims()[0].rid])


def test_what_waits_for_me_and_what_is_new(shared: tuple[Team, Work]) -> None:
    team, made = shared
    desk, reader = team.desks[1], team.reader(1)
    waiting, count = reading.waiting(desk, reader)
    assert (len(waiting), count) == (1, 2)
    assert waiting[0].passage is not None
    assert [item.dossier.code for item in reading.news(desk, reader)] == ["PR-1"]
    assert len(reading.new_in(desk, reader, made.dossier)) == 2
    reading.mark_visited(desk, reader, made.dossier)
    assert reading.news(desk, reader) == []
    assert reading.waiting(made.desk, made.reader)[1] == 0


def test_a_dispute_is_withdrawn_by_its_author_alone(shared: tuple[Team, Work]) -> None:
    team, made = shared
    desk = team.desks[1]
    claim = made.claims()[0]
    said = verify.dispute_claim(desk, desk.reader("check"), claim.rid, "Another day was named.")
    team.settle()
    assert made.claims()[0].level is Level.DISPUTED
    with pytest.raises(Refused, match=r"verify\.not_your_dispute"):
        verify.withdraw_dispute(made.desk, made.reader, said.header.id)
    with pytest.raises(Refused, match=r"verify\.overrule_own"):
        verify.overrule_dispute(desk, desk.reader("check"), said.header.id, "No.")
    verify.withdraw_dispute(desk, desk.reader("check"), said.header.id)
    team.settle()
    assert made.claims()[0].level is Level.OPEN


def test_a_dispute_needs_reasons(work: Work) -> None:
    with pytest.raises(UsageError, match=r"verify\.reason"):
        verify.dispute_claim(work.desk, work.reader, work.claims()[0].rid, "  ")


def test_a_correction_is_a_new_claim_and_the_old_one_stays_in_the_history(work: Work) -> None:
    old = work.claims()[0]
    made = claims.correct_claim(work.desk, work.reader, old.rid, claims.Cut("detention.start", "2024-11-13"))
    new = reading.claim(work.desk, work.reader, made.header.id)
    assert reading.claim(work.desk, work.reader, old.rid).replaced
    assert (new.passage, new.replaces, new.subject) == (old.passage, old.ref, old.subject)
    assert [c.value for c in reading.timeline(work.desk, work.reader, work.dossier)] == ["2024-11-13"]
    life = reading.claim_life(work.desk, work.reader, new.rid)
    assert life.earlier is not None
    assert life.earlier.rid == old.rid


def test_contradicting_claims_stand_side_by_side(work: Work) -> None:
    other = sources.add_source(work.desk, work.reader, work.dossier, sources.SourceForm("Channel", "media", "D"))
    claims.add_claims(work.desk, work.reader, work.dossier, [claims.Cut("detention.start", "2024-11-13", work.person, other, "document")])
    (pair,) = reading.contradictions(work.desk, work.reader, work.dossier)
    assert {claim.value for claim in pair.claims} == {"2024-11-12", "2024-11-13"}
    assert reading.numbers(work.desk, work.reader, work.dossier).contested == 2


def test_the_life_of_a_claim_carries_the_reasons_of_its_standing(work: Work) -> None:
    life = reading.claim_life(work.desk, work.reader, work.claims()[0].rid)
    assert life.standing is not None
    assert "standing.needs_two_checkers" in {answer.because for answer in life.standing.because}


# ---- law -------------------------------------------------------------------------------------------------------------


def test_a_dossier_is_read_at_a_floor(work: Work) -> None:
    drafted = qualify.qualify(work.desk, work.reader, work.dossier, ("ICCPR-10",), "draft")
    checked = qualify.qualify(work.desk, work.reader, work.dossier, ("ICCPR-10",), "checked")
    assert drafted.qualifications[0].element("E1").result.value == "met"
    assert checked.qualifications[0].element("E1").result.value == "unknown"
    assert work.claims()[0].ref in drafted.claims
    assert "detention.start" in {question.fact for question in checked.questions}


def test_a_judgement_needs_an_element_that_asks_for_one(work: Work) -> None:
    with pytest.raises(UsageError, match=r"verify\.no_judgement"):
        verify.judge_element(work.desk, work.reader, work.dossier, "ICCPR-10", "E1", True, "x")
    verify.judge_element(work.desk, work.reader, work.dossier, "ICCPR-10", "E2", False, "Nothing is said of conditions.")
    page = qualify.qualify(work.desk, work.reader, work.dossier, ("ICCPR-10",))
    assert page.qualifications[0].element("E2").confirmed is False
    assert page.words[("ICCPR-10", "E2")][0].member == work.desk.me


@pytest.mark.parametrize(("arguments", "kind"), [({"floor": "certain"}, UsageError), ({"norms": ("ICCPR-99",)}, LetapisError)])
def test_law_refuses_what_it_does_not_know(work: Work, arguments: dict[str, object], kind: type[LetapisError]) -> None:
    with pytest.raises(kind):
        qualify.qualify(work.desk, work.reader, work.dossier, **arguments)  # type: ignore[arg-type]  # wrong on purpose


def test_a_value_from_a_newer_vocabulary_breaks_no_page(work: Work) -> None:
    work.desk.store.run("UPDATE db_claim SET value = %s WHERE property = %s", ("tsar", "person.role"))
    page = qualify.qualify(work.desk, work.reader, work.dossier)
    assert "person.role" not in page.situation.facts


def test_a_text_with_a_lone_surrogate_is_refused_before_anything_is_recorded(work: Work) -> None:
    with pytest.raises(Damaged, match=r"record\.lone_surrogate"):
        claims.write_note(work.desk, work.reader, work.dossier, claims.NoteForm("x", "\ud800 x", "en"))
