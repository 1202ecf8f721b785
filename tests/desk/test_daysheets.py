"""A day sheet at one desk and at two: everything of it in one step, nothing published, and every line correctable afterwards."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from letapis.core.daysheet import Count, Row
from letapis.core.errors import LetapisError, NotFound, Refused, UsageError
from letapis.core.standing import Level
from letapis.desk import claims, daysheets, dossiers, ledger, reading, sheet_lines, sources, verify
from letapis.desk.audit import audit
from letapis.desk.daysheets import Saved, SheetForm, SheetLine
from letapis.desk.opening import Desk
from tests.canary import canary, search
from tests.faces.web.casework import open_identities

TEXT = "1. Выдумка Іван, 34, Мінск — 24.23\n2. Прыклад Алена (1990 г.н.), забралі з дому\nman, about 30\n\nabout 40, 27 of them named\n"
FORM = SheetForm("2026-11-24", "Мінск", "АМАП", source_code="Hatka")


def form_of(desk: Desk, text: str = TEXT, **changes: Any) -> tuple[SheetForm, list[SheetLine]]:
    pasted = daysheets.understood(desk, text, FORM.day)
    counted = next((piece.span for piece in pasted.pieces if piece.counts), (0, 0))
    form = replace(FORM, words=text, count=pasted.count, counted_at=counted, **changes)
    return form, [SheetLine(row, piece.span) for piece, row in pasted.lines]


@pytest.fixture
def office(desk: Desk) -> Desk:
    open_identities(desk)
    return desk


def save(desk: Desk, dossier: bytes | str = "", **changes: Any) -> Saved:
    return daysheets.save_sheet(desk, desk.reader("work"), dossier, *form_of(desk, **changes))


@pytest.fixture
def saved(office: Desk) -> Saved:
    return save(office)


def lines(desk: Desk, saved: Saved) -> list[reading.LineView]:
    return reading.sheet_lines(desk, desk.reader("work"), saved.sheet)


def told(desk: Desk, saved: Saved, entity: bytes) -> dict[str, tuple[str, str]]:
    found = reading.claims(desk, desk.reader("work"), saved.dossier, subject=entity)
    return {c.property: (c.value, c.certainty) for c in found if not c.replaced and c.level > Level.RETRACTED}


def test_a_sheet_is_people_and_information_in_one_step(office: Desk, saved: Saved) -> None:
    reader = office.reader("work")
    first, second, third = lines(office, saved)
    assert [one.number for one in (first, second, third)] == [1, 2, 3]
    shared = {"detention.start": ("2026-11-24", ""), "detention.agency": ("АМАП", ""), "place.arrest": ("Мінск", "")}
    assert told(office, saved, first.entity) == shared | {
        "identity.name": ("Выдумка Іван", ""),
        "identity.age": ("34", ""),
        "charge.article": ("CAO2021 24.23", ""),
    }
    assert told(office, saved, second.entity) == shared | {"identity.name": ("Прыклад Алена", ""), "identity.birth_date": ("1990", "")}
    assert told(office, saved, third.entity) == shared | {"identity.age": ("30", "about")}, "a description is no name"
    assert reading.entity(office, reader, third.entity).label == "man, about 30 · 3" and not third.named
    assert second.row.remark == "забралі з дому"
    head = reading.sheet(office, reader, saved.sheet)
    group = told(office, saved, head.group)
    assert group["group.persons_counted"] == ("40", "about") and group["group.persons_named"] == ("27", "")
    assert reading.entity(office, reader, head.group).kind == "group"
    assert (head.count, reading.dossier(office, reader, saved.dossier).code) == (Count(40, 27, about=True), "D-2026-11-24")
    every = {claim.rid for claim in reading.claims(office, reader, saved.dossier)}
    assert every == head.claims.union(*(one.claims for one in (first, second, third))), "each claim belongs to the line it came of"


def test_every_claim_stands_on_the_words_of_its_line(office: Desk, saved: Saved) -> None:
    reader = office.reader("work")
    head = reading.sheet(office, reader, saved.sheet)
    assert reading.note(office, reader, head.note).text == TEXT.rstrip()
    words = {passage.ref: passage.text for passage in reading.passages(office, reader, head.note)}
    for line, expected in zip(lines(office, saved), TEXT.split("\n"), strict=False):
        assert words[line.passage] == expected
        found = reading.claims(office, reader, saved.dossier, subject=line.entity)
        assert {claim.passage for claim in found} == {line.passage} and {claim.basis for claim in found} == {"was_told"}
    assert "about 40, 27 of them named" in words.values()


def test_nothing_is_published_by_default(office: Desk) -> None:
    home = dossiers.new_dossier(office, "G-1", "Pryklad", "group")
    reader = office.reader("work")
    source = sources.add_source(office, reader, home, sources.SourceForm("Hatka"))
    given = [sources.ConsentForm(scope, "given") for scope in ("keep_internal", "publish_named", "publish_anonymous")]
    sources.record_consent(office, reader, home, source, given)
    made = save(office, home)
    assert {claim.scopes for claim in reading.claims(office, reader, made.dossier)} == {("keep_internal",)}
    assert len(reading.sources(office, reader, home)) == 1, "the code names the source that is there already"


def test_a_task_asks_after_three_days_and_later_news_closes_it(office: Desk, saved: Saved) -> None:
    reader = office.reader("work")
    first, second, _ = lines(office, saved)
    assert first.task and first.waits and (first.task.text("due"), first.task.owner) == ("2026-11-27", office.me)
    assert first.task.text("text") == "Выдумка Іван"
    source = reading.sources(office, reader, saved.dossier)[0].source
    claims.add_claims(office, reader, saved.dossier, [claims.Cut("detention.place", "ЦІП", first.entity, source, "was_told")])
    first, second, _ = lines(office, saved)
    assert first.news and not first.waits and second.waits
    tasks = reading.items(office, reader, "task", dossier=saved.dossier)
    assert reading.answered_tasks(office, reader, tasks) == {first.task.item if first.task else b""}
    assert [task.text("text") for task in reading.open_tasks(office, reader, office.me)] == ["Прыклад Алена", "man, about 30 · 3"]
    assert [task.text("text") for task in reading.open_tasks(office, reader, office.me, limit=1)] == ["Прыклад Алена"]


def test_a_correction_is_a_version_and_a_claim_in_place_of_the_old_one(office: Desk, saved: Saved) -> None:
    reader = office.reader("work")
    first = lines(office, saved)[0]
    with pytest.raises(UsageError) as fault:
        sheet_lines.correct_line(office, reader, first.item.item, replace(first.row, article=""))
    assert fault.value.code == "verify.reason", "what is taken away needs a reason"
    sheet_lines.correct_line(office, reader, first.item.item, replace(first.row, age="35", article=""), reason="Heard again")
    now = lines(office, saved)[0]
    assert (now.row.age, now.row.article, now.reason) == ("35", "", "Heard again") and not now.item.contested and not now.news
    assert told(office, saved, first.entity)["identity.age"] == ("35", "") and "charge.article" not in told(office, saved, first.entity)
    assert len(reading.versions(office, reader, first.item.item)) == 2
    sheet_lines.correct_line(office, reader, first.item.item, now.row)
    assert len(reading.versions(office, reader, first.item.item)) == 2, "nothing changed, nothing is written"


def test_somebody_is_named_later_by_another_source(office: Desk, saved: Saved) -> None:
    reader = office.reader("work")
    third = lines(office, saved)[2]
    other = sources.add_source(office, reader, saved.dossier, sources.SourceForm("Ganak"))
    sheet_lines.correct_line(office, reader, third.item.item, replace(third.row, name="Пётр Выдумка", age="31"), other)
    now = lines(office, saved)[2]
    assert now.named and reading.entity(office, reader, now.entity).label == "Пётр Выдумка"
    found = reading.claims(office, reader, saved.dossier, subject=now.entity)
    assert {(c.property, c.value) for c in found if c.source == other} == {("identity.name", "Пётр Выдумка"), ("identity.age", "31")}
    assert [c.value for c in found if c.property == "identity.age" and not c.replaced] == ["30", "31"], "two sources stand side by side"


def test_struck_out_takes_back_what_was_said(office: Desk, saved: Saved) -> None:
    reader = office.reader("work")
    first = lines(office, saved)[0]
    with pytest.raises(UsageError):
        sheet_lines.strike_line(office, reader, first.item.item, " ")
    sheet_lines.strike_line(office, reader, first.item.item, "Somebody else of that name")
    now = lines(office, saved)[0]
    assert now.struck and now.reason == "Somebody else of that name" and now.task is None and told(office, saved, first.entity) == {}
    again: list[Callable[[], None]] = [
        lambda: sheet_lines.strike_line(office, reader, now.item.item, "again"),
        lambda: sheet_lines.correct_line(office, reader, now.item.item, Row("Z")),
    ]
    for change in again:
        with pytest.raises(Refused, match="struck"):
            change()


def test_a_sheet_is_undone_only_as_long_as_nothing_happened_to_it(office: Desk, saved: Saved) -> None:
    reader = office.reader("work")
    second = save(office, saved.dossier)
    sheet_lines.undo_sheet(office, reader, second.sheet)
    assert reading.sheet(office, reader, second.sheet).undone
    own = reading.sheet(office, reader, second.sheet).claims.union(*(one.claims for one in lines(office, second)))
    assert {c.level for c in reading.claims(office, reader, saved.dossier) if c.rid in own} == {Level.RETRACTED}
    assert not [one for one in lines(office, second) if one.task] and [one for one in lines(office, saved) if one.task]
    sheet_lines.strike_line(office, reader, lines(office, saved)[0].item.item, "wrong")
    for sheet in (saved.sheet, second.sheet):
        with pytest.raises(Refused, match="undo_late"):
            sheet_lines.undo_sheet(office, reader, sheet)


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"day": "yesterday"}, "daysheets.day"),
        ({"day": "2027-01-01"}, "daysheets.future"),
        ({"place": " "}, "daysheets.place"),
        ({"source_code": ""}, "daysheets.source"),
        ({"basis": "guessed"}, "claims.basis"),
        ({"count": Count(3, 5)}, "daysheets.named"),
        ({"count": Count(-1)}, "daysheets.count"),
        ({"count": Count(3, unit="heads")}, "daysheets.count"),
        ({"source": b"x" * 16}, "claims.source"),
    ],
)
def test_a_header_that_cannot_be_saved_leaves_nothing_behind(office: Desk, changes: dict[str, Any], code: str) -> None:
    form, rows = form_of(office)
    with pytest.raises(UsageError, match=code):
        daysheets.save_sheet(office, office.reader("work"), "", replace(form, **changes), rows)
    assert reading.dossiers(office, office.reader("work")) == [], "not even the dossier"


def test_lines_that_cannot_be_saved(office: Desk) -> None:
    reader = office.reader("work")
    for bad in ([SheetLine(Row("Z", age="many"))], [SheetLine(Row())], [SheetLine(Row(age="34"))]):
        with pytest.raises(UsageError, match="line"):
            daysheets.save_sheet(office, reader, "", FORM, bad)
    with pytest.raises(UsageError, match="empty"):
        daysheets.save_sheet(office, reader, "", FORM, [])
    with pytest.raises(UsageError, match="too_many"):
        daysheets.save_sheet(office, reader, "", FORM, [SheetLine(Row("Z"))] * 301)
    person = dossiers.new_dossier(office, "P-1", "Pryklad", "person", "Z")
    with pytest.raises(Refused, match="no_group"):
        daysheets.save_sheet(office, office.reader("work"), person, FORM, [SheetLine(Row("Z"))])


def test_a_number_without_a_single_name_is_a_sheet(office: Desk) -> None:
    made = daysheets.save_sheet(office, office.reader("work"), "", replace(FORM, count=Count(12, unit="detentions")), [])
    head = reading.sheet(office, office.reader("work"), made.sheet)
    assert told(office, made, head.group)["group.detentions"] == ("12", "") and lines(office, made) == []


def test_lines_typed_by_hand_have_words_too(office: Desk) -> None:
    made = daysheets.save_sheet(office, office.reader("work"), "G-9", FORM, [SheetLine(Row("Z Vydumka", "34")), SheetLine(Row("man"), (4, 99))])
    note = reading.note(office, office.reader("work"), reading.sheet(office, office.reader("work"), made.sheet).note)
    assert note.text == "Z Vydumka, 34\nman\nМінск, 2026-11-24"


def test_namesakes_are_hints(office: Desk, saved: Saved) -> None:
    other = save(office, "G-2")
    mine = lines(office, other)[0]
    found = reading.namesakes(office, office.reader("work"), "Іван Выдумка", {mine.entity})
    assert [like.dossier.code for like in found] == ["D-2026-11-24"]
    assert reading.namesakes(office, office.reader("work"), "Нехта Іншы") == []


def test_codes_that_are_taken_are_not_proposed(office: Desk, saved: Saved) -> None:
    assert daysheets.propose_code(office, "2026-11-24") == "D-2026-11-24-2"


def test_who_does_not_hold_the_dossier_finds_nothing(two_desks: tuple[Desk, Desk], carry: Callable[..., Any]) -> None:
    author, stranger = two_desks
    open_identities(author)
    made = save(author)
    line = lines(author, made)[0].item.item
    carry(author, stranger)
    stranger.store.run("DELETE FROM db_compartmentkey WHERE compartment IN (SELECT compartment FROM db_compartment WHERE dossier <> %s)", (b"",))
    reader = stranger.reader("work")
    for look in (reading.sheet, reading.sheet_lines):
        with pytest.raises(NotFound):
            look(stranger, reader, made.sheet)
    deeds: list[Callable[[], object]] = [
        lambda: reading.sheet_line(stranger, reader, line),
        lambda: sheet_lines.correct_line(stranger, reader, line, Row("Z")),
        lambda: sheet_lines.strike_line(stranger, reader, line, "reason"),
        lambda: sheet_lines.undo_sheet(stranger, reader, made.sheet),
        lambda: daysheets.save_sheet(stranger, reader, made.dossier, *form_of(stranger)),
    ]
    for deed in deeds:
        with pytest.raises(NotFound):
            deed()
    assert reading.sheets(stranger, reader) == []
    assert [one.item.item for one in reading.sheets(author, author.reader("work"))] == [made.sheet]


def test_two_colleagues_correct_one_line_at_once(two_desks: tuple[Desk, Desk], carry: Callable[..., Any]) -> None:
    first, second = two_desks
    open_identities(first)
    made = save(first)
    dossiers.admit_to_dossier(first, first.reader("work"), made.dossier, [second.me])
    carry(first, second)
    line = lines(first, made)[0]
    sheet_lines.correct_line(first, first.reader("work"), line.item.item, replace(line.row, age="35"))
    sheet_lines.correct_line(second, second.reader("work"), line.item.item, replace(line.row, age="36"))
    carry(second, first)
    assert lines(first, made)[0].item.contested and len(reading.versions(first, first.reader("work"), line.item.item)) == 3
    with pytest.raises(Refused, match="undo_late"):
        sheet_lines.undo_sheet(second, second.reader("work"), made.sheet)


def test_a_fault_in_the_middle_records_nothing(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    appended = ledger.append

    def full(desk: Desk, drafts: Any, ids: Any = None) -> Any:
        if ids:
            raise LetapisError("disk.full")
        return appended(desk, drafts)

    monkeypatch.setattr("letapis.desk.daysheets.ledger.append", full)
    with pytest.raises(LetapisError, match=r"disk\.full"):
        save(office)
    assert reading.dossiers(office, office.reader("work")) == []


def test_colleagues_check_a_line_by_its_words_with_one_signature(two_desks: tuple[Desk, Desk], carry: Callable[..., Any]) -> None:
    author, checker = two_desks
    open_identities(author)
    made = save(author)
    dossiers.admit_to_dossier(author, author.reader("work"), made.dossier, [checker.me])
    carry(author, checker)
    first, second, _ = lines(checker, made)
    verify.check_passage(checker, checker.reader("check"), first.passage)
    carry(checker, author)
    found = reading.claims(author, author.reader("work"), made.dossier)
    assert {claim.subject for claim in found if claim.checkers == {checker.me}} == {first.entity}
    assert not [claim for claim in found if claim.subject == second.entity and claim.checkers]
    with pytest.raises(Refused, match="undo_late"):
        sheet_lines.undo_sheet(author, author.reader("work"), made.sheet)


def test_nothing_of_a_sheet_stands_in_clear_on_the_disk(office: Desk) -> None:
    rows = [SheetLine(Row(canary(1), "34", "342", canary(2), canary(3)))]
    form = replace(FORM, place=canary(4), agency=canary(5), source_code=canary(6), remark=canary(7), words=canary(8))
    made = daysheets.save_sheet(office, office.reader("work"), "", form, rows)
    line = lines(office, made)[0]
    sheet_lines.correct_line(office, office.reader("work"), line.item.item, replace(line.row, name=canary(9)), reason=canary(10))
    sheet_lines.strike_line(office, office.reader("work"), line.item.item, canary(11))
    assert search([office.workspace]) == []


def test_a_rebuild_and_an_audit_find_all_of_it_again(office: Desk, saved: Saved) -> None:
    sheet_lines.strike_line(office, office.reader("work"), lines(office, saved)[1].item.item, "wrong")
    before = lines(office, saved)
    ledger.rebuild(office)
    assert lines(office, saved) == before
    ledger.sign_checkpoint(office)
    assert audit(office, processes=1).faults == ()
