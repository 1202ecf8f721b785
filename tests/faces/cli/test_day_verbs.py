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


def test_hearings_at_the_command_line(dossier: Hand) -> None:
    told = ("--time", "10:00", "--court", "supreme", "--stage", "appeal", "--closed", "yes", "--observer", "Alena Vydumka", "--subject", "Vydumany")
    hearing = dossier.does("hearing", "add", "P-1", "2026-12-01", *told)["hearing"]
    (found,) = dossier.does("hearing", "list", "--day", "2026-12-24")["hearings"]
    assert (found["hearing"], found["time"], found["court"], found["closed"], found["state"]) == (hearing, "10:00", "supreme", True, "planned")
    assert dossier.does("hearing", "list", "--day", "2026-11-24")["hearings"] == []
    assert dossier.does("hearing", "outcome", hearing[:8], "Put off", "--state", "adjourned")["state"] == "adjourned"
    assert "put off" in dossier.says("hearing", "list", "--dossier", "P-1") and dossier.does("hearing", "list")["hearings"] == []
    assert dossier.fails("hearing", "add", "P-1", "soon") == (2, "hearings.day")
    assert dossier.fails("hearing", "add", "P-1", "2026-12-01", "--time", "noon") == (2, "hearings.time")
    assert dossier.fails("hearing", "list", "--day", "soon") == (2, "hearings.day")
    assert dossier.fails("hearing", "outcome", hearing[:8], " ") == (2, "hearings.outcome")


def test_letters_at_the_command_line(dossier: Hand) -> None:
    letter = dossier.does("letter", "add", "P-1", "Vydumany", "--place", "sizo-1", "--sent", "2026-01-02", "--text", "-", stdin="About the garden")[
        "letter"
    ]
    dossier.does("letter", "add", "P-1", "Vydumany")
    assert {one["state"] for one in dossier.does("letter", "list", "P-1")["letters"]} == {"sent"}
    assert [one["letter"] for one in dossier.does("letter", "list")["letters"]] == [letter]
    assert "Silence is not refusal" in dossier.says("letter", "list")
    assert dossier.does("letter", "arrived", letter[:8], "2026-02")["state"] == "arrived"
    assert dossier.does("letter", "returned", letter[:8], "2026-03-01", "--reason", "moved")["state"] == "returned"
    assert dossier.does("letter", "answered", letter[:8], "2026-03-02")["state"] == "answered"
    assert dossier.fails("letter", "arrived", letter[:8], "2025") == (2, "letters.arrived_before")
    assert dossier.fails("letter", "add", "P-1", "Nobody") == (3, "reading.not_found")


def test_the_command_line_gives_the_advice_of_the_pages(dossier: Hand) -> None:
    known = dossier.does("letter", "advice", "СІЗА № 1")
    assert known == dossier.does("letter", "advice", "sizo-1") and known["advice"][0]["id"] == "remand-arbitrary"
    assert all(set(one) == {"text", "since", "verify", "be", "ru"} for one in known["addresses"])
    assert "We hold no address of this place" in dossier.says("letter", "advice", "A village")
    everywhere = dossier.does("letter", "advice")
    assert everywhere["place"] == "" and everywhere["addresses"] == [] and "silence" in {one["id"] for one in everywhere["advice"]}
    letter = dossier.does("letter", "add", "P-1", "Vydumany", "--place", "СІЗА № 1")["letter"]
    assert next(one for one in dossier.does("letter", "list", "P-1")["letters"] if one["letter"] == letter)["place"] == "sizo-1"
    dossier.does("hearing", "add", "P-1", "2026-12-01", "--court", "Вярхоўны Суд")
    assert dossier.does("hearing", "list", "--dossier", "P-1")["hearings"][0]["court"] == "supreme"


def test_prints_at_the_command_line(dossier: Hand) -> None:
    made = dossier.does("print", "log", "P-1", "timeline", "--copies", "2", "--purpose", "For the lawyer")
    assert made["number"] == 1 and dossier.does("print", "log", "P-1", "other")["number"] == 2
    assert dossier.does("print", "destroyed", made["print"][:8])["state"] == "destroyed"
    listed = [(one["number"], one["copies"], one["state"]) for one in dossier.does("print", "list", "P-1")["prints"]]
    assert listed == [(1, 2, "destroyed"), (2, 1, "printed")]
    assert "destroyed" in dossier.says("print", "list", "P-1")
    assert dossier.fails("print", "log", "P-1", "timeline", "--copies", "0") == (2, "prints.copies")
    assert dossier.fails("print", "destroyed", made["print"][:8]) == (6, "prints.destroyed_already")
