"""The verbs of what goes beside a document and of the way back, at a desk where a document passed every gate."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from letapis.desk.opening import Desk
from letapis.faces.cli import main
from letapis.faces.cli.call import Call
from tests.desk.filing import Paper, filed_by
from tests.team import Team, make_team

__all__ = ["make_team"]

COURT = Paper("Judgment of the invented court", b"%PDF an invented judgment", "hearing.closed", "true")


def test_a_bundle_is_planned_and_written_and_a_footnote_followed(
    make_team: Callable[..., Team], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    filed = filed_by(make_team(3), (COURT,))

    @contextmanager
    def here(_: Call, passphrase: str | None = None) -> Iterator[Desk]:
        yield filed.desk(0)

    monkeypatch.setattr(Call, "desk", here)

    def call(*words: str) -> tuple[int, str, str]:
        return main(["brief", *words]), *capsys.readouterr()

    def does(*words: str) -> Any:
        code, out, err = call(*words, "--json")
        assert (code, err) == (0, ""), err
        return json.loads(out)

    def fails(*words: str) -> tuple[int, str]:
        code, _, err = call(*words, "--json")
        return code, json.loads(err)["error"]

    brief, target = filed.brief().brief.hex(), str(tmp_path / "bundle")
    assert [(one["number"], one["goes"], one["because"]) for one in does("bundle", brief)["annexes"]] == [
        (1, False, "bundle.testimony"),
        (2, True, "bundle.goes"),
    ]
    assert {(one["may"], *one["inside"]) for one in does("bundle", brief)["annexes"]} <= {(True, "evidence.not_looked_into"), (False,)}
    assert fails("bundle", brief, "--to", target) == (6, "bundle.not_produced")
    filed.produce()
    assert fails("bundle", brief, "--annex", "9", "--to", target) == (2, "bundle.number")
    made = does("bundle", brief, "--to", target)
    assert (made["enclosed"], made["left_out"]) == ([2], [1]) and (tmp_path / "bundle" / "annexes" / "02.pdf").read_bytes() == COURT.data
    assert fails("bundle", brief, "--to", target) == (6, "casefile.exists")
    assert COURT.title in call("bundle", brief, "--annex", "1", "--to", str(tmp_path / "both"))[1]

    told = does("trace", brief, "1")
    (one, *_) = told["claims"]
    assert told["sentences"] and one["ref"][:8] in one["label"] and one["words"]["text"] and len(one["original"]["sha256"]) == 64
    assert one["words"]["text"] in call("trace", brief, "1")[1] and one["original"]["sha256"] in call("trace", brief, "1")[1]
    assert fails("trace", brief, "999") == (2, "trace.note")
