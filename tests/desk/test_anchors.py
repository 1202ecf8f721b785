"""Stamps over our checkpoints: asked, answered, completed, renewed, and shown to a court. All against an authority of our own on loopback."""

import hashlib
import json
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from letapis.core import notes, opentimestamps, timestamps
from letapis.core.access import Reader
from letapis.core.errors import Busy, Damaged, LetapisError, NotFound, Refused, UsageError
from letapis.core.opentimestamps import BITCOIN, PENDING, Attestation, Step
from letapis.core.records import Value
from letapis.desk import anchors, authorities, beacons, brackets, casefile, items, logs, reading, stamping, stamps_by_hand
from letapis.desk.anchor_views import ARCHIVED, OTS, STAMPED, UPGRADED
from letapis.desk.authorities import AuthorityForm
from letapis.desk.opening import Desk
from tests.authority import Authority, make_authority, needs_openssl, open_authority, served
from tests.desk.casework import checked_work, office, work_at
from tests.desk.test_casefile import OPEN, handed_out, judged
from tests.desk.test_witnesses import make_scene
from tests.team import Team

DER_REPLY = {"Content-Type": "application/timestamp-reply"}


class RealClock:
    """The authority of these tests has the clock of the machine, so the desk has it too, moved by ``by``."""

    by = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.by


@pytest.fixture
def clock() -> RealClock:
    return RealClock()


@pytest.fixture
def desk(make_desk: Callable[..., Desk], clock: RealClock) -> Desk:
    return office(make_desk(1, clock=clock))


@pytest.fixture
def reader(desk: Desk) -> Reader:
    return desk.reader("work")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Authority]:
    if shutil.which("openssl") is None:
        pytest.skip("the authority of the tests is made with openssl")
    folder = tmp_path_factory.mktemp("authorities")
    return {name: make_authority(folder / name, name, days=days) for name, days in (("one", 3650), ("two", 3650), ("old", 200))}


@pytest.fixture
def one(made: dict[str, Authority]) -> Iterator[tuple[Authority, str]]:
    made["one"].asked.clear()
    made["one"].says.clear()
    with open_authority(made["one"]) as address:
        yield made["one"], address


def trust(desk: Desk, reader: Reader, authority: Authority, address: str = "", name: str = "", apart: tuple[str, ...] = ()) -> None:
    authorities.add_authority(desk, reader, AuthorityForm("tsa", name or authority.name, address, authority.root, apart))


# ---- whom we trust ---------------------------------------------------------------------------------------------------


def test_nobody_is_trusted_by_default(desk: Desk, reader: Reader) -> None:
    assert authorities.authorities(desk, reader) == []
    for deed in (stamping.begin, stamping.renew):
        with pytest.raises(Refused, match=r"time\.nobody"):
            deed(desk, reader)
    assert stamping.send(desk, reader) == stamping.SendReport()


WRONG_ENTRIES = [
    (AuthorityForm("clock", "a"), "time.kind"),
    (AuthorityForm("tsa", "Not A Name", root="x"), "time.name"),
    (AuthorityForm("tsa", "root-one", root="x"), "time.name"),
    (AuthorityForm("tsa", "a" * 33, root="x"), "time.name"),
    (AuthorityForm("tsa", "a"), "time.root_missing"),
    (AuthorityForm("tsa", "a", root="not a certificate"), "time.certificate"),
    (AuthorityForm("tsa", "a", "http://tsa.example/", "x"), "time.address"),
    (AuthorityForm("calendar", "a"), "time.address"),
    (AuthorityForm("tsa", "a", root="x", apart=("nobody",)), "time.apart"),
]


def test_an_entry_that_cannot_be_used_is_refused_with_its_reason(desk: Desk, reader: Reader) -> None:
    for form, code in WRONG_ENTRIES:
        with pytest.raises(LetapisError) as fault:
            authorities.add_authority(desk, reader, form)
        assert fault.value.code == code, form
    assert authorities.authorities(desk, reader) == []


def test_a_unit_alone_cannot_be_pinned_and_a_name_is_given_once(desk: Desk, reader: Reader, made: dict[str, Authority]) -> None:
    unit = (made["one"].folder / "unit.pem").read_text()
    with pytest.raises(UsageError, match=r"time\.root_missing"):
        authorities.add_authority(desk, reader, AuthorityForm("tsa", "one", root=unit))
    trust(desk, reader, made["one"])
    authorities.retire(desk, reader, "one")
    with pytest.raises(Refused, match=r"time\.name_taken"):
        trust(desk, reader, made["two"], name="one")
    assert [view.in_use for view in authorities.authorities(desk, reader)] == [False]
    with pytest.raises(NotFound, match=r"time\.no_such_authority"):
        authorities.retire(desk, reader, "nobody")


# ---- stamping --------------------------------------------------------------------------------------------------------


