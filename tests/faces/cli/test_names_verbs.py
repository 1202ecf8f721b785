"""``letapis names …``: two names and why, and tables of pairs as they come from other offices."""

import csv
import io
import json
import os
import resource
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from letapis.core.name_compare import Comparer
from letapis.core.name_parts import LONGEST
from letapis.engines import name_pairs
from letapis.engines.catalogue import catalogue
from letapis.faces import cli
from tests.faces.cli.conftest import quiet

ROWS = "pair;name_a;name_b;kept\n1;Янка Прыклад;Yanka Pryklad;так\n2;Янка Прыклад;Вера Выдумка;\n"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet(monkeypatch)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = cli.main(["names", *words])
    out = capsys.readouterr()
    return code, out.out, out.err


def scored(tmp_path: Path, raw: bytes) -> Path:
    (tmp_path / "pairs.csv").write_bytes(raw)
    return tmp_path / "pairs.csv"


@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_two_names_are_compared_with_reasons_in_words(capsys: pytest.CaptureFixture[str], language: str) -> None:
    code, out, _ = run(capsys, "compare", "Мікалай Іванавіч Выдумка", "VYDUMKA, Nikolai", "--json", "--language", language)
    told = json.loads(out)
    assert code == 0 and told["suggested"] and told["score"] > 0.9
    assert {reason["part"] for reason in told["reasons"]} == {"surname", "given", "father"}
    assert all(reason["text"] and "names." not in reason["text"] for reason in told["reasons"])


def test_for_people_it_is_a_line_for_the_score_and_one_for_each_part(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "compare", "Ян Прыклад", "Ян Выдумка")
    assert out.splitlines()[0].endswith("not alike enough to be suggested") and "Surname: different: Прыклад, Выдумка" in out
    assert "Write a name on both sides" in run(capsys, "compare", "...", "Ян")[1]


