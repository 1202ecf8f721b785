"""Cover leaves: what leaves the house shows a size that the clock says, and nothing tells a cover leaf from any other outside."""

import importlib
import itertools
import os
import random
import signal
import statistics
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from letapis.core import cover_leaves as rules
from letapis.core import notes
from letapis.core.cover_leaves import COVER, RHYTHM
from letapis.core.errors import Refused, UsageError
from letapis.core.merkle import verify_inclusion
from letapis.core.records import Draft
from letapis.core.witness import parse_request
from letapis.desk import cover_leaves, ledger, logs, members, reading, sync, tasks, witnessing
from letapis.desk.audit import audit
from letapis.desk.log_tiles import Paths
from letapis.desk.opening import Desk, open_desk
from letapis.engines.db.store import forget
from tests.conftest import Clock
from tests.desk import invented, writer
from tests.desk.casework import office
from tests.desk.witnessing import enter, opened, watch
from tests.team import Team

MakeTeam = Callable[..., Team]
STEP = 16


def fill(desk: Desk, count: int) -> None:
    ledger.append(desk, invented.entities(desk, count))


def later(desk: Desk, hours: float) -> None:
    clock = desk.clock
    assert isinstance(clock, Clock)
    clock.now += timedelta(hours=hours)


def size_of(note: bytes) -> int:
    return notes.parse_checkpoint(notes.parse_note(note).text).size


def signed(desk: Desk) -> list[int]:
    """Sizes of all checkpoints of the own log that were ever signed."""
    log = logs.log_of(desk.store, desk.device, desk.origin)
    return [int(row[0]) for row in desk.store.rows("SELECT size FROM db_checkpoint WHERE log = %s ORDER BY id", (log.number,))]


def covers(desk: Desk) -> int:
    return int(desk.store.rows("SELECT count(*) FROM db_record WHERE type = %s", (COVER,))[0][0])


def size(desk: Desk) -> int:
    return logs.log_of(desk.store, desk.device, desk.origin).frontier.size


@pytest.fixture
def covered(make_desk: Callable[..., Desk]) -> Desk:
    """The desk of a keeper who decided for steps of 16 in an hour."""
    made = office(make_desk(1))
    cover_leaves.cover(made, made.reader("work"), STEP, 1)
    return made


def test_without_a_decision_nothing_is_covered(make_desk: Callable[..., Desk]) -> None:
    desk = office(make_desk(1))
    before = size(desk)
    assert size_of(cover_leaves.checkpoint(desk)) == before == size(desk)
    found = cover_leaves.covering(desk, desk.reader("work"))
    assert (found.rhythm, found.leaves) == (None, {}) and not cover_leaves.follows_the_clock(desk)
    with pytest.raises(Refused, match=r"cover\.not_covered"):
        cover_leaves.end(desk, desk.reader("work"))
    with pytest.raises(UsageError, match=r"cover\.step"):
        cover_leaves.cover(desk, desk.reader("work"), 3, 1)


def test_the_log_grows_by_one_step_an_hour_whether_much_or_nothing_is_recorded(covered: Desk) -> None:
    sizes = []
    for count in (3, 0, 0, 9, 1, 0, 12):
        fill(covered, count) if count else None
        sizes.append(size_of(cover_leaves.checkpoint(covered)))
        later(covered, 1)
    assert {b - a for a, b in itertools.pairwise(sizes)} == {STEP} and not sizes[0] % STEP
    assert covers(covered) == size(covered) - covered.store.rows("SELECT count(*) FROM db_record WHERE type <> %s", (COVER,))[0][0]
    assert audit(covered, processes=1).faults == ()
    assert cover_leaves.covering(covered, covered.reader("work")).leaves == {covered.device: covers(covered)}


def test_in_one_stretch_of_hours_one_checkpoint_is_shown_however_often_it_is_asked_for(covered: Desk) -> None:
    first = cover_leaves.checkpoint(covered)
    fill(covered, 5)
    assert cover_leaves.checkpoint(covered) == first
    whole = size_of(cover_leaves.checkpoint(covered, whole=True))
    assert whole == size_of(first) + STEP >= size(covered), "who has to prove what was recorded just now borrows the next step"
    assert cover_leaves.checkpoint(covered, whole=True) == cover_leaves.checkpoint(covered)
    later(covered, 1)
    assert size_of(cover_leaves.checkpoint(covered)) == whole, "and gives it back"
    later(covered, 1)
    assert size_of(cover_leaves.checkpoint(covered)) == whole + STEP


