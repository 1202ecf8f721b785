"""Every touch of an item is an event of one vocabulary; nothing floods; what is written down by hand is signed like the rest."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import letapis
from letapis.core.errors import NotFound, UsageError
from letapis.core.records import SCHEMAS, Record
from letapis.desk import claims, custody, evidence, ledger, logs, reading, verify
from letapis.desk.custody import Said
from letapis.desk.custody_table import COLUMNS, table
from letapis.desk.opening import Desk
from letapis.engines.catalogue import catalogue
from tests.team import Team

from .casework import WORDS, Work, checked_work, desk, work_at

__all__ = ["desk"]

SOURCE = Path(letapis.__file__).parent


@pytest.fixture
def work(desk: Desk) -> Work:
    return work_at(desk, attached=True)


def events(desk: Desk, item: bytes) -> list[str]:
    return [entry.event for entry in reading.custody(desk, desk.reader("work"), item)]


# ---- the vocabulary --------------------------------------------------------------------------------------------------


def _events_in(path: Path) -> Iterator[str]:
    """Words that the code gives as the event of a custody entry: the argument at that place, said there or as a constant of the module."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text if "custody" in text else "")
    named = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            place = {"add_custody": 3, "custody_draft": 4, "record": 3}.get(name)
            said = node.args[place] if place is not None and len(node.args) > place else None
            if isinstance(said, ast.Constant) and isinstance(said.value, str):
                yield said.value
            elif isinstance(said, ast.Name) and said.id in named:
                yield named[said.id]


def test_every_event_in_the_code_is_one_of_the_vocabulary() -> None:
    used = {(path.name, event) for path in SOURCE.rglob("*.py") for event in _events_in(path)}
    assert {"bundle.py", "casefile.py", "evidence.py", "custody_table.py"} <= {name for name, _ in used}, "the places are still found"
    assert {event for _, event in used} <= set(catalogue().custody.by_id)


def test_the_vocabulary_has_the_terms_of_the_library_of_congress_and_ours() -> None:
    known = catalogue().custody.by_id
    terms = {event.id for event in known.values() if event.code}
    for named in ("capture", "accession", "ingestion", "message digest calculation", "fixity check", "virus check", "metadata extraction"):
        assert named in terms
    for named in ("format identification", "validation", "encryption", "decryption", "replication", "transfer", "migration", "redaction"):
        assert named in terms
    for named in ("deletion", "deaccession", "quarantine", "unquarantine", "digital signature validation", "modification"):
        assert named in terms
    codes = [event.code for event in known.values() if event.code]
    assert len(codes) == len(set(codes)) and all(len(code) == 3 for code in codes)
    assert all(len(set(event.label.values())) == 3 and set(event.label) == {"en", "be", "ru"} for event in known.values())
    assert all(len(event.id) <= 60 for event in known.values()), "what a column of old workspaces takes"


def test_an_entry_of_an_older_letapis_is_read_as_before(desk: Desk, work: Work) -> None:
    more = {spec.name for spec in SCHEMAS["custody"]} - {"dossier", "object", "step", "parents", "event", "outcome", "detail"}
    assert all(not spec.required for spec in SCHEMAS["custody"] if spec.name in more)
    found = custody.history(desk, desk.reader("work"), work.item)
    assert all(step.said == Said() for step in found.steps.values() if step.event == "accession")


# ---- touches ---------------------------------------------------------------------------------------------------------


def test_notes_information_and_words_on_an_item_are_told_in_its_custody(desk: Desk, work: Work) -> None:
    reader = desk.reader("work")
    assert events(desk, work.item) == ["accession", "message digest calculation", "note"], "a note and two claims of one day are one event"
    before = events(desk, work.item)
    note = claims.write_note(desk, reader, work.dossier, claims.NoteForm("Another talk", WORDS, "en", work.source, "saw"))
    assert note and events(desk, work.item) == before, "a note that stands on no item touches none"