def test_names_come_from_standard_input_or_a_file_too(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, told, _ = run(capsys, "compare", "Мікалай Выдумка", "Vydumka Nikolai", "--json")
    monkeypatch.setattr("sys.stdin", io.StringIO("Мікалай Выдумка\nVydumka Nikolai\n"))
    assert run(capsys, "compare", "-", "-", "--json")[1] == told
    (tmp_path / "name").write_text("Vydumka Nikolai\n", encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO("Мікалай Выдумка"))
    assert run(capsys, "compare", "-", f"@{tmp_path / 'name'}", "--json")[1] == told
    assert run(capsys, "compare", "Ян", f"@{tmp_path / 'none'}")[0] == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le"])
def test_a_table_keeps_its_rows_and_gets_scores_whatever_it_was_saved_as(capsys: pytest.CaptureFixture[str], tmp_path: Path, encoding: str) -> None:
    code, out, _ = run(capsys, "score", str(scored(tmp_path, ROWS.encode(encoding))), "-o", str(tmp_path / "out.csv"), "--json")
    assert code == 0 and json.loads(out)["rows"] == 2 and json.loads(out)["faulty"] == 0
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    assert [row["pair"] for row in rows] == ["1", "2"] and rows[0]["kept"] == "так"
    assert float(rows[0]["score"]) > 0.9 > 0.5 > float(rows[1]["score"])


def test_one_broken_letter_does_not_make_another_encoding_of_a_whole_table(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = ROWS.encode() + "3;Янка Прыклад;Янка Прык".encode() + b"\xd0;\n4;" + "Ян;Ян;запіс".encode() + b"\xff\n"
    code, out, err = run(capsys, "score", str(scored(tmp_path, rows)), "-o", str(tmp_path / "out.csv"))
    assert code == 0 and "Read as: utf-8" in out
    assert [line.split()[1:3] for line in err.splitlines()] == [["4", "name_b"], ["5", "4"]], "the row, and the column by name or number"
    written = list(csv.DictReader((tmp_path / "out.csv").read_text("utf-8").splitlines(), delimiter=";"))
    assert written[0]["name_a"] == "Янка Прыклад" and written[2]["name_b"] == "Янка Прык\ufffd" and float(written[0]["score"]) > 0.9
    old = scored(tmp_path, ROWS.upper().replace("NAME_", "name_").encode("cp1251"))
    assert "Read as: cp1251" in run(capsys, "score", str(old), "-o", str(tmp_path / "old.csv"))[1]


def test_a_table_without_ends_of_lines_fills_no_memory(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_pairs, "_LINE", 1000)
    long = "name_a,name_b\nЯн,Ян\n" + "Я" * 5000 + ",Ян\nЯн,Ян\n" + "Я," * 5000
    code, out, err = run(capsys, "score", str(scored(tmp_path, long.encode())), "-o", str(tmp_path / "out.csv"))
    assert code == 0 and "Pairs scored: 2" in out and [line.split()[1] for line in err.splitlines()] == ["3", "5"]
    code, _, err = run(capsys, "score", str(scored(tmp_path, b"name_a,name_b," * 500)), "-o", str(tmp_path / "none.csv"))
    assert code == 2 and "name_a: This column is missing" in err


def test_no_more_of_a_name_is_kept_than_is_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    names = Comparer(catalogue().names._rules)
    assert names.compare("Ян Выдумка " + "я" * 9000, "Вера Прыклад " + "ю" * 9000) == names.compare(
        "Ян Выдумка " + "я" * 800, "Вера Прыклад " + "ю" * 900
    )
    assert {len(name) for name in (*names._names, *names._whole)} == {LONGEST}


def test_rows_that_need_a_look_are_kept_and_told_with_their_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    bad = "name_a,name_b\nЯн,\n\nЯн\n\u202bЯн Выдумка\u202c,Jan\u200b Vydumka\n" + "Я" * 10_000 + ',Ян\n\0Ян Выдумка,"Выдумка, Ян"\n=cmd|x,Ян\n'
    code, out, err = run(capsys, "score", str(scored(tmp_path, bad.encode())), "-o", str(tmp_path / "out.csv"))
    assert code == 0 and "Pairs scored: 6" in out and "Выдумка" not in err
    assert [line.split()[1].rstrip(":") for line in err.splitlines()] == ["2", "4", "4", "6"]
    scores = [float(line.rpartition(",")[2]) for line in (tmp_path / "out.csv").read_text("utf-8").splitlines()[1:]]
    assert scores[:2] == [0, 0] and scores[2] > 0.9 and scores[4] > 0.95


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name_a,other\nЯн,Ян\n", "name_b: This column is missing"),
        ("", "name_a: This column is missing"),
    ],
)
def test_a_table_without_its_columns_is_refused_and_says_which(capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, said: str) -> None:
    code, _, err = run(capsys, "score", str(scored(tmp_path, text.encode())), "-o", str(tmp_path / "out.csv"))
    assert code == 2 and said in err and not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("header", ["name_a,name_b,name_a", "name_a,name_b, NAME_B ", "score,name_a,name_b,score"])
def test_a_column_that_stands_twice_is_refused_and_not_guessed(capsys: pytest.CaptureFixture[str], tmp_path: Path, header: str) -> None:
    """Whoever joined two tables has two columns of one name: the first may be anybody's, and its score would look like any other."""
    source, wanted = scored(tmp_path, f"{header}\nЯн,Вера,Іван,Пётр\n".encode()), tmp_path / "scores.csv"
    code, _, err = run(capsys, "score", str(source), "-o", str(wanted))
    twice = {"name_a,name_b,name_a": "name_a", "name_a,name_b, NAME_B ": "name_b"}.get(header, "score")
    assert code == 2 and f"line 1, {twice}: This column stands more than once" in err and not wanted.exists()
    assert run(capsys, "score", str(scored(tmp_path, b"kept,name_a,name_b,kept\n1,a,b,2\n")), "-o", str(wanted))[0] == 0
    assert wanted.read_text().splitlines()[0] == "kept,name_a,name_b,kept,score"