def test_the_covered_log_proves_every_record_as_before(covered: Desk) -> None:
    fill(covered, 20)
    head = notes.parse_checkpoint(notes.parse_note(cover_leaves.checkpoint(covered, whole=True)).text)
    fill(covered, 3)
    paths = Paths(covered.store)
    for ref, seq in covered.store.rows("SELECT ref, seq FROM db_record WHERE device = %s AND seq < %s", (covered.device, head.size)):
        verify_inclusion(int(seq), head.size, logs.leaf_of(bytes(ref)), paths.inclusion(covered.device, int(seq), head.size), head.root)


@pytest.mark.parametrize("seed", range(6))
def test_for_any_sequence_of_deeds_every_signed_size_is_a_multiple_of_the_step(covered: Desk, seed: int, tmp_path: Path) -> None:
    """Records, hours, checkpoints of either kind, decisions of another step, requests to a witness, in an order of chance."""
    chance, begun = random.Random(seed), len(signed(covered))
    one = opened(tmp_path, "first")
    watch(one, covered)
    known, steps = enter(covered, one), {STEP}
    for _ in range(40):
        deed = chance.randrange(6)
        if deed == 0:
            fill(covered, chance.randrange(1, 30))
        elif deed == 1:
            later(covered, chance.random() * 5)
        elif deed == 2:
            cover_leaves.checkpoint(covered, whole=chance.random() < 0.5)
        elif deed == 3:
            witnessing.requests(covered, covered.reader("work"), known)
        elif deed == 4:
            tasks.add_task(covered, covered.reader("work"), tasks.TaskForm("call"))
        elif chance.random() < 0.3:
            steps = {chance.choice((8, 24, 40))}
            cover_leaves.cover(covered, covered.reader("work"), *steps, chance.choice((1, 3)))
            begun = len(signed(covered))
        (step,) = steps
        assert not [told for told in signed(covered)[begun:] if told % step]
    assert audit(covered, processes=1).faults == ()


def test_a_witness_sees_the_same_of_a_busy_and_of_a_quiet_device(make_desk: Callable[..., Desk], tmp_path: Path) -> None:
    """Two devices with the same clock; one records every day, the other nothing. What the witness is sent has the same sizes in the same order:
    old size, number of proof hashes, new size, and as many bytes."""
    told = []
    for busy in (True, False):
        desk = office(make_desk(1))
        cover_leaves.cover(desk, desk.reader("work"), 64, 24)
        one = opened(tmp_path, f"busy-{busy}")
        watch(one, desk)
        known, asked = enter(desk, one), []
        for day in range(6):
            later(desk, 24)
            if busy:
                fill(desk, 5 + day)
            for request in witnessing.requests(desk, desk.reader("work"), known):
                read = parse_request(request.data)
                asked.append((read.old, len(read.proof), size_of(read.note), len(request.data)))
                answer = one.answer(request.data, lambda: 1_700_000_000)
                assert answer.lines
                witnessing.take(desk, desk.reader("work"), answer.lines, known)
        told.append(asked)
    assert told[0] == told[1] and len(told[0]) == 6