def test_a_look_is_told_once_a_day_of_each_member(desk: Desk, work: Work) -> None:
    reader = desk.reader("work")
    for _ in range(3):
        assert b"".join(evidence.read_object(desk, reader, work.item))
    assert events(desk, work.item).count("decryption") == 1
    b"".join(evidence.read_object(desk, reader, work.item, told=True))
    tomorrow = replace(desk, clock=lambda: desk.clock() + timedelta(days=1))
    b"".join(evidence.read_object(tomorrow, reader, work.item))
    assert events(desk, work.item).count("decryption") == 2


def test_a_safe_copy_that_is_looked_at_is_told_of_its_original(desk: Desk, dossier: bytes) -> None:
    reader = desk.reader("work")
    original = evidence.keep_text(desk, reader, dossier, "Account", "Invented words.")
    form = evidence.EvidenceForm("Account", "testimony", media_type="image/png", derived_from=original, derivation="safe copy")
    copy = evidence.add_evidence(desk, reader, dossier, form, [b"picture"])
    for _ in range(2):
        b"".join(evidence.read_object(desk, reader, copy))
    assert events(desk, original)[-1] == "displaying" and events(desk, original).count("displaying") == 1
    assert events(desk, copy) == ["accession"]


@pytest.fixture
def dossier(desk: Desk, work: Work) -> bytes:
    return work.dossier


def test_colleagues_who_check_what_stands_on_an_item_are_in_its_custody(make_team: Callable[..., Team]) -> None:
    team = make_team(3)
    work = checked_work(team)
    told = [entry.member for entry in reading.custody(team.desks[0], team.reader(), work.item) if entry.event == "verification step"]
    assert sorted(told) == sorted(desk.me for desk in team.desks[1:]), "each of them once"
    verify.judge_document(team.desks[1], team.reader(1), work.item, False, "The stamp is of another year.")
    last = reading.custody(team.desks[1], team.reader(1), work.item)[-1]
    assert (last.event, last.outcome) == ("verification step", "not authentic")
    found = custody.history(team.desks[0], team.reader(), work.item)
    assert found.chain.is_whole and found.chain.forks, "two checked apart: two children of one parent, and no gap"
    assert {step.signatures for step in found.steps.values()} == {custody.GOOD}


# ---- by hand ---------------------------------------------------------------------------------------------------------

HANDED = Said(agent="Vydumka 1", recipient="Prykladny archive", happened="2026-03-02", place="Vilnia", condition="sealed bag 0041, dry",
              tool="Vydumka scanner", detail="brought by Postava",
              reason="safe place", authority="consent S1", unusual="one corner torn", before=b"b" * 32, after=b"b" * 32)  # fmt: skip


def test_a_hand_over_answers_every_question_and_bears_both_signatures(desk: Desk, work: Work) -> None:
    reader = desk.reader("work")
    ref = custody.write_down(desk, reader, work.item, "transfer", HANDED)
    logs.sign_checkpoint(desk)
    found = custody.history(desk, reader, work.item)
    step = found.steps[ref]
    assert step.said == HANDED and step.event == "transfer" and found.chain.rows[-1] == (ref,)
    assert (step.signatures, step.log) == (custody.GOOD, custody.COVERED) and step.index < step.size
    assert {one.alg for one in ledger.opened_by_ref(desk, [ref])[ref].sealed.signatures} == {1, 6}


@pytest.mark.parametrize(
    "event, said, code",
    [
        ("export", Said(), "custody.by_hand"),
        ("no such thing", Said(), "custody.by_hand"),
        ("transfer", Said(happened="2026-03-02"), "custody.recipient"),
        ("incident", Said(), "custody.unusual"),
        ("translation", Said(happened="soon"), "custody.happened"),
        ("translation", Said(happened="2999-01-01"), "custody.future"),
        ("translation", Said(place="x" * 501), "custody.long"),
    ],
)
def test_what_cannot_be_written_down_is_refused_and_nothing_is_recorded(desk: Desk, work: Work, event: str, said: Said, code: str) -> None:
    before = events(desk, work.item)
    with pytest.raises(UsageError, match=rf"^{code.replace('.', '[.]')}$"):
        custody.write_down(desk, desk.reader("work"), work.item, event, said)
    with pytest.raises(UsageError, match=r"custody\.event"):
        custody.record(desk, desk.reader("work"), work.item, "an event of nobody", "done")
    assert events(desk, work.item) == before