def test_scores_are_a_new_file_for_its_owner_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    table, target = str(scored(tmp_path, ROWS.encode())), tmp_path / "out.csv"
    assert run(capsys, "score", table, "-o", str(target))[0] == 0
    assert target.stat().st_mode & 0o777 == 0o600
    first = target.read_bytes()
    code, _, err = run(capsys, "score", table, "-o", str(target))
    assert code == 2 and "already a file of this name" in err and target.read_bytes() == first
    (tmp_path / "link.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert run(capsys, "score", table, "-o", str(tmp_path / "link.csv"))[0] == 2
    assert {path.name for path in tmp_path.iterdir()} == {"pairs.csv", "out.csv", "link.csv"}


def test_no_table_is_overwritten_by_its_scores_and_what_cannot_be_read_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    table = str(scored(tmp_path, ROWS.encode()))
    assert run(capsys, "score", table, "-o", table)[0] == 2
    assert run(capsys, "score", str(tmp_path / "none.csv"), "-o", str(tmp_path / "out.csv"))[0] == 2
    assert run(capsys, "score", table, "-o", str(tmp_path / "no" / "out.csv"))[0] == 7
    assert (tmp_path / "pairs.csv").read_bytes() == ROWS.encode()


def started(tmp_path: Path, table: Path, *, largest: int = 0) -> subprocess.Popen[bytes]:
    """The verb in a process of its own, which may write files of so many bytes."""

    def limited() -> None:
        if largest:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    command = [sys.executable, "-m", "letapis", "names", "score", str(table), "-o", str(tmp_path / "out" / "scores.csv"), "--json"]
    (tmp_path / "out").mkdir(exist_ok=True)
    (tmp_path / "temporary").mkdir(exist_ok=True)
    around = os.environ | {"PYTHONPATH": str(Path(cli.__file__).parents[3]), "TMPDIR": str(tmp_path / "temporary")}
    return subprocess.Popen(command, env=around, preexec_fn=limited, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)


def many(tmp_path: Path, size: int) -> Path:
    """A table of about so many bytes."""
    line = "Янка Канарэйка,Yanka Kanareyka\n"
    block = line * 20_000
    with (tmp_path / "pairs.csv").open("w", encoding="utf-8") as out:
        out.write("name_a,name_b\n")
        for _ in range(max(1, size // len(block.encode()))):
            out.write(block)
    return tmp_path / "pairs.csv"


def left(tmp_path: Path) -> list[Path]:
    return [path for folder in ("out", "temporary") for path in (tmp_path / folder).iterdir()]


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="files without a name are known to Linux alone")
def test_who_is_killed_in_the_middle_leaves_no_table_and_no_names(tmp_path: Path) -> None:
    with started(tmp_path, many(tmp_path, 40_000_000)) as child:
        written = 0
        while not written and child.poll() is None:
            time.sleep(0.02)
            for one in Path(f"/proc/{child.pid}/fd").iterdir():
                with suppress(OSError):
                    written += one.stat().st_size if "(deleted)" in os.readlink(one) else 0
        assert written, "the table was being written"
        child.kill()
    assert left(tmp_path) == []


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    with started(tmp_path, many(tmp_path, 1_000_000), largest=100_000) as child:
        assert child.wait(120) == 7 and child.stderr is not None and "Канар".encode() not in child.stderr.read()
    assert left(tmp_path) == []


def test_a_pipe_is_refused_at_once_and_not_waited_for(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert run(capsys, "score", str(tmp_path / "pipe"), "-o", str(tmp_path / "out.csv"))[0] == 2
    assert run(capsys, "score", str(tmp_path), "-o", str(tmp_path / "out.csv"))[0] == 2
    assert {path.name for path in tmp_path.iterdir()} == {"pipe"}


def test_where_every_file_has_a_name_the_table_is_whole_or_not_there(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(name_pairs, "_NAMELESS", 0)
    table = str(scored(tmp_path, ROWS.encode()))
    assert run(capsys, "score", table, "-o", str(tmp_path / "out.csv"))[0] == 0
    assert run(capsys, "score", str(scored(tmp_path, b"name_a\n")), "-o", str(tmp_path / "none.csv"))[0] == 2
    assert {path.name for path in tmp_path.iterdir()} == {"pairs.csv", "out.csv"} and (tmp_path / "out.csv").read_text("utf-8").count("\n") == 3


@pytest.mark.long
def test_two_hundred_megabytes_need_little_memory(tmp_path: Path) -> None:
    with started(tmp_path, many(tmp_path, 200_000_000)) as child:
        most = 0
        while child.poll() is None:
            with suppress(OSError):
                most = max(most, *(int(line.split()[1]) for line in Path(f"/proc/{child.pid}/status").read_text().splitlines() if "VmHWM" in line), 0)
            time.sleep(0.2)
        assert child.returncode == 0 and 0 < most < 300 * 1024, f"{most} KiB"
    assert (tmp_path / "out" / "scores.csv").stat().st_size > 200_000_000
