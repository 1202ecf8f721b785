"""A list at the desk: what it says becomes claims once, whatever stops it; what nobody can tell apart waits; and it goes back whole."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from letapis.core.errors import Busy, NotFound, Refused, UsageError
from letapis.core.standing import Level
from letapis.desk import (
    claims,
    consents,
    dossiers,
    entering,
    evidence,
    items,
    ledger,
    list_files,
    list_import,
    list_preview,
    list_undo,
    reading,
    restriction,
    sources,
)
from letapis.desk.audit import audit
from letapis.desk.opening import Desk
from tests.desk import listing
from tests.desk.casework import desk
from tests.team import Team, make_team

__all__ = ["desk", "make_team"]


@pytest.fixture
def dossier(desk: Desk) -> bytes:
    return dossiers.new_dossier(desk, "LST-1", "Pryklad list", "group")


def people(desk: Desk, dossier: bytes) -> dict[str, bytes]:
    return {one.label: one.entity for one in reading.entities(desk, desk.reader("work"), dossier)}


def said(desk: Desk, dossier: bytes, label: str, level: int = Level.OPEN) -> Counter[tuple[str, str]]:
    who = people(desk, dossier)[label]
    found = reading.claims(desk, desk.reader("work"), dossier, subject=who)
    return Counter((one.property, one.value) for one in found if one.level >= level and not one.replaced)


def tasks(desk: Desk, dossier: bytes) -> list[str]:
    return [one.text("text").split("\n")[0] for one in reading.items(desk, desk.reader("work"), "task", dossier=dossier, state="open")]


def test_what_a_list_says_becomes_claims_with_their_row(desk: Desk, dossier: bytes) -> None:
    ident, reader = listing.recorded(desk, dossier), desk.reader("work")
    assert set(people(desk, dossier)) == {"Vydumka Janka", "Pryklad Alena", "Postava Lavon", "Niabozhchyk Vydumany"}
    assert said(desk, dossier, "Pryklad Alena") == Counter(
        {
            ("identity.name", "Pryklad Alena"): 1,
            ("identity.other_name", "Pryklad Helena"): 1,
            ("identity.birth_date", "1985"): 1,
            ("detention.start", "2020-08-12"): 1,
            ("charge.article", "CC1999 293; CC1999 342"): 1,
        }
    )
    known = list_files.shown(desk, reader, ident)
    (source,) = list_files.lists_of(desk, reader, dossier)
    born = next(one for one in reading.claims(desk, reader, dossier) if one.value == "1985")
    assert (born.source, born.basis, born.evidence, born.anchor) == (source.source, "document", known.files[0], "row 3")
    assert (source.kind, known.state, known.size) == ("list", "done", 6) and audit(desk, processes=1).faults == ()
    assert b"".join(evidence.read_object(desk, reader, known.files[0])) == listing.sheet(listing.FIRST)


def test_delicate_values_are_tasks_and_no_claims(desk: Desk, dossier: bytes) -> None:
    listing.recorded(desk, dossier)
    assert said(desk, dossier, "Niabozhchyk Vydumany") == Counter([("identity.name", "Niabozhchyk Vydumany"), ("detention.start", "2022-05")])
    told = tasks(desk, dossier)
    assert len(told) == 2 and not any("2999" in one for one in told) and any("row 7" in one for one in told)


def test_a_group_waits_whole_until_somebody_decides(desk: Desk, dossier: bytes) -> None:
    ident, reader = listing.recorded(desk, dossier), desk.reader("work")
    known = list_files.shown(desk, reader, ident)
    (group,) = list_import.groups(desk, reader, known)
    assert group.code == "same_page" and [entry.key for entry, _ in list_import.entries_in(desk, reader, known, group.marks)] == ["4", "5"]
    with pytest.raises(UsageError, match=r"lists\.reason"):
        list_import.decide(desk, reader, group.ident, True, " ")
    assert list_import.decide(desk, reader, group.ident, True, "Two persons, asked by telephone.") == 2
    assert {"Dubler Adzin", "Dubler Druhi"} <= set(people(desk, dossier))
    with pytest.raises(Refused, match=r"lists\.decided"):
        list_import.decide(desk, reader, group.ident, False, "again")


def test_faults_that_are_too_many_to_list_are_counted_and_the_sheet_says_so(desk: Desk, dossier: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that was put aside and is named nowhere is lost for whoever reads the sheet to its end."""
    form, reader = list_files.ListForm("Form", source_code="FORM", mapping="odk-submissions"), desk.reader("work")
    lines = "".join(f"u{n},Pryklad Alena,no day{',more' if n % 2 else ''}\n" for n in range(40))
    ident = listing.bring(desk, dossier, f"_uuid,name,birth_date\n{lines},Nobody,1\n".encode(), form)
    for listed, kept in ((5_000, 20_000), (5, 20_000), (5_000, 30), (5, 9)):
        monkeypatch.setattr("letapis.engines.tables.MOST_FAULTS", listed)
        monkeypatch.setattr(list_preview, "_MOST", kept)
        seen = list_preview.look(desk, reader, ident)
        assert seen.counts["faults"] == sum(one.count for one in seen.faults) == 41
        more = [one.count for one in seen.faults if one.code == "more_faults"]
        assert len(seen.faults) - len(more) == 41 - sum(more) and bool(more) == (listed == 5 or kept == 30)
        last = list_preview.fault_sheet(desk, seen.faults, "en").decode().splitlines()[-1]
        assert not more or f"{more[0]} more faults are not listed" in last


