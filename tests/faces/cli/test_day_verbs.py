"""The verbs of the day: tasks, hearings, letters, prints."""

from tests.faces.cli.test_verbs import Hand, dossier, hand

__all__ = ["dossier", "hand"]


def test_tasks_at_the_command_line(dossier: Hand) -> None:
    first = dossier.does("task", "add", "Ring the lawyer", "--dossier", "P-1", "--due", "2026-12-01", "--kind", "call")["task"]
    second = dossier.does("task", "add", "-", "--owner", "Alena Vydumka", stdin="Buy paper")["task"]
    listed = dossier.does("task", "list")["tasks"]
    assert [(task["task"], task["text"], task["due"]) for task in listed] == [(second, "Buy paper", ""), (first, "Ring the lawyer", "2026-12-01")]
    assert [task["task"] for task in dossier.does("task", "list", "--mine")["tasks"]] == [second]
    assert [task["task"] for task in dossier.does("task", "list", "--dossier", "P-1")["tasks"]] == [first]
    shown = dossier.says("task", "list")
    assert "nobody yet" in shown and "Alena Vydumka" in shown and first[:8] in shown
    assert dossier.does("task", "hand-over", first[:8], "--to", "Alena Vydumka") == {"handed": 1, "stayed": 0}
    assert dossier.does("task", "hand-over", "--all", "--to", "nobody") == {"handed": 2, "stayed": 0}
    assert dossier.does("task", "done", first[:8])["state"] == "done"
    assert dossier.does("task", "done", second[:8], "--state", "dropped")["state"] == "dropped"
    assert dossier.does("task", "list")["tasks"] == []
    assert "open again" in dossier.says("task", "done", first[:8], "--state", "open")


def test_what_the_task_verbs_refuse(dossier: Hand) -> None:
    assert dossier.fails("task", "add", " ") == (2, "tasks.text")
    assert dossier.fails("task", "add", "x", "--due", "soon") == (2, "tasks.due")
    assert dossier.fails("task", "add", "x", "--kind", "dance") == (2, "tasks.kind")
    assert dossier.fails("task", "add", "x", "--dossier", "NONE") == (3, "reading.not_found")
    assert dossier.fails("task", "done", "abcd") == (3, "reading.not_found")
    assert dossier.fails("task", "hand-over", "--to", "nobody") == (2, "tasks.which")
    assert dossier.fails("task", "hand-over", "abcd", "--all", "--to", "nobody") == (2, "tasks.which")
