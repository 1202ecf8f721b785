"""``letapis import watch``: what differs between two versions of a list, with who may be meant; what is wrong is refused."""

from pathlib import Path

from letapis.core.language import LANGUAGES
from letapis.faces.cli import build
from letapis.faces.texts import texts
from tests.faces.cli.test_verbs import Hand, dossier, hand

__all__ = ["dossier", "hand"]


def test_two_versions_are_compared_and_each_change_is_a_task(dossier: Hand, tmp_path: Path) -> None:
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text("number,name\n1,Ivan Pryklad\n", encoding="utf-8")
    new.write_text("number,name\n1,Ivan Pryklad\n2,Янка Выдумка\n", encoding="utf-8")
    told = [str(old), str(new), "--dossier", "P-1", "--list", "Invented list"]
    assert dossier.fails("import", "watch", *told, "--mapping", "none") == (2, "watch.mapping")
    assert dossier.fails("import", "watch", *told, "--key", "none") == (2, "watch.column")
    made = dossier.does("import", "watch", *told)
    assert (made["differ"], made["tasks"]) == (1, 1)
    assert [(one["deed"], one["key"], one["label"]) for one in made["entries"]] == [("added", "2", "Янка Выдумка")]
    (task,) = dossier.does("task", "list", "--dossier", "P-1", "--language", "ru")["tasks"]
    assert "списке" in task["text"] and "\n" not in task["text"] and task["text"] in dossier.says("task", "list", "--language", "ru")
    newer = tmp_path / "newer.csv"
    newer.write_text("number,name\n2,Янка Выдумка\n", encoding="utf-8")
    said = dossier.says("import", "watch", str(new), str(newer), "--dossier", "P-1", "--list", "Invented list")
    assert f"{texts().say('watch.deed.gone', 'en')}: Ivan Pryklad" in said
    assert dossier.fails("import", "watch", str(new), str(tmp_path / "no.csv"), *told[2:]) == (3, "cli.file_unreadable")


def test_the_verb_is_explained_in_each_language() -> None:
    for language in LANGUAGES:
        assert "import watch" in build(texts(), language).all
