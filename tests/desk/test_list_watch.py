"""A list is watched: both versions are kept, each change becomes a task, who may be meant is proposed, and nothing is entered about anybody."""

from collections.abc import Sequence

import pytest

from letapis.core.access import Reader
from letapis.core.errors import NotFound, UsageError
from letapis.core.list_watch import Deed
from letapis.desk import dossiers, evidence, list_watch, reading, sources
from letapis.desk.list_watch import WatchForm
from letapis.desk.opening import Desk
from letapis.engines.objects import SealedObject
from tests.desk.casework import desk

__all__ = ["desk"]

OLD = "number,name,reason\n1,Ivan Pryklad,A\n2,Alena Vydumka,B\n"
NEW = "number,name,reason\n2,Alena Vydumka,C\n3,Янка Выдумка,B\n"


def new_dossier(desk: Desk) -> bytes:
    return dossiers.new_dossier(desk, "WTC-1", "Pryklad list", "group")


def sealed(desk: Desk, dossier: bytes, *texts: str, name: str = "list.csv") -> list[tuple[str, SealedObject]]:
    reader = desk.reader("work")
    return [(name, evidence.seal_upload(desk, reader, dossier, [text.encode()])) for text in texts]


def watched(desk: Desk, dossier: bytes, form: WatchForm | None = None, old: str = OLD, new: str = NEW) -> bytes:
    form = form or WatchForm("Invented list")
    return list_watch.watch(desk, desk.reader("work"), dossier, form, sealed(desk, dossier, old), sealed(desk, dossier, new))


def tasks_of(desk: Desk, dossier: bytes) -> Sequence[reading.ItemView]:
    return reading.items(desk, desk.reader("work"), "task", dossier=dossier)


@pytest.mark.parametrize("form", [WatchForm("Invented list", key="number", name="name"), WatchForm("Invented list")])
def test_each_change_becomes_a_task_and_the_originals_are_kept(desk: Desk, form: WatchForm) -> None:
    dossier = new_dossier(desk)
    known = list_watch.shown(desk, desk.reader("work"), watched(desk, dossier, form))
    found = list_watch.changes(desk, desk.reader("work"), known)
    assert [(line.deed, line.label) for line in found] == [(Deed.ADDED, "Янка Выдумка"), (Deed.CHANGED, "Alena Vydumka"), (Deed.GONE, "Ivan Pryklad")]
    assert (known.size, len(known.tasks), len(tasks_of(desk, dossier))) == (3, 3, 3)
    texts = "\n".join(one.record.text("text") for one in tasks_of(desk, dossier))
    assert "“Янка Выдумка” was added to the list “Invented list”" in texts and "новы запіс" in texts and "новая запись" in texts
    assert len(reading.evidence_of(desk, desk.reader("work"), dossier)) == 2
    assert reading.entities(desk, desk.reader("work"), dossier) == []  # a list that is watched makes nobody a person of the dossier