def test_a_checkpoint_is_stamped_and_nothing_but_its_digest_leaves(desk: Desk, reader: Reader, one: tuple[Authority, str]) -> None:
    authority, address = one
    trust(desk, reader, authority, address)
    assert stamping.begin(desk, reader) == 1 and stamping.begin(desk, reader) == 1, "the log grew, so there is a newer checkpoint"
    assert stamping.send(desk, reader) == stamping.SendReport(stamped=2)
    first, second = anchors.anchors(desk, reader)
    assert first.state == STAMPED and first.moment and first.ends and not first.fault
    for (method, kind, body), view in zip(authority.asked, (first, second), strict=True):
        assert (method, kind, body) == ("POST", "application/timestamp-query", view.request) and len(body) == 69
    newest = brackets.checkpoints(desk, reader)[0]
    (stamp,) = newest.anchors
    assert newest.state == "anchored" and newest.not_after == stamp.moment and newest.not_before is None and not newest.clock_wrong
    assert timestamps.parse_request(stamp.request).imprint == hashlib.sha256(newest.note).digest()


def test_a_kill_between_request_and_reply_loses_nothing(desk: Desk, reader: Reader, one: tuple[Authority, str], monkeypatch: Any) -> None:
    """The desk dies after the authority answered and before the reply is kept: the very same request goes out again."""
    authority, address = one
    trust(desk, reader, authority, address)
    stamping.begin(desk, reader)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(stamping, "check_token", die)
        with pytest.raises(KeyboardInterrupt):
            stamping.send(desk, reader)
    (waiting,) = anchors.anchors(desk, reader)
    assert waiting.waits and not waiting.reply
    assert stamping.send(desk, reader).stamped == 1
    assert authority.asked[0] == authority.asked[1] and anchors.anchors(desk, reader)[0].moment


def test_an_authority_that_does_not_answer_stops_nothing_and_is_asked_again(
    desk: Desk, reader: Reader, one: tuple[Authority, str], made: dict[str, Authority], clock: RealClock
) -> None:
    authority, address = one
    trust(desk, reader, made["two"], "http://127.0.0.1:9/")
    trust(desk, reader, authority, address, apart=("two",))
    stamping.begin(desk, reader)
    report = stamping.send(desk, reader)
    assert (report.stamped, report.waiting, report.faults) == (1, 1, (("two", "time.unreachable"),))
    clock.by = timedelta(days=3)
    (waiting,) = [view for view in anchors.anchors(desk, reader) if view.waits]
    assert desk.clock() - waiting.asked > timedelta(days=2)
    assert not brackets.checkpoints(desk, reader)[0].unrelated


NO_STAMPS: list[tuple[dict[str, Any], str]] = [
    ({"status": 302, "headers": {"Location": "https://tsa.example/"}}, "time.redirected"),
    ({"status": 200, "headers": {"Content-Type": "text/html"}, "body": b"<p>"}, "time.other_type"),
    ({"status": 200, "headers": DER_REPLY, "body": b"\x30\x00"}, "time.der"),
    ({"status": 200, "headers": DER_REPLY, "body": bytes(1 << 19)}, "time.too_large"),
    ({"status": 500}, "time.unreachable"),
]


def test_what_is_no_time_stamp_leaves_the_request_waiting(desk: Desk, reader: Reader, one: tuple[Authority, str]) -> None:
    authority, address = one
    trust(desk, reader, authority, address)
    stamping.begin(desk, reader)
    for says, code in NO_STAMPS:
        authority.says.clear()
        authority.says.update(says)
        report = stamping.send(desk, reader)
        assert (report.stamped, report.waiting, report.faults) == (0, 1, (("one", code),))
    authority.says.clear()
    assert stamping.send(desk, reader).stamped == 1


def test_the_stamp_of_another_authority_is_not_taken_for_this_one(
    desk: Desk, reader: Reader, one: tuple[Authority, str], made: dict[str, Authority]
) -> None:
    trust(desk, reader, made["two"], one[1])  # the address answers with the keys of another
    stamping.begin(desk, reader)
    assert stamping.send(desk, reader).faults == (("two", "time.signature"),)
    assert brackets.checkpoints(desk, reader)[0].state == "pending"


def test_the_answer_of_another_authority_is_refused_where_a_good_one_is_here(desk: Desk, reader: Reader, made: dict[str, Authority]) -> None:
    trust(desk, reader, made["one"])
    stamping.begin(desk, reader)
    (view,) = anchors.anchors(desk, reader)
    good = made["one"].reply(view.request)
    assert stamps_by_hand.take(desk, reader, good) == stamps_by_hand.take(desk, reader, good) == view.anchor
    with pytest.raises(Refused, match=r"time\.signature"):
        stamps_by_hand.take(desk, reader, made["two"].reply(view.request))
    assert brackets.checkpoints(desk, reader)[0].state == "anchored"


def test_a_wrong_clock_is_said_and_changes_no_stamp(desk: Desk, reader: Reader, one: tuple[Authority, str], clock: RealClock) -> None:
    authority, address = one
    clock.by = timedelta(days=40)
    trust(desk, reader, authority, address)
    stamping.begin(desk, reader)
    assert stamping.send(desk, reader).clock_differs
    (view,) = [view for view in brackets.checkpoints(desk, reader) if view.anchors]
    assert view.clock_wrong and view.state == "anchored" and view.not_after and view.claimed and view.claimed > view.not_after