def test_what_was_out_of_sight_does_not_come_back_with_a_list_that_was_taken_back(desk: Desk, dossier: bytes) -> None:
    ident, reader = listing.recorded(desk, dossier), desk.reader("work")
    work, who = reading.dossier(desk, reader, dossier).work, people(desk, dossier)["Pryklad Alena"]
    ledger.append(desk, [restriction.draft(desk, work, dossier, who)])
    list_undo.take_back(desk, reader, ident, "The wrong list.")
    assert list_files.shown(desk, reader, ident).state == list_files.UNDONE
    (held,) = restriction.restrictions(desk, reader, dossier)
    restriction.lift(desk, reader, held.restricted, "An invented reason.", held.heads)
    found = reading.claims(desk, reader, dossier, subject=who)
    assert len(found) == 5 and {one.level for one in found} == {Level.RETRACTED}
    live = sorted((one.ref, one.level) for one in found)
    entering.rebuild(desk)
    assert sorted((one.ref, one.level) for one in reading.claims(desk, reader, dossier, subject=who)) == live


def test_who_has_no_name_waits_and_is_recorded_by_a_decision_alone(desk: Desk, dossier: bytes) -> None:
    form, reader = list_files.ListForm("Form", source_code="FORM", mapping="odk-submissions"), desk.reader("work")
    first = "_uuid,name,birth_date\nu1,Pryklad Alena,1990\nu2,,1985\nu3,12345,1986\n"
    ident = listing.bring(desk, dossier, first.encode(), form)
    counts = list_preview.look(desk, reader, ident).counts
    list_import.record(desk, reader, ident)
    assert (counts["entries"], counts["grouped"]) == (1, 2) and set(people(desk, dossier)) == {"Pryklad Alena"}
    (group,) = list_import.groups(desk, reader, list_files.shown(desk, reader, ident))
    assert group.code == "nameless" and list_import.decide(desk, reader, group.ident, True, "Asked: they are who the numbers say.") == 2
    assert set(people(desk, dossier)) == {"Pryklad Alena", "u2", "u3"}
    newer = listing.bring(desk, dossier, f"{first}u4,,1987\n".replace("1985", "1984").encode(), form)
    counts = list_preview.look(desk, reader, newer).counts
    assert (counts["changed"], counts["new"], counts["grouped"]) == (1, 0, 1)
    list_import.record(desk, reader, newer)
    assert ("identity.birth_date", "1984") in said(desk, dossier, "u2") and "u4" not in people(desk, dossier)


