"""An identity opens for two custodians together, after it was asked for and recorded, and for nobody alone."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from letapis.core.errors import Damaged, Locked, NotFound, Refused, UsageError
from letapis.core.records import Draft, Value
from letapis.desk import dossiers, identity, identity_seal, ledger, reading, sources
from letapis.desk.opening import Desk
from letapis.engines import seal
from letapis.engines.db import models
from tests.conftest import Clock
from tests.team import PASSPHRASE, Team

MakeTeam = Callable[..., Team]
PERSON = identity.Details("Vydumka Prykladny", "1990", "nowhere", "плён выдумкі")


def sealed_source(team: Team, number: int = 0, details: identity.Details = PERSON, code: str = "P-1") -> bytes:
    """A source with a sealed identity in a dossier that the whole team holds."""
    desk = team.desks[number]
    dossier = dossiers.new_dossier(desk, code, "Pryklad", "person", "Prykladny")
    reader = desk.reader("work")
    source = sources.add_source(desk, reader, dossier, sources.SourceForm("S1", "person", "B"), details)
    dossiers.admit_to_dossier(desk, reader, dossier, [d.me for d in team.desks if d is not desk])
    if len(team.desks) > 1:
        team.settle()
    return source


def ask(team: Team, number: int, source: bytes) -> bytes:
    request = identity.request_identity(team.desks[number], team.reader(number), source, "a hearing of the invented court").header.id
    if len(team.desks) > 1:
        team.settle()
    return request


def give(team: Team, number: int, request: bytes) -> None:
    identity.share_identity(team.desks[number], team.reader(number), request, PASSPHRASE)
    team.settle()


def open_at(team: Team, number: int, request: bytes, passphrase: str = PASSPHRASE) -> identity.Details:
    return identity.open_identity(team.desks[number], team.reader(number), request, passphrase)


def version_of(desk: Desk, source: bytes) -> int:
    return identity_seal.newest(desk, source).number("version")


def test_two_other_custodians_open_an_identity_together(make_team: MakeTeam) -> None:
    team = make_team(3)
    request = ask(team, 0, sealed_source(team))
    give(team, 1, request)
    with pytest.raises(Refused, match=r"thresholds\.too_few"):
        open_at(team, 0, request)
    give(team, 2, request)
    assert open_at(team, 0, request) == PERSON


def test_requester_never_counts_though_a_custodian(make_team: MakeTeam) -> None:
    team = make_team(3)
    request = ask(team, 0, sealed_source(team))
    with pytest.raises(Refused, match=r"identity\.requester_never_counts"):
        identity.share_identity(team.desks[0], team.reader(0), request, PASSPHRASE)
    give(team, 1, request)
    with pytest.raises(Refused, match=r"thresholds\.too_few"):
        open_at(team, 0, request)


def test_of_two_custodians_each_needs_the_other(make_team: MakeTeam) -> None:
    team = make_team(2)
    request = ask(team, 0, sealed_source(team))
    (view,) = identity.requests(team.desks[0], team.reader(0))
    assert (view.needed, view.shares, view.mine) == (1, 0, False)
    with pytest.raises(Refused, match=r"thresholds\.too_few"):
        open_at(team, 0, request)
    give(team, 1, request)
    assert open_at(team, 0, request) == PERSON


def test_one_person_custody_says_so_and_is_split_when_the_team_grows(make_team: MakeTeam, make_desk: Callable[..., Desk]) -> None:
    team = make_team(1)
    source = sealed_source(team)
    dossier = reading.source(team.desks[0], team.reader(), source).dossier
    assert identity.custody_note(team.desks[0], team.reader(), dossier).because == "identity.one_person_custody"
    team.admit(make_desk(2))
    team.settle()
    done = identity.reseal_all(team.desks[0], team.reader(), PASSPHRASE, "the team has grown")
    assert done == identity.Resealed((source,), ())
    assert set(identity_seal.newest(team.desks[0], source).refs("holders")) == {team.desks[0].me, team.desks[1].me}
    request = ask(team, 0, source)
    with pytest.raises(Refused, match=r"thresholds\.too_few"):
        open_at(team, 0, request)


def test_after_an_opening_the_key_is_replaced(make_team: MakeTeam) -> None:
    team = make_team(3)
    source = sealed_source(team)
    request, other = ask(team, 0, source), ask(team, 1, source)
    for number in (1, 2):
        give(team, number, request)
    give(team, 2, other)
    before = identity_seal.newest(team.desks[0], source)
    open_at(team, 0, request)
    team.settle()
    after = identity_seal.newest(team.desks[1], source)
    assert after.number("version") == 2 and after.raw("sealed") != before.raw("sealed")
    with pytest.raises(Refused, match=r"identity\.opened_already"):
        open_at(team, 0, request)
    with pytest.raises(Refused, match=r"identity\.replaced"):
        identity.share_identity(team.desks[0], team.reader(0), other, PASSPHRASE)
    with pytest.raises(Refused, match=r"identity\.replaced"):
        open_at(team, 1, other)


def test_the_opening_is_recorded_before_anybody_reads(make_team: MakeTeam, monkeypatch: pytest.MonkeyPatch) -> None:
    team = make_team(2)
    request = ask(team, 0, sealed_source(team))
    give(team, 1, request)

    def stop(*_: object) -> bytes:
        raise RuntimeError("no further")

    monkeypatch.setattr(seal, "open_record", _only_for_identities(seal.open_record, stop))
    with pytest.raises(RuntimeError):
        open_at(team, 0, request)
    monkeypatch.undo()
    (view,) = identity.requests(team.desks[0], team.reader(0))
    assert view.opened
    team.settle()
    (seen,) = identity.requests(team.desks[1], team.reader(1))
    assert seen.opened


def _only_for_identities(real: Callable[..., bytes], stop: Callable[..., bytes]) -> Callable[..., bytes]:
    def opened(key: bytes, about: bytes, sealed: bytes) -> bytes:
        return stop() if b"letapis identity" in about else real(key, about, sealed)

    return opened


def test_sharing_and_opening_need_the_passphrase_again(make_team: MakeTeam) -> None:
    team = make_team(2)
    request = ask(team, 0, sealed_source(team))
    with pytest.raises(Locked, match=r"keys\.passphrase"):
        identity.share_identity(team.desks[1], team.reader(1), request, "not the passphrase at all")
    give(team, 1, request)
    with pytest.raises(Locked, match=r"keys\.passphrase"):
        open_at(team, 0, request, "not the passphrase at all")
    assert not models.Ruling.objects.using(team.desks[0].store.alias).filter(kind="disclose").exists()


def test_a_share_is_given_once_and_only_by_a_holder(make_team: MakeTeam) -> None:
    team = make_team(3, plain=(3,))
    source = sealed_source(team)
    request = ask(team, 0, source)
    with pytest.raises(Refused, match=r"identity\.no_share"):
        identity.share_identity(team.desks[2], team.reader(2), request, PASSPHRASE)
    give(team, 1, request)
    with pytest.raises(Refused, match=r"identity\.given_already"):
        identity.share_identity(team.desks[1], team.reader(1), request, PASSPHRASE)


def test_shares_are_of_use_to_the_requester_alone(make_team: MakeTeam) -> None:
    team = make_team(3)
    request = ask(team, 0, sealed_source(team))
    give(team, 1, request)
    give(team, 2, request)
    with pytest.raises(Refused, match=r"identity\.not_your_request"):
        open_at(team, 1, request)
    asked = identity._request(team.desks[1], request)
    shares, false = identity._given(team.desks[1], asked, identity_seal.newest(team.desks[1], bytes(asked.source)))
    assert false == {team.desks[1].me, team.desks[2].me}  # what they gave does not open here
    assert shares == []


def test_a_false_share_names_its_giver_and_the_others_still_open(make_team: MakeTeam) -> None:
    team = make_team(4)
    source = sealed_source(team)
    request = ask(team, 0, source)
    forge_share(team, 1, request)
    team.settle()
    give(team, 2, request)
    with pytest.raises(Damaged, match=r"identity\.false_share"):
        open_at(team, 0, request)
    assert identity.false_givers(team.desks[0], team.reader(0), request) == (team.desks[1].me,)
    give(team, 3, request)
    assert open_at(team, 0, request) == PERSON


def forge_share(team: Team, number: int, request: bytes) -> None:
    """A custodian seals random bytes to the requester in the place of each share."""
    desk = team.desks[number]
    asked = identity._request(desk, request)
    current = identity_seal.newest(desk, bytes(asked.source))
    holders = current.refs("holders")
    device = identity._device_of(desk, asked)
    drafts = []
    for position, holder in enumerate(holders):
        mask = current.numbers("subsets")[position]
        if holder == desk.me and bytes(asked.requester) not in identity_seal.subset_of(mask, holders):
            about = identity_seal.release_context(bytes(asked.ref), bytes(asked.source), asked.version, mask)
            false = seal.wrap_to(device.kem, about, desk.randomness(64))
            body: dict[str, Value] = {"request": bytes(asked.ref), "source": bytes(asked.source), "version": asked.version}
            body |= {"subset": mask, "sealed": false}
            drafts.append(Draft("identity_share", identity.ident_compartment(desk), body))
    ledger.append(desk, drafts)


def test_nobody_replaces_an_identity_that_they_never_opened(make_team: MakeTeam) -> None:
    team = make_team(3)
    source = sealed_source(team)
    desk = team.desks[1]
    chosen = identity.custody(desk, team.reader(1), reading.source(desk, team.reader(1), source).dossier)
    ledger.append(desk, [identity_seal.identity_draft(desk, source, bytes(identity_seal.PADDED), 2, chosen)])
    team.settle()
    assert [version_of(d, source) for d in team.desks] == [1, 1, 1]


def plant(team: Team, number: int, source: bytes, /, **changes: Value) -> None:
    """An insider records an identity of their own for a source, dated before the true one."""
    desk = team.desks[number]
    true = identity_seal.newest(desk, source)
    body = {**true.body, "sealed": b"x" * 4200, **changes}
    clock = desk.clock
    assert isinstance(clock, Clock)
    clock.now -= timedelta(days=1)
    ledger.append(desk, [Draft("identity", identity.ident_compartment(desk), body)])
    clock.now += timedelta(days=1)
    team.settle()


def test_an_identity_planted_for_a_source_is_not_the_one_that_opens(make_team: MakeTeam) -> None:
    team = make_team(4)
    source = sealed_source(team)
    desk = team.desks[3]
    chosen = identity.custody(desk, team.reader(3), reading.source(desk, team.reader(3), source).dossier)
    false = identity_seal.identity_draft(desk, source, identity_seal._padded(identity.Details("Vydumka planted")), 1, chosen)
    plant(team, 3, source, **false.body)
    request = ask(team, 0, source)
    give(team, 1, request)
    give(team, 2, request)
    assert identity.false_givers(team.desks[0], team.reader(0), request) == ()
    assert open_at(team, 0, request) == PERSON


def test_no_share_is_talked_out_of_a_custodian_by_other_rules(make_team: MakeTeam) -> None:
    """A requester who is a custodian plants an identity with a higher threshold, so that shares of subsets with themselves would count."""
    team = make_team(3)
    source = sealed_source(team)
    plant(team, 0, source, threshold=3)
    request = ask(team, 0, source)
    given = identity.share_identity(team.desks[1], team.reader(1), request, PASSPHRASE)
    holders = identity_seal.newest(team.desks[1], source).refs("holders")
    assert [team.desks[0].me in identity_seal.subset_of(record.number("subset"), holders) for record in given] == [False]


@pytest.mark.parametrize("changes", [{"holders": ()}, {"subsets": (1,)}, {"threshold": 0}, {"threshold": 200}, {"holders": (b"short",) * 6}])
def test_an_identity_that_cannot_be_is_passed_over(make_team: MakeTeam, changes: dict[str, Value]) -> None:
    team = make_team(2)
    source = sealed_source(team)
    plant(team, 1, source, **changes)
    request = ask(team, 0, source)
    for desk in team.desks:
        (view,) = identity.requests(desk, desk.reader("work"))
        assert view.needed == 1
    give(team, 1, request)
    assert open_at(team, 0, request) == PERSON


def test_a_disclosure_by_another_does_not_use_up_a_request(make_team: MakeTeam) -> None:
    team = make_team(2)
    request = ask(team, 0, sealed_source(team))
    ref = bytes(identity._request(team.desks[1], request).ref)
    ledger.append(team.desks[1], [Draft("decision", identity.ident_compartment(team.desks[1]), {"kind": "disclose", "targets": (ref,)})])
    give(team, 1, request)
    assert open_at(team, 0, request) == PERSON


def test_every_identity_has_one_size_and_an_empty_one_looks_like_a_full_one(make_team: MakeTeam) -> None:
    team = make_team(1)
    sizes = set()
    for number, details in enumerate((identity.Details(), PERSON, replace(PERSON, notes="я" * 1500))):
        source = sealed_source(team, details=details, code=f"P-{number}")
        record = identity_seal.newest(team.desks[0], source)
        sizes.add((len(record.raw("sealed")), tuple(len(share) for share in record.refs("shares"))))
    assert len(sizes) == 1
    with pytest.raises(UsageError, match=r"identity\.too_long"):
        sealed_source(team, details=replace(PERSON, notes="я" * 2100), code="P-9")


def test_code_name_is_shown_only_to_those_who_hold_the_dossier(make_team: MakeTeam) -> None:
    team = make_team(2)
    desk = team.desks[0]
    dossier = dossiers.new_dossier(desk, "P-7", "Pryklad")
    source = sources.add_source(desk, team.reader(), dossier, sources.SourceForm("S7", "person", "B"), PERSON)
    ask(team, 0, source)
    (own,) = identity.requests(desk, team.reader(0))
    (seen,) = identity.requests(team.desks[1], team.reader(1))
    assert (own.code, seen.code) == ("S7", "") and seen.mine and seen.purpose == "a hearing of the invented court"


def test_a_request_needs_a_purpose_and_a_source_that_is_known(make_team: MakeTeam) -> None:
    team = make_team(1)
    source = sealed_source(team)
    with pytest.raises(UsageError, match=r"identity\.purpose"):
        identity.request_identity(team.desks[0], team.reader(), source, "  ")
    with pytest.raises(NotFound):
        identity.request_identity(team.desks[0], team.reader(), bytes(16), "a purpose")
    with pytest.raises(NotFound):
        identity.share_identity(team.desks[0], team.reader(), bytes(16), PASSPHRASE)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"name": 1}', '{"other": ""}', "[" * 100_000])
def test_details_are_read_strictly(text: str) -> None:
    with pytest.raises(UsageError, match=r"identity\.form"):
        identity.details_from_json(text)


def test_details_may_leave_fields_out() -> None:
    assert identity.details_from_json(json.dumps({"name": "Vydumka"})) == identity.Details("Vydumka")