def test_who_does_not_hold_the_item_reads_and_writes_nothing_of_it(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    work = work_at(team.desks[0])
    team.settle()
    for deed in (custody.history, table):
        with pytest.raises(NotFound):
            deed(team.desks[1], team.reader(1), work.item)
    with pytest.raises(NotFound):
        custody.write_down(team.desks[1], team.reader(1), work.item, "incident", Said(unusual="?"))


# ---- gaps and tables -------------------------------------------------------------------------------------------------


def test_an_entry_that_is_taken_out_of_the_tables_is_missed(desk: Desk, work: Work) -> None:
    reader = desk.reader("work")
    lost = reading.custody(desk, reader, work.item)[0]
    desk.store.run("DELETE FROM db_custodyentry WHERE ref = %s", (lost.ref,))
    found = custody.history(desk, reader, work.item)
    assert [(gap.kind, gap.missing) for gap in found.chain.gaps] == [("parent", lost.ref)]


def test_an_entry_that_was_shredded_on_record_is_no_gap(desk: Desk, work: Work) -> None:
    reader = desk.reader("work")
    gone = reading.custody(desk, reader, work.item)[0].ref
    desk.store.run("DELETE FROM db_custodyentry WHERE ref = %s", (gone,))
    assert not custody.history(desk, reader, work.item).chain.is_whole
    columns = "ref, part, rid, compartment, device, seq"
    desk.store.run(f"INSERT INTO db_shredded ({columns}) VALUES (%s, %s, %s, %s, %s, 0)", (gone, bytes(32), bytes(16), bytes(16), desk.device))
    assert custody.history(desk, reader, work.item).chain.is_whole


def test_the_table_of_one_item_has_every_step_and_that_it_was_given_out(desk: Desk, work: Work) -> None:
    reader = desk.reader("work")
    custody.write_down(desk, reader, work.item, "transfer", replace(HANDED, recipient="=HYPERLINK(1)"))
    rows = table(desk, reader, work.item).decode("utf-8").splitlines()
    assert rows[0].split(",") == list(COLUMNS) and len(rows) == 1 + len(custody.history(desk, reader, work.item).steps)
    assert "'=HYPERLINK(1)" in rows[-2] and ",export,custody table," in rows[-1]


def test_a_case_file_withholds_who_handled_an_item_and_when(desk: Desk, work: Work) -> None:
    from letapis.desk.casefile_records import Showing, withheld_fields

    reader = desk.reader("work")
    ref = custody.write_down(desk, reader, work.item, "transfer", HANDED)
    look = custody.record(desk, reader, work.item, "decryption", "opened")
    opened = ledger.opened_by_ref(desk, [ref, look])
    hidden = set(withheld_fields(opened[ref], Showing()))
    assert {"b.agent", "b.place", "b.reason", "b.authority", "b.recipient", "b.unusual", "b.happened", "h.device", "h.recorded"} <= hidden
    assert {"b.event", "b.step", "b.before", "b.after"} & hidden == set()
    assert {"b.detail", "b.tool", "b.condition"} <= hidden, "what a colleague wrote freely may name somebody"
    assert not {"b.detail", "b.tool", "b.condition"} & set(withheld_fields(opened[ref], Showing(words=True)))
    assert {"h.device", "h.recorded"} <= set(withheld_fields(opened[look], Showing(instants=True))), "who looked at what when never leaves"
    assert not {"h.device", "h.recorded"} & set(withheld_fields(opened[ref], Showing(instants=True)))
    assert isinstance(opened[ref].record, Record)