def test_a_list_without_a_column_of_names_makes_nobody(desk: Desk, dossier: bytes) -> None:
    form = list_files.ListForm("Form", source_code="FORM", mapping="odk-submissions")
    ident, reader = listing.bring(desk, dossier, b"_uuid,witness/name\nu1,Pryklad Alena\n", form), desk.reader("work")
    with pytest.raises(Refused, match=r"lists\.no_name_column"):
        list_import.record(desk, reader, ident)
    assert not people(desk, dossier) and list_files.shown(desk, reader, ident).state == list_files.OPEN


def test_who_waited_and_is_taken_has_their_posts(desk: Desk, dossier: bytes) -> None:
    header = "annex,recordId,schema,name,birthDate,position"
    rows = ['A,1,Person,PRYKLAD Ivan,1.2.1970,"Head of Penal Colony No 3"', 'A,2,Person,PRYKLAD Ivan,1970-02-01,"Judge of the Vydumka court"']
    form = list_files.ListForm("Invented annex", source_code="ANNEX", mapping="eu-annex")
    reader, ident = desk.reader("work"), listing.bring(desk, dossier, "\n".join([header, *rows]).encode(), form)
    list_import.record(desk, reader, ident)
    (group,) = list_import.groups(desk, reader, list_files.shown(desk, reader, ident))
    list_import.decide(desk, reader, group.ident, True, "Two persons, asked by telephone.")
    assert len([one for one in reading.posts(desk, reader, dossier=dossier) if one.post and one.body]) == 2


def test_what_was_stopped_goes_on_and_says_nothing_twice(desk: Desk, dossier: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_import, "_RECORDS", 4)
    monkeypatch.setattr(list_import, "_PARTS", 1)
    ident, reader = listing.bring(desk, dossier, listing.sheet(listing.FIRST)), desk.reader("work")

    def stop(done: int, total: int) -> None:
        raise Busy("doing.stopped")

    with pytest.raises(Busy):
        list_import.record(desk, reader, ident, stop)
    before = len(people(desk, dossier))
    enter, count = entering.enter, iter(range(9))

    def killed(*told: object) -> object:
        if next(count) == 1:
            raise MemoryError
        return enter(*told)  # type: ignore[arg-type]

    with monkeypatch.context() as during, pytest.raises(MemoryError):
        during.setattr(ledger, "enter", killed)
        list_import.record(desk, reader, ident)
    assert before < len(people(desk, dossier)) < 4 and list_files.shown(desk, reader, ident).state == "begun"
    list_import.record(desk, reader, ident)
    claims = Counter((one.subject, one.property, one.value) for one in reading.claims(desk, reader, dossier))
    assert len(people(desk, dossier)) == 4 and set(claims.values()) == {1} and len(list_import.groups(desk, reader, _known(desk, ident))) == 1
    with pytest.raises(Refused, match=r"lists\.recorded"):
        list_import.record(desk, reader, ident)


def _known(desk: Desk, ident: bytes) -> list_files.ListView:
    return list_files.shown(desk, desk.reader("work"), ident)


def test_a_list_that_was_taken_back_stands_before_nothing_that_is_found(desk: Desk, dossier: bytes) -> None:
    reader = desk.reader("work")
    who = dossiers.add_entity(desk, reader, dossier, "person", "Pryklad Starejšaja")
    ident = listing.recorded(desk, dossier, [(str(n), f"Pryklad Alena{n}", *[""] * 8) for n in range(1, 30)])
    assert who not in {one.ident for one in reading.find(desk, reader, "Pryklad", limit=3)}
    list_undo.take_back(desk, reader, ident, "The wrong list.")
    assert [one.ident for one in reading.find(desk, reader, "Pryklad", limit=3)] == [who, dossier]


