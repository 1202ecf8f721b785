"""What the program says in a task is read in the reader's language; what a colleague wrote stays as written."""

from string import Formatter

import pytest

from letapis.core.language import LANGUAGES
from letapis.core.records import Header, Record, Value
from letapis.desk import items, ledger, reading, task_words, tasks
from letapis.desk.opening import Desk
from letapis.desk.task_words import SAYS, Said
from letapis.engines.catalogue import catalogue
from tests.desk.filing import dossier_of

VALUES = {"who": "Vydumka", "list": "List of Vydumka", "row": 7, "count": 3, "first": "Vydumka Janka", "second": "Vydumka Jan"}
KEYS = {"what": "lawyer.first_access_h", "body": "WGAD-REGULAR", "mechanism": "WGAD-REGULAR", "fields": "name,born"}


def record(body: dict[str, Value]) -> Record:
    return Record(b"r" * 32, Header("task", 1, b"i" * 16, "d", b"c" * 16, "2026-11-27T00:00:00Z", 0), body)


def said(key: str) -> Said:
    return Said(key, {name: (VALUES | KEYS)[name] for name in SAYS[key]})


@pytest.mark.parametrize("key", SAYS)
def test_every_text_names_the_values_that_it_is_given_and_is_said_in_each_language(key: str) -> None:
    task = record(said(key).body(catalogue()))
    read = {one: task_words.words(catalogue(), task, one) for one in LANGUAGES}
    for language, text in read.items():
        assert {name for _, name, _, _ in Formatter().parse(catalogue().texts.say(key, language)) if name} == SAYS[key].keys()
        assert all(str(VALUES[name]) in text for name in SAYS[key].keys() & VALUES.keys())
    assert len(set(read.values())) == 3, "a label of the catalogue is in the language of the reader too"
    assert task.text("text") == "\n".join(read.values()), "the same stands there for who reads the record without this program"


def test_what_is_not_known_here_is_read_as_it_was_written() -> None:
    for body in (
        {"text": "Old\nСтарое"},
        {"text": "Newer", "says": "tasks.of_a_newer_version"},
        {"text": "No such task", "says": "home.title"},
        {"text": "Values are missing", "says": "watch.task.gone", "told": ("who=Vydumka",)},
    ):
        assert task_words.words(catalogue(), record(dict(body)), "be") == body["text"]
    odd = record({"text": "", "says": "filed.task.us", "told": ("what=never.heard", "body=NO-SUCH", "language=x", "key=y")})
    assert task_words.words(catalogue(), odd, "ru") == "never.heard: NO-SUCH"
    braces = record({"text": "", "says": "watch.task.gone", "told": ("who={list.__class__}=x", "list=a=b")})
    assert "{list.__class__}=x" in task_words.words(catalogue(), braces, "en") and "a=b" in task_words.words(catalogue(), braces, "en")


def test_a_task_keeps_its_words_in_every_language_until_a_colleague_words_it_anew(desk: Desk) -> None:
    dossier, reader = dossier_of(desk), desk.reader("work")
    work = reading.dossier(desk, reader, dossier).work
    made = tasks.draft_task(desk, work, dossier, "list", said("watch.task.gone"), desk.me)
    ledger.append(desk, [made])
    task = made.body["task"]
    assert isinstance(task, bytes)
    read = lambda language: task_words.words(desk.catalogue, reading.item(desk, reader, task).record, language)  # noqa: E731
    before = {one: read(one) for one in LANGUAGES}
    tasks.change_task(desk, reader, task, tasks.TaskForm(f" {before['ru']}\r\n", "list", desk.me, "2026-12-01"))
    assert {one: read(one) for one in LANGUAGES} == before and reading.item(desk, reader, task).text("due") == "2026-12-01"
    tasks.set_state(desk, reader, task, "done")
    assert read("be") == before["be"]
    tasks.change_task(desk, reader, task, tasks.TaskForm("Ask Alena", "list", desk.me))
    assert {read(one) for one in LANGUAGES} == {"Ask Alena"}
    kept = [version.ref for version in reading.versions(desk, reader, task)]
    assert len(kept) == 4 and items.draft(desk, "task", work, {"told": ()}).body.keys().isdisjoint({"says", "told"})