def test_without_a_key_no_cover_leaf_is_told_from_another(covered: Desk) -> None:
    """What is outside: 32 bytes of a leaf hash, of all leaves the same form. The bytes of cover leaves are as evenly spread as the others' and as
    random ones; none comes twice."""
    for _ in range(40):
        fill(covered, 8)
        later(covered, 1)
        cover_leaves.checkpoint(covered)
    query = "SELECT l.hash, r.type FROM db_logleaf l JOIN db_record r ON l.id % %s = r.seq ORDER BY l.id"
    rows = covered.store.rows(query, (1 << logs.SHIFT,))
    by_kind = {kind: [bytes(h) for h, told in rows if (told == COVER) == kind] for kind in (True, False)}
    assert min(map(len, by_kind.values())) > 250 and len({bytes(h) for h, _ in rows}) == len(rows)
    for leaves in (*by_kind.values(), [os.urandom(32) for _ in by_kind[True]]):
        assert {len(one) for one in leaves} == {32}
        values = [value for one in leaves for value in one]
        expected = len(values) / 256
        spread = sum((values.count(value) - expected) ** 2 / expected for value in range(256))
        assert 140 < spread < 400, "chi-squared with 255 degrees of freedom: one in a million lies outside"
        assert abs(statistics.mean(value.bit_count() for value in values) - 4) < 0.1


def test_it_is_no_news_no_task_and_in_no_count(make_team: MakeTeam) -> None:
    team = make_team(2)
    first, second = team.desks
    before = ledger.newest(second)
    cover_leaves.cover(first, team.reader(0), STEP, 1)
    report = team.sync(0)[0]
    assert report.sent == 1 and covers(first) > 0, "the decision alone is told"
    told = team.sync(1)[0]
    assert told.received == 1 and covers(second) >= covers(first)
    assert reading.digest(second, team.reader(1), before).is_empty
    assert not reading.items(second, team.reader(1), "task")
    for hours in range(3):
        later(first, 1)
        later(second, 1)
        one, other = team.sync(0, 1)
        assert (one.sent, one.received, other.sent, other.received, one.faults, other.faults) == (0, 0, 0, 0, (), ()), hours


def test_every_device_follows_and_colleagues_hold_its_leaves_whole(make_team: MakeTeam) -> None:
    team = make_team(2)
    first, second = team.desks
    cover_leaves.cover(first, team.reader(0), STEP, 1)
    team.settle()
    begun = {number: len(signed(desk)) for number, desk in enumerate(team.desks)}
    for hours in range(4):
        fill(team.desks[hours % 2], 3)
        later(first, 1)
        later(second, 1)
        team.settle(1)
    team.settle()
    for number, desk in enumerate(team.desks):
        assert signed(desk)[begun[number] :] and not [told for told in signed(desk) if told % STEP and told > signed(desk)[begun[number]]]
        assert audit(desk, processes=1).faults == ()
    assert cover_leaves.covering(first, team.reader(0)).leaves == cover_leaves.covering(second, team.reader(1)).leaves
    log = logs.log_of(first.store, second.device, second.origin)
    assert log.frontier == logs.log_of(second.store, second.device, second.origin).frontier


def test_a_device_is_heard_of_between_its_steps(make_team: MakeTeam) -> None:
    """Submitting needs fresh words of every device; the checkpoint of the step is enough for that, and the leaves since are told as well."""
    team = make_team(2)
    first, second = team.desks
    cover_leaves.cover(first, team.reader(0), STEP, 168)
    team.settle()
    later(first, 7)
    later(second, 7)
    fill(second, 2)
    team.sync(1)
    before = signed(second)
    team.sync(0)
    said = sync.freshness(first, team.reader(0))[second.device]
    assert said is not None and second.clock() - said < timedelta(minutes=5)
    assert signed(second) == before
    assert logs.log_of(first.store, second.device, second.origin).frontier.size == size(second) > before[-1]


def test_only_keepers_decide_and_of_two_at_once_the_one_who_covers_more_counts(make_team: MakeTeam) -> None:
    team = make_team(3, plain=(3,))
    plain, reader = team.desks[2], team.reader(2)
    with pytest.raises(Refused, match=r"members\.keepers_only"):
        cover_leaves.cover(plain, reader, STEP, 1)
    cover_leaves.cover(team.desks[0], team.reader(0), 32, 1)
    cover_leaves.cover(team.desks[1], team.reader(1), 64, 1)
    team.settle()
    assert {cover_leaves.covering(desk, team.reader(number)).rhythm for number, desk in enumerate(team.desks)} == {rules.Rhythm(64, 1)}
    forged = cover_leaves.covering(plain, reader).seen
    org = members.common_compartment(plain, "ORG")
    ledger.append(plain, [Draft(RHYTHM, org, {"step": 0, "hours": 0, "state": "off", "after": forged})])
    team.settle()
    assert cover_leaves.covering(team.desks[0], team.reader(0)).rhythm == rules.Rhythm(64, 1), "a member who is no keeper ends nothing"
    cover_leaves.end(team.desks[0], team.reader(0))
    team.settle()
    assert not any(cover_leaves.covering(desk, team.reader(number)).rhythm for number, desk in enumerate(team.desks))
    fill(team.desks[1], 1)
    assert size_of(cover_leaves.checkpoint(team.desks[1])) == size(team.desks[1]), "from now on a log is shown as it is"