def test_a_stamp_from_before_what_the_log_held_proves_nothing(desk: Desk, reader: Reader, made: dict[str, Authority], clock: RealClock) -> None:
    """An authority that signs another hour: nobody can have stamped a log with the value of a day before that day. A good stamp still counts."""
    for name in ("one", "two"):
        trust(desk, reader, made[name])
    clock.by = timedelta(hours=2)
    known = clock() - timedelta(minutes=15)
    beacons.record_beacon(desk, "other", "the lottery numbers of that hour: 1 2 3 4 5 6", "an invented newspaper", known.strftime("%Y-%m-%dT%H:%M"))
    stamping.begin(desk, reader)
    asked = {one.name: one.request for one in anchors.anchors(desk, reader)}
    stamps_by_hand.take(desk, reader, made["one"].reply(asked["one"]))
    (view,) = [one for one in brackets.checkpoints(desk, reader) if one.anchors]
    assert view.contradicted and view.not_after is None and view.state == "pending" and not view.clock_wrong
    stamps_by_hand.take(desk, reader, made["two"].reply_at(asked["two"], clock()))
    (view,) = [one for one in brackets.checkpoints(desk, reader) if one.anchors]
    assert view.contradicted and view.state == "anchored" and view.not_after and view.not_after > known and not view.ahead


def test_a_stamp_of_an_hour_to_come_is_said(desk: Desk, reader: Reader, made: dict[str, Authority], clock: RealClock) -> None:
    trust(desk, reader, made["one"])
    stamping.begin(desk, reader)
    (asked,) = anchors.anchors(desk, reader)
    stamps_by_hand.take(desk, reader, made["one"].reply_at(asked.request, clock() + timedelta(days=900)))
    (view,) = [one for one in brackets.checkpoints(desk, reader) if one.anchors]
    assert view.ahead and not view.clock_wrong and not view.contradicted
    clock.by = timedelta(days=900)
    assert not brackets.checkpoints(desk, reader)[0].ahead


def test_a_refusal_is_told_from_the_header_of_a_block(desk: Desk, reader: Reader) -> None:
    """Every byte of a short refusal of an authority is a character of ASCII."""
    with pytest.raises(Refused, match=r"time\.authority_refused"):
        stamps_by_hand.take(desk, reader, bytes.fromhex("30053003020102"))
    with pytest.raises(Damaged, match=r"time\.der"):
        stamps_by_hand.take(desk, reader, b"")
    with pytest.raises(Refused, match=r"time\.nothing_waits"):
        stamps_by_hand.take(desk, reader, b"820000 " + b"00" * 80 + b"\r\n")


def test_a_colleague_who_records_a_stamp_that_is_none_convinces_nobody(desk: Desk, reader: Reader, made: dict[str, Authority]) -> None:
    trust(desk, reader, made["one"])
    stamping.begin(desk, reader)
    (view,) = anchors.anchors(desk, reader)
    genuine = made["two"].reply(view.request)
    items.change(desk, reader, "anchor", view.anchor, {"reply": genuine, "state": STAMPED})
    (shown,) = anchors.anchors(desk, reader)
    assert shown.moment is None and shown.fault == "time.signature"
    checkpoint = brackets.checkpoints(desk, reader)[0]
    assert checkpoint.state == "not_anchored" and anchors.files(desk, reader, checkpoint.note) == ()


def test_two_authorities_that_a_person_called_unrelated(desk: Desk, reader: Reader, made: dict[str, Authority]) -> None:
    trust(desk, reader, made["one"])
    trust(desk, reader, made["two"], apart=("one",))
    stamping.begin(desk, reader)
    for view in anchors.anchors(desk, reader):
        stamps_by_hand.take(desk, reader, made[view.name].reply(view.request))
    (shown,) = [view for view in brackets.checkpoints(desk, reader) if view.anchors]
    assert shown.unrelated and shown.not_after == min(view.moment for view in shown.anchors if view.moment)


# ---- by hand ---------------------------------------------------------------------------------------------------------


def test_requests_go_out_as_files_and_replies_come_in_as_files(desk: Desk, reader: Reader, made: dict[str, Authority], tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"time\.nobody"):
        stamps_by_hand.write_requests(desk, reader, tmp_path / "out")
    trust(desk, reader, made["one"])
    (query,) = stamps_by_hand.write_requests(desk, reader, tmp_path / "out")
    assert stamping.send(desk, reader).waiting == 1, "there is no address to send it to"
    (query,) = stamps_by_hand.write_requests(desk, reader, tmp_path / "out")
    assert query.name.endswith(".note.one.tsq") and query.read_bytes() == anchors.anchors(desk, reader)[0].request
    back = tmp_path / "back"
    back.mkdir()
    with pytest.raises(Refused, match=r"time\.nothing_to_take"):
        stamps_by_hand.take_folder(desk, reader, back)
    (back / "any name.tsr").write_bytes(made["one"].reply(query.read_bytes()))
    (back / "another.tsr").write_bytes(made["one"].reply(timestamps.request(bytes(32), bytes((1, 2, 3, 4, 5, 6, 7, 8)))))
    (back / "link.tsr").symlink_to(back / "any name.tsr")
    report = stamps_by_hand.take_folder(desk, reader, back)
    assert (report.taken, report.faults) == (1, (("another.tsr", "time.nothing_waits"),))
    (kept,) = anchors.anchors(desk, reader)
    assert kept.reply == (back / "any name.tsr").read_bytes() and kept.moment
    before = reading.item(desk, reader, kept.anchor).ref
    assert stamps_by_hand.take(desk, reader, kept.reply) == kept.anchor and reading.item(desk, reader, kept.anchor).ref == before