def test_a_list_goes_back_whole_and_can_come_again(desk: Desk, dossier: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_import, "_RECORDS", 4)
    monkeypatch.setattr(list_import, "_PARTS", 2)
    ident, reader = listing.recorded(desk, dossier), desk.reader("work")
    count = len(reading.claims(desk, reader, dossier))
    assert list_undo.take_back(desk, reader, ident, "The wrong list.") == count
    assert all(one.level is Level.RETRACTED for one in reading.claims(desk, reader, dossier))
    assert people(desk, dossier) == {} and tasks(desk, dossier) == []
    assert reading.find(desk, reader, "Vydumka") == []
    assert [one.state for one in list_import.groups(desk, reader, _known(desk, ident))] == ["left"]
    with pytest.raises(Refused, match=r"lists\.undone"):
        list_undo.take_back(desk, reader, ident, "again")
    listing.recorded(desk, dossier)
    assert len(people(desk, dossier)) == 4 and ledger.rebuild(desk) and len(people(desk, dossier)) == 4


def test_a_way_back_that_was_stopped_or_killed_says_so_and_goes_on(desk: Desk, dossier: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_import, "_RECORDS", 4)
    monkeypatch.setattr(list_import, "_PARTS", 1)
    ident, reader = listing.recorded(desk, dossier), desk.reader("work")
    count, open_tasks = len(reading.claims(desk, reader, dossier)), len(tasks(desk, dossier))

    def standing() -> int:
        return sum(one.level >= Level.OPEN for one in reading.claims(desk, reader, dossier))

    def stop(done: int, total: int) -> None:
        assert 0 < done < total
        raise Busy("doing.stopped")

    with pytest.raises(Busy):
        list_undo.take_back(desk, reader, ident, "The wrong list.", stop)
    stopped = standing()
    assert 0 < stopped < count and list_files.shown(desk, reader, ident).state == "undoing", "what is half taken back is not called whole"
    with pytest.raises(Refused, match=r"lists\.recorded"):
        list_import.record(desk, reader, ident)
    enter, times = entering.enter, iter(range(99))

    def killed(*told: object) -> object:
        if next(times) == 4:
            raise MemoryError
        return enter(*told)  # type: ignore[arg-type]

    with monkeypatch.context() as during, pytest.raises(MemoryError):
        during.setattr(ledger, "enter", killed)
        list_undo.take_back(desk, reader, ident, "The wrong list.")
    left = standing()
    assert left <= stopped and list_files.shown(desk, reader, ident).state == "undoing" and list_undo.waits_for(desk, reader, ident)
    assert list_undo.take_back(desk, reader, ident, "The wrong list.") == left
    assert (standing(), tasks(desk, dossier), people(desk, dossier)) == (0, [], {}) and open_tasks
    assert list_files.shown(desk, reader, ident).state == "undone" and audit(desk, processes=1).faults == ()