def test_after_long_silence_it_begins_anew(covered: Desk) -> None:
    first = size_of(cover_leaves.checkpoint(covered))
    later(covered, 24 * 365)
    again = size_of(cover_leaves.checkpoint(covered))
    assert again == first, "a year of steps is not made up for: that nobody was there shows already"
    later(covered, 1)
    assert size_of(cover_leaves.checkpoint(covered)) == first + STEP


def test_a_log_that_is_not_this_one_begins_anew(covered: Desk) -> None:
    """A restored workspace has a log of its own: what was kept of the old one counts for nothing there."""
    cover_leaves.checkpoint(covered)
    name, kept = covered.store.rows("SELECT name, value FROM db_setting WHERE name = 'cover.began'")[0]
    covered.store.run("UPDATE db_setting SET value = %s WHERE name = %s", (str(kept).replace(covered.origin, "log.invalid/other"), name))
    later(covered, 5)
    assert size_of(cover_leaves.checkpoint(covered)) == rules.Rhythm(STEP, 1).full(size(covered)) == size(covered)


def test_nothing_else_of_the_desk_signs_a_checkpoint_of_its_log() -> None:
    source = Path(logs.__file__).parents[1]
    found = {path.name for path in source.rglob("*.py") if "logs.sign_checkpoint(" in path.read_text("utf-8")}
    assert found == {"cover_leaves.py"}


# ---- killed ----------------------------------------------------------------------------------------------------------

_PLACES = {
    "before the covers are on the disk": ("letapis.desk.ledger", "append", "before"),
    "when they are written and not committed": ("letapis.desk.ledger", "append", "after"),
    "when they are on the disk and nothing is signed": ("letapis.desk.logs", "sign_checkpoint", "before"),
    "when it is signed and not kept": ("letapis.desk.logs", "keep_checkpoint", "before"),
    "when it is kept and not committed": ("letapis.desk.logs", "keep_checkpoint", "after"),
    "when all is done": ("letapis.desk.logs", "sign_checkpoint", "after"),
}


@pytest.mark.parametrize("place", _PLACES)
def test_killed_at_any_step_of_a_checkpoint_the_next_one_goes_on(place: str, tmp_path: Path, found: Callable[..., bytes]) -> None:
    folder = tmp_path / "killed"
    folder.mkdir(mode=0o700)
    clock = Clock()
    desk = open_desk(folder, writer.agent(), clock, alias="cover")
    found(desk)
    cover_leaves.cover(desk, desk.reader("work"), STEP, 1)
    fill(desk, 3)
    desk.close()
    child = os.fork()
    if child == 0:
        _die_at(folder, *_PLACES[place])
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    try:
        desk = open_desk(folder, writer.agent(), clock, alias="cover")
        assert audit(desk, processes=1).faults == ()
        assert size_of(cover_leaves.checkpoint(desk)) == STEP and size(desk) == STEP and signed(desk) == [STEP], "as if nothing had happened"
        assert audit(desk, processes=1).faults == ()
        desk.close()
    finally:
        forget("cover")


def _die_at(folder: Path, module: str, name: str, when: str) -> None:
    """In a process of its own: a kill without warning at one place of a checkpoint."""
    home = importlib.import_module(module)
    real = getattr(home, name)

    def deadly(*arguments: object, **named: object) -> object:
        if when == "after":
            real(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    try:
        desk = open_desk(folder, writer.agent(), Clock(), alias="dying")
        setattr(home, name, deadly)
        cover_leaves.checkpoint(desk)
    finally:
        os._exit(1)