def test_a_reply_to_another_request_over_the_same_note_is_refused(desk: Desk, reader: Reader, made: dict[str, Authority]) -> None:
    trust(desk, reader, made["one"])
    stamping.begin(desk, reader)
    (view,) = anchors.anchors(desk, reader)
    other = timestamps.request(timestamps.parse_request(view.request).imprint, bytes((9, 9, 9, 9, 9, 9, 9, 9)))
    with pytest.raises(Refused, match=r"time\.nonce"):
        stamps_by_hand.take(desk, reader, made["one"].reply(other))
    for data in (b"", b"hello\n", b"\x30\x82", secrets.token_bytes(500) + b"\xff"):
        with pytest.raises(LetapisError):
            stamps_by_hand.take(desk, reader, data)
    assert not anchors.anchors(desk, reader)[0].reply


def test_a_folder_that_cannot_be_read_or_written_is_said(desk: Desk, reader: Reader, made: dict[str, Authority], tmp_path: Path) -> None:
    trust(desk, reader, made["one"])
    stamping.begin(desk, reader)
    (tmp_path / "file").write_bytes(b"")
    for deed in (stamps_by_hand.write_requests, stamps_by_hand.take_folder):
        with pytest.raises(Busy, match=r"time\.folder"):
            deed(desk, reader, tmp_path / "file")
    (tmp_path / "large").write_bytes(bytes(opentimestamps.LARGEST + 1))
    with pytest.raises(Damaged, match=r"time\.too_large"):
        stamps_by_hand.read_file(tmp_path / "large")


# ---- OpenTimestamps --------------------------------------------------------------------------------------------------