def test_a_way_back_says_how_far_it_is_to_the_very_end(desk: Desk, dossier: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last pass looks for whom nobody else names and is as long as the first: stopped in it, everything said is taken back already."""
    monkeypatch.setattr(list_import, "_RECORDS", 4)
    monkeypatch.setattr(list_import, "_PARTS", 1)
    ident, reader, told = listing.recorded(desk, dossier), desk.reader("work"), list[tuple[int, int]]()
    parts = sum(1 for _ in list_import.parts_of(desk, reader, ident))

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        if done == parts + 2:
            raise Busy("doing.stopped")

    with pytest.raises(Busy):
        list_undo.take_back(desk, reader, ident, "The wrong list.", stop)
    assert told == [(done, 2 * parts) for done in range(1, parts + 3)] and parts > 2
    assert list_files.shown(desk, reader, ident).state == "undoing" and not list_undo.waits_for(desk, reader, ident)
    told.clear()
    assert list_undo.take_back(desk, reader, ident, "The wrong list.", lambda done, total: told.append((done, total))) == 0
    assert told == [(done, 2 * parts) for done in range(1, 2 * parts + 1)] and list_files.shown(desk, reader, ident).state == "undone"


def test_whom_others_speak_of_stays(desk: Desk, dossier: bytes) -> None:
    ident, reader = listing.recorded(desk, dossier), desk.reader("work")
    kalina = sources.add_source(desk, reader, dossier, sources.SourceForm("Kalina"))
    who = people(desk, dossier)["Vydumka Janka"]
    claims.add_claims(desk, reader, dossier, [claims.Cut("person.sex", "male", who, kalina, "was_told")])
    list_undo.take_back(desk, reader, ident, "The wrong list.")
    assert set(people(desk, dossier)) == {"Vydumka Janka"} and said(desk, dossier, "Vydumka Janka") == Counter([("person.sex", "m")])


def test_of_whom_somebody_speaks_after_all_is_asked_like_everybody(desk: Desk, dossier: bytes) -> None:
    """A colleague's word on somebody who is no longer shown may come in later: it is no body's word, and does not leave unasked."""
    ident, reader = listing.recorded(desk, dossier), desk.reader("work")
    who = people(desk, dossier)["Vydumka Janka"]
    told = reading.claims(desk, reader, dossier, subject=who)
    list_undo.take_back(desk, reader, ident, "The wrong list.")
    assert people(desk, dossier) == {} and told
    assert consents.asked_persons(desk, reader, dossier, told, ()) == {who}


def test_posts_that_a_list_gave_go_with_it(desk: Desk, dossier: bytes) -> None:
    reader, sheet = desk.reader("work"), listing.sheet([("1", "Pasadnik Vydumany", "judge", "a court")], ("no", "name", "post", "body"))
    ident = listing.bring(desk, dossier, sheet)
    fields = [{"column": "post", "property": "office.post"}, {"column": "body", "property": "office.body"}]
    list_files.choose_columns(desk, reader, ident, {"key": ["no"], "names": [{"column": "name"}], "fields": fields})
    list_import.record(desk, reader, ident)
    assert len(reading.posts(desk, reader, dossier=dossier)) == 1
    list_undo.take_back(desk, reader, ident, "The wrong list.")
    assert people(desk, dossier) == {}


def test_what_would_come_of_a_list_is_seen_before(desk: Desk, dossier: bytes) -> None:
    ident, reader = listing.bring(desk, dossier, listing.sheet(listing.FIRST)), desk.reader("work")
    seen = list_preview.look(desk, reader, ident)
    told = {name: seen.counts[name] for name in ("entries", "held", "groups", "grouped")}
    assert told == {"entries": 4, "held": 2, "groups": 1, "grouped": 2} and people(desk, dossier) == {}
    assert [(one.row, one.column, one.code) for one in seen.faults] == [(8, "no", "no_key"), (4, "born", "date")]
    assert seen.peeks[0].rows[0].cells == listing.FIRST[0] and len(seen.peeks[0].rows) == 5
    assert list_preview.kept(desk, reader, _known(desk, ident)) is seen
    lines = list_preview.fault_sheet(desk, seen.faults, "en").decode().splitlines()
    assert len(lines) == 3 and lines[1].startswith("list.csv,8,no,")


def test_wrong_forms_are_refused_and_leave_nothing(desk: Desk, dossier: bytes) -> None:
    reader, before = desk.reader("work"), set(evidence.objects(desk).names())
    form = list_files.ListForm
    no_code, no_list, no_way = form(source_code=" "), form(source=bytes(16)), form(source_code="L", mapping="no")
    for wrong, error in ((no_code, "lists.source"), (no_list, "lists.source"), (no_way, "lists.mapping")):
        sealed = evidence.seal_upload(desk, reader, dossier, [b"no,name\n"])
        with pytest.raises(UsageError, match=error):
            list_files.bring(desk, reader, dossier, wrong, [("a.csv", sealed)])
    with pytest.raises(Refused, match=r"lists\.no_file"):
        list_files.bring(desk, reader, dossier, form(source_code="L"), [])
    assert set(evidence.objects(desk).names()) == before and list_files.imports_of(desk, reader, dossier) == []
    ident = listing.bring(desk, dossier, listing.sheet(listing.FIRST))
    with pytest.raises(UsageError, match=r"lists\.columns"):
        list_files.choose_columns(desk, reader, ident, {"key": ["no"], "names": [], "fields": []})
    list_files.drop(desk, reader, ident)
    with pytest.raises(Refused, match=r"lists\.recorded"):
        list_import.record(desk, reader, ident)
    with pytest.raises(NotFound):
        list_files.shown(desk, reader, bytes(16))


def test_no_name_of_a_list_lies_open_on_the_disk(desk: Desk, dossier: bytes, tmp_path: Path) -> None:
    canary = "Kanarejkavich"
    rows = (("1", f"{canary} Janka", "", "", "/p/1", "", "", "", "", "1"), ("2", canary, "", "", "/p/1", "", "", "", "", ""))
    listing.recorded(desk, dossier, rows)
    files = [one for one in desk.workspace.rglob("*") if one.is_file()]
    assert files and not [one for one in files if canary.encode() in one.read_bytes()]


def test_a_newer_version_shows_and_records_exactly_what_changed(desk: Desk, dossier: bytes) -> None:
    first, reader = listing.recorded(desk, dossier), desk.reader("work")
    (source,) = list_files.lists_of(desk, reader, dossier)
    ident = listing.bring(desk, dossier, listing.sheet(listing.SECOND), list_files.ListForm(source=source.source), "newer.csv")
    known = _known(desk, ident)
    assert (known.previous, known.title) == (first, "Invented list") and known.is_mapped
    seen = list_preview.look(desk, reader, ident)
    told = [(one.label, one.deed, [(d.old and d.old.value, d.new and d.new.value) for d in one.differences]) for one in seen.moved]
    assert told == [
        ("Pryklad Alena", "changed", [("1985", "1985-06-07"), (None, "Pryklad camp")]),
        ("Niabozhchyk Vydumany", "changed", [("2022-05", None)]),
        ("Novy Vydumka", "new", []),
        ("Vydumka Janka", "gone", []),
    ]
    assert {name: seen.counts[name] for name in ("new", "changed", "gone", "same")} == {"new": 1, "changed": 2, "gone": 1, "same": 1}
    before, waiting = len(reading.claims(desk, reader, dossier)), len(tasks(desk, dossier))
    list_import.record(desk, reader, ident)
    assert len(reading.claims(desk, reader, dossier)) == before + 3 and len(tasks(desk, dossier)) == waiting + 2
    assert said(desk, dossier, "Pryklad Alena")["identity.birth_date", "1985-06-07"] == 1
    assert ("identity.birth_date", "1985") not in said(desk, dossier, "Pryklad Alena")
    assert said(desk, dossier, "Niabozhchyk Vydumany")["detention.start", "2022-05"] == 1 and "Vydumka Janka" in people(desk, dossier)
    assert len(list_files.lists_of(desk, reader, dossier)) == 1
    with pytest.raises(Refused, match=r"lists\.newer_first"):
        list_undo.take_back(desk, reader, first, "The first.")
    list_undo.take_back(desk, reader, ident, "The newer one.")
    assert said(desk, dossier, "Pryklad Alena")["identity.birth_date", "1985"] == 1 and "Novy Vydumka" not in people(desk, dossier)
    assert list_files.latest(desk, reader, dossier, source.source) == _known(desk, first)


def test_the_same_file_again_changes_nothing(desk: Desk, dossier: bytes) -> None:
    listing.recorded(desk, dossier)
    before = len(reading.claims(desk, desk.reader("work"), dossier))
    ident = listing.recorded(desk, dossier)
    assert list_preview.look(desk, desk.reader("work"), ident).moved == ()
    assert len(reading.claims(desk, desk.reader("work"), dossier)) == before and len(people(desk, dossier)) == 4


def test_taking_back_touches_nobody_of_another_dossier(desk: Desk, dossier: bytes) -> None:
    """A colleague's part of the journal may name anybody: a label of another dossier must not be recorded in this one."""
    ident, reader = listing.recorded(desk, dossier), desk.reader("work")
    other = dossiers.new_dossier(desk, "LST-2", "Pryklad", "person", "Canary Vydumka")
    (stranger,) = people(desk, other).values()
    part = {"dossier": dossier, "list": ident, "number": 99, "records": 0, "mark": (bytes(16),), "made": (stranger,), "deed": ("new",)}
    items.new(desk, list_import.PART, reading.dossier(desk, reader, dossier).raw, {**part, "task": (), "state": "kept"})
    list_undo.take_back(desk, desk.reader("work"), ident, "The wrong list.")
    assert people(desk, other) == {"Canary Vydumka": stranger} and people(desk, dossier) == {}
    entered = [line for line in reading.history(desk, desk.reader("work"), dossier) if line.type == "entity"]
    assert len(entered) == 2 * 4, "of each of the four that it came, and that it went"


def test_a_list_of_any_shape_fits_into_the_journal(desk: Desk, dossier: bytes) -> None:
    """A record has at most 1,024 fields: so many entries on one page, then so many that changed in one thing or went."""
    rest = ("", "", "", "", "")
    first = [(str(n), f"Dubler {n}", "", "1990", "/p/same" if n < 350 else f"/p/{n}", *rest) for n in range(1000)]
    known = list_files.shown(desk, desk.reader("work"), listing.recorded(desk, dossier, first))
    waiting = list_import.groups(desk, desk.reader("work"), known)
    assert sorted(len(one.marks) for one in waiting) == [50, 100, 100, 100] and len(people(desk, dossier)) == 650
    assert list_import.decide(desk, desk.reader("work"), waiting[0].ident, True, "They are several people.") == len(waiting[0].marks)
    second = [(number, name, "", "1991", *others) for number, name, _, _, *others in first[350:675]]
    ident = listing.recorded(desk, dossier, second)
    found = list_import.deeds(desk, desk.reader("work"), list_files.shown(desk, desk.reader("work"), ident))
    assert (found["changed"], found["gone"]) == (325, 325 + len(waiting[0].marks))


def test_each_takes_back_what_they_recorded(make_team: Callable[..., Team]) -> None:
    """A colleague who decided a group wrote its claims: nobody retracts them in their name, and the list is back when both have."""
    team = make_team(2)
    first, second = team.desks
    dossier = dossiers.new_dossier(first, "LST-1", "Pryklad list", "group")
    dossiers.admit_to_dossier(first, team.reader(), dossier, [second.me])
    ident = listing.recorded(first, dossier)
    team.settle()
    (group,) = list_import.groups(second, team.reader(1), list_files.shown(second, team.reader(1), ident))
    list_import.decide(second, team.reader(1), group.ident, True, "Two persons, asked by telephone.")
    team.settle()
    assert list_undo.authors(first, team.reader(), ident) == {first.me, second.me}
    assert list_undo.take_back(first, team.reader(), ident, "The wrong list.") > 0
    assert list_files.shown(first, team.reader(), ident).state == "undoing"
    assert list_undo.waits_for(first, team.reader(), ident) == {second.me} and set(people(first, dossier)) == {"Dubler Adzin", "Dubler Druhi"}
    team.settle()
    assert list_undo.take_back(second, team.reader(1), ident, "The wrong list.") > 0
    team.settle()
    assert list_files.shown(first, team.reader(), ident).state == "undone" and people(first, dossier) == {}
    assert {one.level for one in reading.claims(first, team.reader(), dossier)} == {Level.RETRACTED}