def test_the_files_are_read_once_and_never_for_who_may_not_see_them(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = new_dossier(desk)
    reader = desk.reader("work")
    known = list_watch.shown(desk, reader, watched(desk, dossier))
    first = list_watch.changes(desk, reader, known)
    monkeypatch.setattr(list_watch, "tables_in", lambda *_: pytest.fail("a file was read again"))
    assert list_watch.changes(desk, reader, known) == first
    with pytest.raises(NotFound):
        list_watch.changes(desk, Reader(desk.me, frozenset(), "work"), known)


def test_who_is_known_is_proposed_by_any_spelling(desk: Desk) -> None:
    dossier = new_dossier(desk)
    reader = desk.reader("work")
    known_as = dossiers.add_entity(desk, reader, dossier, "person", "Janka Vydumka")
    found = list_watch.changes(desk, reader, list_watch.shown(desk, reader, watched(desk, dossier)))
    proposed = {line.label: [one.person.entity for one in list_watch.perhaps(desk, reader, line)] for line in found}
    assert proposed == {"Янка Выдумка": [known_as], "Alena Vydumka": [], "Ivan Pryklad": []}


def test_a_body_is_proposed_where_its_name_has_the_same_words(desk: Desk) -> None:
    dossier = new_dossier(desk)
    reader = desk.reader("work")
    body = dossiers.add_entity(desk, reader, dossier, "organisation", "Vydumka Charity “Pryklad”")
    known = list_watch.shown(desk, reader, watched(desk, dossier, old="name\nA\n", new="name\nA\nPryklad (Vydumka charity)\nVydumka\n"))
    found = list_watch.bodies(desk, reader, list_watch.changes(desk, reader, known))
    assert {key: [one.entity for one in some] for key, some in found.items()} == {"Pryklad (Vydumka charity)": [body]}


def test_a_known_kind_of_list_is_read_by_its_mapping(desk: Desk) -> None:
    dossier = new_dossier(desk)
    old = "annex,recordId,schema,name,birthDate\nI.A,1,Person,Ivan PRYKLAD,1.2.1970\n"
    new = "annex,recordId,schema,name,birthDate\nI.A,1,Person,Ivan PRYKLAD (PRYKLOD),1970-02-01\n"
    known = list_watch.shown(desk, desk.reader("work"), watched(desk, dossier, WatchForm("EU", "eu-annex"), old, new))
    (line,) = list_watch.changes(desk, desk.reader("work"), known)
    assert [said.what for said in line.said] == ["names"]  # the same day, written otherwise, is no change


@pytest.mark.parametrize(
    ("form", "old", "new", "code"),
    [
        (WatchForm(""), OLD, NEW, "watch.title"),
        (WatchForm("L", "no-such"), OLD, NEW, "watch.mapping"),
        (WatchForm("L", key="none"), OLD, NEW, "watch.column"),
        (WatchForm("L"), OLD, OLD, "watch.same"),
        (WatchForm("L"), OLD, "", "watch.no_file"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_kept(desk: Desk, form: WatchForm, old: str, new: str, code: str) -> None:
    dossier = new_dossier(desk)
    with pytest.raises(UsageError) as error:
        watched(desk, dossier, form, old, new)
    assert error.value.code == code
    assert not reading.evidence_of(desk, desk.reader("work"), dossier)
    assert not tasks_of(desk, dossier)


def test_a_person_or_a_medium_is_no_list(desk: Desk) -> None:
    dossier = new_dossier(desk)
    sources.add_source(desk, desk.reader("work"), dossier, sources.SourceForm("Pryklad", "person"))
    with pytest.raises(UsageError, match=r"lists\.source"):
        watched(desk, dossier, WatchForm("pryklad"))
    assert not reading.evidence_of(desk, desk.reader("work"), dossier)


def test_more_changes_than_anybody_would_open_one_by_one_are_one_task(desk: Desk) -> None:
    dossier = new_dossier(desk)
    new = "name\n" + "".join(f"Vydumka {number}x\n" for number in range(list_watch.MOST_TASKS + 5))
    known = list_watch.shown(desk, desk.reader("work"), watched(desk, dossier, old="name\nPostava\n", new=new + "Postava\n"))
    assert (known.size, len(known.tasks)) == (list_watch.MOST_TASKS + 5, list_watch.MOST_TASKS + 1)


def test_a_newer_version_that_is_not_whole_is_one_task_about_the_file(desk: Desk) -> None:
    dossier = new_dossier(desk)
    many = "name\n" + "".join(f"Vydumka {number}x\n" for number in range(4 * list_watch.MOST_TASKS))
    for number, new in enumerate(("name\n", "name\nVydumka 1x\nVydumka 2x\n")):
        known = list_watch.shown(desk, desk.reader("work"), watched(desk, dossier, old=many + f"Postava {number}\n", new=new))
        assert known.doubtful and known.size > list_watch.MOST_TASKS and len(known.tasks) == 1
        (task,) = [one for one in tasks_of(desk, dossier) if one.item in known.tasks]
        assert all(word in task.record.text("text") for word in ("Is that file whole?", "Ці цэлы гэты файл?", "Цел ли этот файл?"))
    assert not list_watch.shown(desk, desk.reader("work"), watched(desk, dossier)).doubtful


def test_a_comparison_of_others_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        list_watch.shown(desk, desk.reader("work"), b"0" * 16)