class Calendar:
    """A calendar on loopback: promises, and later keeps the promise with a block whose header took no work."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, bytes]] = []
        self.kept = False
        self.address = ""

    def __call__(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
        self.asked.append((method, path, body))
        if method == "POST" and path == "/digest":
            address = self.address.encode()
            promise = Step(0xF0, b"salt", (Step(0x08, b"", (Attestation(PENDING, bytes((len(address),)) + address),)),))
            return 200, {}, opentimestamps._tree_bytes((promise,))
        if not self.kept:
            return 404, {}, b"Pending confirmation"
        return 200, {}, opentimestamps._tree_bytes((Step(0xF1, b"left", (Step(0x08, b"", (Attestation(BITCOIN, b"\x05"),)),)),))


@pytest.fixture
def calendar() -> Iterator[Calendar]:
    made = Calendar()
    with served(made) as address:
        made.address = address
        yield made


def test_a_calendar_promises_and_later_keeps_it(desk: Desk, reader: Reader, calendar: Calendar) -> None:
    authorities.add_authority(desk, reader, AuthorityForm("calendar", "alice", calendar.address))
    authorities.add_authority(desk, reader, AuthorityForm("calendar", "absent", "http://127.0.0.1:9/"))
    stamping.begin(desk, reader)
    report = stamping.send(desk, reader)
    assert (report.stamped, report.faults) == (1, (("absent", "time.unreachable"),))
    (view,) = anchors.anchors(desk, reader)
    digest = hashlib.sha256(reading.item(desk, reader, view.anchored).record.raw("note")).digest()
    assert calendar.asked == [("POST", "/digest", opentimestamps.commitment(digest, view.request))] and digest not in calendar.asked[0][2]
    assert (view.state, view.promised, view.height, view.moment) == (STAMPED, 1, 0, None) and view.waits
    assert stamping.send(desk, reader).upgraded == 0 and anchors.anchors(desk, reader)[0].waits, "not yet is no fault"
    calendar.kept = True
    assert stamping.send(desk, reader).upgraded == 1
    (view,) = anchors.anchors(desk, reader)
    assert (view.state, view.height) == (UPGRADED, 5) and view.moment is None, "without the header of the block nothing is proven"
    message = opentimestamps.pending(opentimestamps.parse_proof(view.reply))[0].message
    assert message and calendar.asked[-1][:2] == ("GET", f"/timestamp/{message.hex()}")
    for line in (b"5 " + b"00" * 80 + b"\n", b"x\n"):
        with pytest.raises(LetapisError):
            stamps_by_hand.take(desk, reader, line)
    assert brackets.checkpoints(desk, reader)[0].state == "pending"


def test_a_block_that_a_proof_does_not_lead_to_keeps_no_promise(desk: Desk, reader: Reader, calendar: Calendar) -> None:
    """A proof that came by hand names some block; the calendar is asked all the same, and its own block is there to choose."""
    authorities.add_authority(desk, reader, AuthorityForm("calendar", "alice", calendar.address))
    stamping.begin(desk, reader)
    stamping.send(desk, reader)
    (view,) = anchors.anchors(desk, reader)
    false = opentimestamps.new_proof(opentimestamps.parse_proof(view.reply).digest, bytes(16), ((Attestation(BITCOIN, b"\x02"),),))
    stamps_by_hand.take(desk, reader, opentimestamps.format_proof(false))
    assert anchors.anchors(desk, reader)[0].height == 2
    calendar.kept = True
    assert (stamping.send(desk, reader).upgraded, stamping.send(desk, reader).upgraded) == (1, 0)
    (view,) = anchors.anchors(desk, reader)
    assert {one.height for one in opentimestamps.bitcoin(opentimestamps.parse_proof(view.reply))} == {2, 5}


def test_a_calendar_that_nobody_entered_is_never_asked(desk: Desk, reader: Reader, calendar: Calendar) -> None:
    calendar_address, calendar.address = calendar.address, "https://elsewhere.example"
    authorities.add_authority(desk, reader, AuthorityForm("calendar", "alice", calendar_address))
    stamping.begin(desk, reader)
    stamping.send(desk, reader)
    assert stamping.send(desk, reader).faults == ((OTS, "time.calendar_unknown"),) and len(calendar.asked) == 1


def test_a_proof_that_somebody_else_had_made_is_taken_and_joined(desk: Desk, reader: Reader, made: dict[str, Authority]) -> None:
    trust(desk, reader, made["one"])
    stamping.begin(desk, reader)
    (request,) = anchors.anchors(desk, reader)
    digest = hashlib.sha256(reading.item(desk, reader, request.anchored).record.raw("note")).digest()
    promised = opentimestamps.new_proof(digest, bytes(16), ((Attestation(PENDING, b"\x12https://a.example/"),),))
    done = opentimestamps.new_proof(digest, bytes(16), ((Attestation(BITCOIN, b"\x05"),),))
    first = stamps_by_hand.take(desk, reader, opentimestamps.format_proof(promised))
    assert stamps_by_hand.take(desk, reader, opentimestamps.format_proof(done)) == first
    view = next(view for view in anchors.anchors(desk, reader) if view.kind == OTS)
    assert (view.state, view.promised, view.height) == (UPGRADED, 1, 5)
    other = opentimestamps.new_proof(bytes(32), bytes(16), ((Attestation(BITCOIN, b"\x05"),),))
    with pytest.raises(Refused, match=r"time\.nothing_waits"):
        stamps_by_hand.take(desk, reader, opentimestamps.format_proof(other))


# ---- renewal ---------------------------------------------------------------------------------------------------------


def test_what_ages_is_listed_and_stamped_again_and_the_old_is_kept(desk: Desk, reader: Reader, made: dict[str, Authority]) -> None:
    trust(desk, reader, made["old"])
    stamping.begin(desk, reader)
    (old,) = anchors.anchors(desk, reader)
    stamps_by_hand.take(desk, reader, made["old"].reply(old.request))
    (due,) = anchors.due(desk, reader, desk.clock())
    assert due.anchor == old.anchor
    trust(desk, reader, made["one"])
    authorities.retire(desk, reader, "old")
    assert stamping.renew(desk, reader) == 1 and stamping.renew(desk, reader) == 0
    (again,) = [view for view in anchors.anchors(desk, reader) if view.renews]
    (kept,) = [view.reply for view in anchors.anchors(desk, reader) if not view.renews]
    assert timestamps.parse_request(again.request).imprint == hashlib.sha256(kept).digest()
    stamps_by_hand.take(desk, reader, made["one"].reply(again.request))
    states = {view.anchor: (view.state, bool(view.moment)) for view in anchors.anchors(desk, reader)}
    assert states == {old.anchor: (ARCHIVED, True), again.anchor: (STAMPED, True)} and anchors.due(desk, reader, desk.clock()) == []


# ---- not before ------------------------------------------------------------------------------------------------------


def test_a_public_random_value_says_not_before(desk: Desk, reader: Reader, clock: RealClock) -> None:
    signature = "ab" * 48
    value = hashlib.sha256(bytes.fromhex(signature)).hexdigest()
    found = beacons.record_beacon(desk, "drand", json.dumps({"round": 1000, "randomness": value, "signature": signature}))
    assert found.moment == datetime(2023, 8, 23, 15, 9, 27, tzinfo=UTC) + timedelta(seconds=999 * 3)
    beacons.record_beacon(desk, "other", "the lottery numbers of that evening: 1 2 3 4 5 6", "an invented newspaper", "2026-01-05T18:00")
    logs.sign_checkpoint(desk)
    (view,) = brackets.checkpoints(desk, reader)
    assert view.not_before and view.not_before.moment == datetime(2026, 1, 5, 18, tzinfo=UTC) and view.state == "not_anchored"


NO_VALUES = [
    ("drand", "{}", "", "time.beacon_form"),
    ("drand", json.dumps({"round": 1, "randomness": "00" * 32, "signature": "ab" * 48}), "", "time.beacon_value"),
    ("drand", json.dumps({"round": 999_999_999, "signature": "ab" * 48}), "", "time.beacon_ahead"),
    ("bitcoin", "0 00", "", "time.header_form"),
    ("other", "short", "2026-01-05T18:00", "time.beacon_value_short"),
    ("other", "long enough to be a value", "", "time.beacon_moment"),
    ("other", "long enough to be a value", "yesterday", "time.beacon_moment"),
    ("other", "long enough to be a value", "2199-01-05T18:00", "time.beacon_ahead"),
    ("dice", "x", "", "time.beacon_kind"),
]


def test_a_value_that_is_none_is_refused(desk: Desk, reader: Reader) -> None:
    for kind, text, moment, code in NO_VALUES:
        with pytest.raises(LetapisError) as fault:
            beacons.record_beacon(desk, kind, text, "", moment)
        assert fault.value.code == code, (kind, text)
    assert beacons.beacons(desk, reader) == []


def test_a_value_is_fetched_only_from_a_server_that_a_person_entered(desk: Desk, reader: Reader) -> None:
    answer = json.dumps({"round": 1000, "signature": "ab" * 96}).encode()
    with served(lambda *_: (200, {"Content-Type": "application/json"}, answer)) as address:
        authorities.add_authority(desk, reader, AuthorityForm("randomness", "drand", f"{address}/public/latest"))
        assert beacons.fetch_beacon(desk, reader, "drand").reference == "1000"
        authorities.retire(desk, reader, "drand")
        with pytest.raises(UsageError, match=r"time\.beacon_server"):
            beacons.fetch_beacon(desk, reader, "drand")
    assert len(beacons.beacons(desk, reader)) == 1


def test_a_value_that_a_colleague_moved_is_computed_anew(desk: Desk, reader: Reader) -> None:
    """The hour that a record states of a drand round is not believed: it follows from the round."""
    beacons.record_beacon(desk, "drand", json.dumps({"round": 1000, "signature": "ab" * 48}))
    (item,) = reading.items(desk, reader, "beacon")
    items.change(desk, reader, "beacon", item.item, {"moment": "2030-01-01T00:00:00Z"})
    assert beacons.beacons(desk, reader)[0].moment.year == 2023
    items.change(desk, reader, "beacon", item.item, {"value": "no round"})
    assert beacons.beacons(desk, reader) == []


# ---- for a court -----------------------------------------------------------------------------------------------------


@needs_openssl
def test_a_case_file_is_anchored_for_who_has_openssl(desk: Desk, reader: Reader, one: tuple[Authority, str], tmp_path: Path) -> None:
    work = work_at(desk)
    authority, address = one
    trust(desk, reader, authority, address)
    stamping.begin(desk, reader)
    stamping.send(desk, reader)
    case = handed_out(desk, work, tmp_path / "case").target
    code, said = judged(case, desk)
    assert code == 0, said
    (row,) = said["anchors"]
    assert row["result"].startswith("ANCHORED 20") and said["time"].startswith("ANCHORED (root certificates are the sender's")
    names = {path.name for path in (case / "data/anchors").iterdir()}
    size = said["checkpoint"]["size"]
    assert names == {f"{size}.note", f"{size}.note.one.tsq", f"{size}.note.one.tsr", "root-one.pem"}
    command = [sys.executable, "-I", "-S", str(case / "verify.py"), str(case), "--json", "--roots", str(authority.folder / "root.pem")]
    report = json.loads(subprocess.run(command, capture_output=True, text=True, timeout=120, check=False).stdout)
    assert report["time"] == "ANCHORED" and "your root certificate" in report["anchors"][0]["result"]


def test_what_came_after_the_stamp_is_not_said_to_be_anchored(desk: Desk, reader: Reader, one: tuple[Authority, str], tmp_path: Path) -> None:
    authority, address = one
    trust(desk, reader, authority, address)
    stamping.begin(desk, reader)
    stamping.send(desk, reader)
    case = handed_out(desk, work_at(desk), tmp_path / "case").target
    code, said = judged(case, desk)
    assert code == 0 and said["time"] == "NOT-ANCHORED" and not (case / "data/anchors").exists()


def test_logs_of_several_devices_each_with_their_stamps(make_team: Callable[..., Team], made: dict[str, Authority], tmp_path: Path) -> None:
    team = make_team(3)
    work = checked_work(team)
    first, reader = team.desks[0], team.reader()
    trust(first, reader, made["one"])
    assert stamping.begin(first, reader, every_log=True) == 3
    for view in anchors.anchors(first, reader):
        stamps_by_hand.take(first, reader, made["one"].reply(view.request))
    team.settle()
    report = casefile.export_case_file(team.desks[1], team.reader(1), work.dossier, tmp_path / "case", "An invented court", "a hearing")
    code, said = judged(report.target, team.desks[1])
    assert code == 0, said
    assert len(said["anchors"]) == 3 and all(row["result"].startswith("ANCHORED") for row in said["anchors"]), said["anchors"]


def test_nothing_of_an_authority_leaves_where_nothing_was_stamped(desk: Desk, reader: Reader, made: dict[str, Authority], tmp_path: Path) -> None:
    trust(desk, reader, made["one"])
    case = handed_out(desk, work_at(desk), tmp_path / "case", OPEN).target
    assert not (case / "data/anchors").exists()


def stamped_at(desk: Desk, reader: Reader, authority: Authority, moment: datetime) -> None:
    """Ask for a stamp over the checkpoint of now, and take one in which the authority states this hour."""
    stamping.begin(desk, reader)
    (asked,) = [one for one in anchors.anchors(desk, reader) if one.waits]
    stamps_by_hand.take(desk, reader, authority.reply_at(asked.request, moment))


def value_of(desk: Desk, moment: datetime) -> None:
    beacons.record_beacon(desk, "other", "the lottery numbers of that hour: 1 2 3 4 5 6", "an invented newspaper", moment.strftime("%Y-%m-%dT%H:%M"))


@needs_openssl
def test_a_case_file_says_as_the_desk_does_that_a_stamp_cannot_be_right(
    desk: Desk, reader: Reader, made: dict[str, Authority], clock: RealClock, tmp_path: Path
) -> None:
    """Dated hours before a value that its log held already. The stamp goes out as it came, and the value that speaks against it goes along."""
    work = work_at(desk)
    clock.by, now = timedelta(hours=6), datetime.now(UTC)
    value_of(desk, now + timedelta(hours=5))
    trust(desk, reader, made["one"])
    stamped_at(desk, reader, made["one"], now)
    (view,) = [one for one in brackets.checkpoints(desk, reader) if one.anchors]
    assert view.contradicted and view.state == "not_anchored"
    code, said = judged(handed_out(desk, work, tmp_path / "case").target, desk)
    (row,) = said["anchors"]
    assert (code, said["time"]) == (0, "NOT-ANCHORED"), said
    assert row["result"].startswith(f"NOT-ANCHORED (it is of {now:%Y-%m-%dT%H:%M}"), row
    assert "became known at" in row["result"] and "back-dated" in row["result"], row
    assert any("public random value (other an invented newspaper)" in note for note in said["notes"])


@needs_openssl
def test_one_stamp_that_cannot_be_right_takes_nothing_from_another(
    desk: Desk, reader: Reader, made: dict[str, Authority], clock: RealClock, tmp_path: Path
) -> None:
    work = work_at(desk)
    clock.by, now = timedelta(hours=6), datetime.now(UTC)
    value_of(desk, now + timedelta(hours=5))
    trust(desk, reader, made["one"])
    trust(desk, reader, made["two"], apart=("one",))
    stamping.begin(desk, reader)
    asked = {one.name: one.request for one in anchors.anchors(desk, reader)}
    stamps_by_hand.take(desk, reader, made["one"].reply_at(asked["one"], now))
    stamps_by_hand.take(desk, reader, made["two"].reply_at(asked["two"], clock()))
    (view,) = [one for one in brackets.checkpoints(desk, reader) if one.anchors]
    assert view.contradicted and view.state == "anchored" and not view.unrelated, "two that stamped are two where both can be right"
    code, said = judged(handed_out(desk, work, tmp_path / "case").target, desk)
    results = [row["result"].split(" ")[0] for row in said["anchors"]]
    assert code == 0 and said["time"].startswith("ANCHORED") and results == ["NOT-ANCHORED", "ANCHORED"], said


@needs_openssl
def test_an_older_checkpoint_whose_stamp_can_be_right_comes_first(
    desk: Desk, reader: Reader, made: dict[str, Authority], clock: RealClock, tmp_path: Path
) -> None:
    work = work_at(desk)
    clock.by, now = timedelta(hours=6), datetime.now(UTC)
    trust(desk, reader, made["one"])
    stamped_at(desk, reader, made["one"], clock())
    value_of(desk, now + timedelta(hours=5))
    stamped_at(desk, reader, made["one"], now)
    right, wrong = sorted((one for one in brackets.checkpoints(desk, reader) if one.anchors), key=lambda one: one.size)
    assert (right.contradicted, wrong.contradicted) == (False, True)
    code, said = judged(handed_out(desk, work, tmp_path / "case").target, desk)
    assert code == 0 and said["checkpoint"]["size"] == right.size and said["time"].startswith("ANCHORED"), said
    assert not said["notes"] or not any("random value" in note for note in said["notes"]), "a value that contradicts nothing here stays at home"


@needs_openssl
def test_a_renewed_stamp_goes_out_with_the_old_one(desk: Desk, reader: Reader, made: dict[str, Authority], tmp_path: Path) -> None:
    work = work_at(desk)
    trust(desk, reader, made["old"])
    stamping.begin(desk, reader)
    (old,) = anchors.anchors(desk, reader)
    stamps_by_hand.take(desk, reader, made["old"].reply(old.request))
    trust(desk, reader, made["one"])
    stamping.renew(desk, reader)
    (again,) = [view for view in anchors.anchors(desk, reader) if view.renews]
    stamps_by_hand.take(desk, reader, made["one"].reply(again.request))
    case = handed_out(desk, work, tmp_path / "case").target
    code, said = judged(case, desk)
    assert code == 0 and len(said["anchors"]) == 1 and said["time"].startswith("ANCHORED"), said
    (token,) = (case / "data/metadata/renewals").glob("*.tsr")
    over = case / "data/anchors" / token.name.removesuffix(".one.tsr")
    command = ["openssl", "ts", "-verify", "-data", str(over), "-in", str(token), "-CAfile", str(token.parent / "root-one.pem")]
    assert b"Verification: OK" in subprocess.run(command, capture_output=True, timeout=60, check=True).stdout


def test_the_checkpoint_of_the_quorum_is_stamped_and_never_given_away_for_a_stamp(
    desk: Desk, reader: Reader, made: dict[str, Authority], tmp_path: Path
) -> None:
    work, scene = work_at(desk), make_scene(desk, tmp_path / "witnesses")
    trust(desk, reader, made["one"])

    def stamped() -> None:
        stamping.begin(desk, reader)
        for view in anchors.anchors(desk, reader):
            if view.waits:
                stamps_by_hand.take(desk, reader, made["one"].reply(view.request))

    stamped()
    for one in scene.all:
        scene.ask(one)
    said = judged(handed_out(desk, work, tmp_path / "first").target, desk)
    assert said[0] == 0 and said[1]["time"] == "NOT-ANCHORED", "the witnesses signed a later checkpoint than the stamped one"
    for one in scene.all:
        scene.ask(one)
    stamped()
    said = judged(handed_out(desk, work, tmp_path / "second").target, desk)
    assert said[0] == 0 and said[1]["time"].startswith("ANCHORED"), said


def test_a_random_value_before_everything_goes_out_and_one_in_between_stays(desk: Desk, reader: Reader, tmp_path: Path) -> None:
    for round_ in (1000, 2000):
        beacons.record_beacon(desk, "drand", json.dumps({"round": round_, "signature": "ab" * 96}))
    work = work_at(desk)
    beacons.record_beacon(desk, "other", "a headline in the middle of it", "an invented newspaper", "2026-01-05T18:00")
    case = handed_out(desk, work, tmp_path / "case").target
    code, said = judged(case, desk)
    assert code == 0, said
    (note,) = [note for note in said["notes"] if "public random value" in note]
    assert "drand 2000" in note and "2020-07-23T07:57:00Z" in note
    assert not [path for path in case.rglob("*.rec") if b"newspaper" in path.read_bytes()]


def test_only_what_keepers_entered_counts(make_team: Callable[..., Team], made: dict[str, Authority]) -> None:
    """An ordinary member can neither bring in an authority of their own nor send the requests of others to another address."""
    team = make_team(2, plain=(2,))
    keeper, plain = team.desks
    with pytest.raises(Refused, match=r"members\.keepers_only"):
        trust(plain, team.reader(1), made["one"])
    trust(keeper, team.reader(), made["one"], "http://127.0.0.1:9/")
    team.settle()
    for name in ("retire", "address"):
        with pytest.raises(Refused, match=r"members\.keepers_only"):
            authorities.retire(plain, team.reader(1), "one")
        (item,) = reading.items(plain, team.reader(1), "authority")
        other: dict[str, Value] = {"address": "https://elsewhere.example/", "root": made["two"].root, "state": name}
        items.change(plain, team.reader(1), "authority", item.item, other)
    items.new(plain, "authority", item.compartment, {"kind": "tsa", "name": "two", "root": made["two"].root, "state": "in_use"})
    team.settle()
    for number, desk in enumerate(team.desks):
        (known,) = authorities.authorities(desk, team.reader(number))
        assert (known.name, known.address, known.in_use, known.by) == ("one", "http://127.0.0.1:9/", True, keeper.me)
    authorities.retire(keeper, team.reader(), "one")
    (known,) = authorities.authorities(keeper, team.reader())
    assert (known.address, known.root, known.in_use) == ("http://127.0.0.1:9/", made["one"].root, False)


def test_a_colleague_who_spoils_records_takes_no_stamp_away(desk: Desk, reader: Reader, made: dict[str, Authority], tmp_path: Path) -> None:
    """A good reply overwritten, a note that is none, a note that its log did not sign, a request that is none: what held goes on holding."""
    work = work_at(desk)
    trust(desk, reader, made["one"])
    stamping.begin(desk, reader)
    (view,) = anchors.anchors(desk, reader)
    stamps_by_hand.take(desk, reader, made["one"].reply(view.request))
    items.change(desk, reader, "anchor", view.anchor, {"reply": b"spoiled"})
    home = reading.item(desk, reader, view.anchor).compartment
    note = reading.item(desk, reader, view.anchored).record.raw("note")
    for number, bad in enumerate((b"no note", note.replace(b"\n", b"\n9", 1))):
        told: dict[str, Value] = {"origin": desk.origin, "size": 10**6, "note": bad, "day": "2026-01-01", "state": "kept"}
        anchored = items.new(desk, "anchored", home, told)
        asked: dict[str, Value] = {"kind": "tsa", "request": b"none", "anchored": anchored, "asked": "2026-01-01T00:00:00Z", "state": "pending"}
        items.new(desk, "anchor", home, {**asked, "reply": bytes((number,))})
    (good,) = [one for one in anchors.anchors(desk, reader) if one.moment]
    assert good.anchor == view.anchor and good.reply != b"spoiled"
    shown = [one for one in brackets.checkpoints(desk, reader) if one.anchors]
    assert [one.size for one in shown] == [notes.parse_checkpoint(notes.parse_note(note).text).size]
    with pytest.raises(Refused, match=r"time\.nothing_waits"):
        stamps_by_hand.take(desk, reader, made["one"].reply(timestamps.request(bytes(32), bytes((1,)) * 8)))
    code, said = judged(handed_out(desk, work, tmp_path / "case").target, desk)
    assert code == 0 and said["time"].startswith("ANCHORED"), said
    stamping.begin(desk, reader)
    assert stamping.send(desk, reader).faults == ()
