"""Large linkage: one person under several spellings is found, engines agree, and no name is left on the disk."""

import os
import random
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from letapis.core.errors import LetapisError, Refused
from letapis.core.identity_proposals import Known, Name
from letapis.core.linkage import CROWD, Linkage, namesakes, prepare
from letapis.engines import linkage
from letapis.engines.catalogue import catalogue
from letapis.engines.linkage import Linked, Spill

RULES = catalogue().identity_rules
installed = pytest.mark.skipif(not find_spec("splink"), reason="the extra `linkage` is not installed")
SAME = (
    (("Мікалай Іванавіч Прыклад", "1980-01-02"), ("PRYKLAD Nikolai", "1980")),
    (("Таццяна Выдумка", "1991-05-06"), ("Vydumka Tatsiana", "1991-05-06")),
    (("Аляксандр Паставін", ""), ("Aleksandr Postavin", "")),
)


def known(number: int, name: str, birth: str = "") -> Known:
    return Known(number.to_bytes(16, "big"), (Name(name),), (birth,) if birth else ())


def people(strangers: int) -> list[Known]:
    """So many invented strangers, and the pairs that are one person at the end."""
    made, drawn = list[Known](), random.Random(7)
    for _ in range(strangers):
        family = "".join(drawn.choice("бвгдклмнпрст") + drawn.choice("аоеыу") for _ in range(3)) + drawn.choice(["віч", "скі", "енка"])
        given = drawn.choice(["Янка", "Ганна", "Пётр", "Сяргей", "Васіль", "Марыя", "Алена", "Вера"])
        made.append(known(len(made), f"{given} {family.title()}", f"19{drawn.randrange(40, 99)}"))
    for pair in SAME:
        made += [known(len(made) + place, *one) for place, one in enumerate(pair)]
    return made


def expected(strangers: int) -> list[tuple[int, int]]:
    return [(strangers + 2 * pair, strangers + 2 * pair + 1) for pair in range(len(SAME))]


def places(found: list[Linked]) -> set[tuple[int, int]]:
    return {(one.first, one.second) for one in found}


@installed
def test_one_person_under_two_spellings_is_found_among_strangers() -> None:
    found = linkage.link(prepare(people(1500), RULES), "duckdb", 0.5)
    assert places(found) >= set(expected(1500)) and len(found) < 20
    assert found == sorted(found, key=lambda one: -one.likely) and all(one.first < one.second for one in found)
    assert linkage.link(prepare(people(1500), RULES), "duckdb", 0.5) == found, "nothing is drawn at random"


@installed
def test_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.chdir(tmp_path)
    told = prepare([*people(300), known(998, "Янка Qanarouski", "1980-01-02"), known(999, "QANAROUSKI Yanka", "1980-01-02")], RULES)
    assert (306, 307) in places(linkage.link(told, "duckdb", 0.5))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [], "no file at all, so none with a name"
    assert capfd.readouterr() == ("", ""), "and nothing is said of it"


@installed
def test_what_does_not_fit_into_memory_is_refused_and_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import duckdb

    real = duckdb.connect
    monkeypatch.setattr(duckdb, "connect", lambda place, config=None: real(place, config={**(config or {}), "memory_limit": "4MB"}))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Refused) as fault:
        linkage.link(prepare(people(1500), RULES), "duckdb", 0.5)
    assert fault.value.code == "linkage.memory" and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "engine, spill, missing, code",
    [
        ("paper", Spill(), "", "linkage.engine"),
        ("duckdb", Spill(), "splink", "linkage.not_installed"),
        ("spark", Spill(Path("/"), True), "pyspark", "linkage.spark_not_installed"),
        ("spark", Spill(), "", "linkage.spill"),
        ("spark", Spill(Path("/")), "", "linkage.spill"),
        ("spark", Spill(Path("/nowhere-at-all"), True), "", "linkage.spill_folder"),
    ],
)
def test_what_is_missing_is_said(engine: str, spill: Spill, missing: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linkage, "find_spec", lambda name: name != missing)
    monkeypatch.setenv("JAVA_HOME", "/invented")
    with pytest.raises(LetapisError) as fault:
        linkage.require(engine, spill)
    assert fault.value.code == code


def test_what_spark_leaves_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linkage, "require", lambda *_: None)
    monkeypatch.setattr(linkage, "_extra", lambda _: (_ for _ in ()).throw(OSError))
    with pytest.raises(OSError):
        linkage.link(prepare(people(2), RULES), "spark", 0.5, Spill(tmp_path, True))
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)
    with pytest.raises(Refused, match=r"linkage\.left"):
        linkage.link(prepare(people(2), RULES), "spark", 0.5, Spill(tmp_path, True))


def test_a_name_that_a_crowd_bears_is_looked_for_no_more_and_strangers_are_counted() -> None:
    crowd = prepare([known(number, "Янка Прыклад") for number in range(CROWD + 1)], RULES)
    assert crowd.crowded and not any(crowd.columns["pair"]) and set(namesakes(crowd)) == {0}
    few: Linkage = prepare(people(50), RULES)
    for part in few.parts:
        assert all(0 < level.strangers < 1 and 0 < level.same < 1 for level in (*part.levels, part.rest)), part.name
    assert namesakes(few)[-2:] == [2, 2]
    assert not linkage.link(prepare([], RULES), "duckdb", 0.5) if find_spec("splink") else True


@installed
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")  # sockets that pyspark leaves
@pytest.mark.skipif(not find_spec("pyspark") or not (os.environ.get("JAVA_HOME") or shutil.which("java")), reason="make test-spark")
def test_spark_gives_the_same_and_leaves_nothing(tmp_path: Path) -> None:
    told = prepare([*people(60), known(998, "Янка Qanarouski", "1980-01-02"), known(999, "QANAROUSKI Yanka", "1980-01-02")], RULES)
    same = linkage.link(told, "duckdb", 0.5)
    found = linkage.link(told, "spark", 0.5, Spill(tmp_path, True))
    assert [(one.first, one.second, round(one.likely, 9)) for one in found] == [(one.first, one.second, round(one.likely, 9)) for one in same]
    assert not list(tmp_path.iterdir())
