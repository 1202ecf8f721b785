"""People are let in by comparing a fingerprint, and by as many keepers as it takes."""

import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from letapis.core.errors import Hostile, LetapisError, Locked, Refused, UsageError
from letapis.core.membership import State
from letapis.desk import armour, dossiers, keyring, members, people, reading, sync
from letapis.desk.opening import Desk
from tests.team import Team, endorse_all

MakeTeam = Callable[..., Team]
MakeDesk = Callable[..., Desk]


def founded(desk: Desk) -> Desk:
    members.found_organisation(desk, "Pryklad", "Vydumka 1", marking="PRY")
    return desk


def request_of(desk: Desk) -> tuple[str, str]:
    """The request of a desk, and its fingerprint as it would be read out."""
    text = members.join_request(desk.agent, "laptop")
    return text, members.read_request(text).fingerprint


def test_a_founder_is_keeper_and_custodian_of_a_marked_organisation(make_desk: MakeDesk) -> None:
    desk = founded(make_desk(1))
    directory = people.directory(desk)
    assert (directory.name, directory.marking) == ("Pryklad", "PRY")
    assert directory.keepers() == directory.custodians() == (desk.me,)
    assert desk.reader("work").compartments == frozenset(desk.epochs()) and len(desk.epochs()) == 3
    assert {reading.members(desk, desk.reader("work"))[0].name} == {"Vydumka 1"}


def test_an_organisation_is_founded_once(make_desk: MakeDesk) -> None:
    desk = founded(make_desk(1))
    with pytest.raises(Refused, match=r"members\.founded_already"):
        founded(desk)
    for name, mine, code in ((" ", "Vydumka", "organisation_name"), ("Pryklad", "", "name"), ("P" * 201, "V", "organisation_name")):
        with pytest.raises(UsageError, match=rf"members\.{code}"):
            members.found_organisation(make_desk(2), name, mine)


def test_a_request_says_only_public_things_and_survives_the_way(make_desk: MakeDesk) -> None:
    newcomer = make_desk(2)
    text, fingerprint = request_of(newcomer)
    crumpled = "Dear colleague,\r\n\r\n" + text.replace("\n", "\r\n  ") + "\r\nYours"
    read = members.read_request(crumpled)
    assert (read.member, read.device, read.origin, read.label) == (newcomer.me, newcomer.device, newcomer.origin, "laptop")
    assert read.public == newcomer.agent.me().public and read.fingerprint == fingerprint
    assert len(fingerprint.replace(" ", "")) == 24


def test_two_in_a_room_admit_a_colleague(make_desk: MakeDesk) -> None:
    keeper, newcomer = founded(make_desk(1)), make_desk(2)
    request, fingerprint = request_of(newcomer)
    typed = "  " + fingerprint.lower().replace(" ", "   ")
    admitted = members.admit(keeper, keeper.reader("work"), request, "Vydumka 2", typed, keeper=True)
    assert not admitted.pending and members.accept_welcome(newcomer, admitted.welcome) == admitted.root_words
    assert people.root(newcomer) == people.root(keeper)
    held = {members.common_compartment(keeper, klass) for klass in members.COMMON}
    assert held < set(newcomer.epochs()) and len(newcomer.epochs()) == 3, "the common keys, and a compartment of one's own"
    assert newcomer.reader("work").compartments == frozenset(), "nothing is read before the directory is there"


@pytest.mark.parametrize("change", ["first", "last", "shorter", "longer", "empty"])
def test_another_fingerprint_lets_nobody_in(make_desk: MakeDesk, change: str) -> None:
    keeper, newcomer = founded(make_desk(1)), make_desk(2)
    request, right = request_of(newcomer)
    first, last = "Z" if right[0] != "Z" else "Y", "0" if right[-1] != "0" else "1"
    typed = {"first": first + right[1:], "last": right[:-1] + last, "shorter": right[:-1], "longer": right + "0"}
    with pytest.raises(Refused, match=r"members\.fingerprint_differs"):
        members.admit(keeper, keeper.reader("work"), request, "Vydumka 2", typed.get(change, ""))
    assert len(people.directory(keeper).members) == 1


def test_a_swapped_key_changes_the_fingerprint(make_desk: MakeDesk) -> None:
    """Whoever carries the request and puts their own key in must be found out by the voices comparing."""
    newcomer, thief = make_desk(2), make_desk(3)
    _, fingerprint = request_of(newcomer)
    body = json.loads(armour.unwrap(members.REQUEST, request_of(newcomer)[0]))
    own = newcomer.agent.me().public
    for name in ("kem", "record_ed25519", "record_mldsa44", "log_ed25519", "log_mldsa44"):
        swapped = type(own)(**{field: getattr(thief.agent.me().public if field == name else own, field) for field in own.__dataclass_fields__})
        text = armour.wrap(members.REQUEST, json.dumps({**body, "public": swapped.to_bytes().hex()}).encode())
        assert members.read_request(text).fingerprint != fingerprint


def test_a_third_keeper_needs_two(make_team: MakeTeam, make_desk: MakeDesk) -> None:
    team = make_team(2)
    newcomer = make_desk(3)
    assert team.admit(newcomer).pending
    team.settle()
    assert people.directory(team.desks[1]).members[newcomer.me].state is State.PROPOSED
    waiting = members.pending_entries(team.desks[1], team.reader(1))
    assert {p.type for p in waiting} == {"member", "device"} and all(p.supporters == (team.desks[0].me,) and p.needed == 2 for p in waiting)
    with pytest.raises(Refused, match=r"members\.endorsed_already"):
        members.endorse_entry(team.desks[0], team.reader(0), waiting[0].ref)
    endorse_all(team)
    team.settle(1)
    for desk in team.desks:
        assert people.directory(desk).members[newcomer.me].state is State.ACTIVE
    with pytest.raises(UsageError, match=r"members\.no_such_entry"):
        members.endorse_entry(team.desks[1], team.reader(1), waiting[0].ref)


def test_only_keepers_admit_endorse_and_register(make_team: MakeTeam, make_desk: MakeDesk) -> None:
    team = make_team(2, plain=(2,))
    plain, reader = team.desks[1], team.reader(1)
    request, fingerprint = request_of(make_desk(3))
    for attempt in (
        lambda: members.admit(plain, reader, request, "Vydumka 3", fingerprint),
        lambda: members.add_device(plain, reader, request, plain.me, fingerprint),
        lambda: members.register_member(plain, reader, "Vydumka 3"),
        lambda: members.endorse_entry(plain, reader, bytes(32)),
    ):
        with pytest.raises(Refused, match=r"members\.keepers_only"):
            attempt()


def test_a_registered_member_comes_with_a_workspace_of_that_id(make_desk: MakeDesk, make_team: MakeTeam) -> None:
    team = make_team(1)
    keeper = team.desks[0]
    member = members.register_member(keeper, team.reader(), "Vydumka without a machine", keeper=True, custodian=True)
    assert people.directory(keeper).members[member].state is State.ACTIVE and people.directory(keeper).keepers() == (keeper.me,)
    late = make_desk(5, member=member)
    request, fingerprint = request_of(late)
    with pytest.raises(Refused, match=r"members\.known_already"):
        members.admit(keeper, team.reader(), request, "Vydumka", fingerprint)
    admitted = members.add_device(keeper, team.reader(), request, member, fingerprint)
    members.accept_welcome(late, admitted.welcome)
    sync.set_relay(late, str(team.relay))
    team.desks.append(late)
    team.settle()
    assert member in people.directory(late).keepers() and late.reader("work").compartments
    with pytest.raises(Refused, match=r"members\.known_already"):
        members.add_device(keeper, team.reader(), request, member, fingerprint)


def test_a_device_is_added_to_the_member_that_its_request_names(make_desk: MakeDesk) -> None:
    keeper = founded(make_desk(1))
    request, fingerprint = request_of(make_desk(2))
    with pytest.raises(Refused, match=r"members\.other_member"):
        members.add_device(keeper, keeper.reader("work"), request, keeper.me, fingerprint)
    with pytest.raises(UsageError, match=r"members\.unknown_member"):
        members.add_device(keeper, keeper.reader("work"), request, bytes(16), fingerprint)


def test_a_second_device_reads_what_the_first_wrote(make_team: MakeTeam, make_desk: MakeDesk) -> None:
    team = make_team(1)
    first = team.desks[0]
    dossiers.new_dossier(first, "P-1", "Pryklad", "person", "Vydumka Prykladny")
    second = make_desk(4, member=first.me)
    request, fingerprint = request_of(second)
    members.accept_welcome(second, members.add_device(first, team.reader(), request, first.me, fingerprint).welcome)
    sync.set_relay(second, str(team.relay))
    team.desks.append(second)
    team.settle()
    assert [d.code for d in reading.dossiers(second, second.reader("work"))] == ["P-1"]


# ---- welcomes ----------------------------------------------------------------------------------------------------------


def welcome_for(keeper: Desk, newcomer: Desk) -> members.Admitted:
    request, fingerprint = request_of(newcomer)
    return members.admit(keeper, keeper.reader("work"), request, "Vydumka 2", fingerprint)


def test_a_welcome_opens_on_its_own_device_only(make_desk: MakeDesk) -> None:
    keeper, newcomer, other = founded(make_desk(1)), make_desk(2), make_desk(3)
    welcome = welcome_for(keeper, newcomer).welcome
    with pytest.raises(Hostile, match=r"members\.welcome_not_ours"):
        members.accept_welcome(other, welcome)
    assert other.epochs() == {} and people.root(other) == b""


def test_a_welcome_of_another_organisation_does_not_replace_the_pinned_one(make_desk: MakeDesk) -> None:
    keeper, other, newcomer = founded(make_desk(1)), founded(make_desk(3)), make_desk(2)
    members.accept_welcome(newcomer, welcome_for(keeper, newcomer).welcome)
    held = newcomer.epochs()
    with pytest.raises(Refused, match=r"ledger\.root_pinned"):
        members.accept_welcome(newcomer, welcome_for(other, newcomer).welcome)
    assert newcomer.epochs() == held and people.root(newcomer) == people.root(keeper)


def test_a_welcome_with_another_root_shows_other_words(make_desk: MakeDesk) -> None:
    keeper, newcomer = founded(make_desk(1)), make_desk(2)
    admitted = welcome_for(keeper, newcomer)
    body = json.loads(armour.unwrap(members.WELCOME, admitted.welcome))
    changed = armour.wrap(members.WELCOME, json.dumps({**body, "root": "ab" * 32}).encode())
    assert members.accept_welcome(newcomer, changed) != admitted.root_words


def test_accepting_a_welcome_twice_changes_nothing(make_desk: MakeDesk) -> None:
    keeper, newcomer = founded(make_desk(1)), make_desk(2)
    welcome = welcome_for(keeper, newcomer).welcome
    words = members.accept_welcome(newcomer, welcome)
    held = newcomer.epochs()
    assert members.accept_welcome(newcomer, welcome) == words and newcomer.epochs() == held


def test_a_welcome_must_bring_the_common_keys_and_no_others(make_desk: MakeDesk) -> None:
    keeper, newcomer = founded(make_desk(1)), make_desk(2)
    bundle = keyring.make_bundle(keeper, newcomer.agent.me().public, sorted(keeper.epochs().items()))
    text = armour.wrap(members.WELCOME, json.dumps({"root": people.root(keeper).hex(), "bundle": bundle.hex()}).encode())
    with pytest.raises(Hostile, match=r"members\.welcome_form"):
        members.accept_welcome(newcomer, text)
    assert newcomer.epochs() == {}


def test_nothing_works_before_there_is_an_organisation(make_desk: MakeDesk) -> None:
    desk = make_desk(1)
    with pytest.raises(Locked, match=r"members\.no_organisation"):
        members.common_compartment(desk, "ORG")
    with pytest.raises(Refused, match=r"members\.keepers_only"):
        members.register_member(desk, desk.reader("work"), "Vydumka")
    with pytest.raises(Refused, match=r"members\.keepers_only"):
        members.pending_entries(desk, desk.reader("work"))


# ---- armour and hostile texts --------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(data=st.binary(min_size=1, max_size=3000))
def test_armour_gives_back_what_was_wrapped(data: bytes) -> None:
    text = armour.wrap("JOIN REQUEST", data)
    assert max(map(len, text.splitlines())) <= 71 and armour.unwrap("JOIN REQUEST", text) == data


@settings(deadline=None)
@given(data=st.binary(min_size=1, max_size=300), place=st.integers(0, 10_000), letter=st.sampled_from("Aa0+/="))
def test_a_changed_letter_is_found(data: bytes, place: int, letter: str) -> None:
    lines = armour.wrap("WELCOME", data).split("\n")
    body = "\n".join(lines[1:-3])
    place %= len(body)
    changed = body[:place] + letter + body[place + 1 :]
    if "".join(changed.split()) == "".join(body.split()):
        return
    text = "\n".join([lines[0], changed, *lines[-3:]])
    try:
        assert armour.unwrap("WELCOME", text) == data  # the bits that base64 leaves unused
    except Hostile as fault:
        assert fault.code in ("members.armour_checksum", "members.armour_form")


def test_a_text_that_is_no_request_says_why() -> None:
    right = armour.wrap(members.REQUEST, b"{}")
    cases = {
        "": "members.armour_form",
        "hello": "members.armour_form",
        right.replace("JOIN REQUEST", "WELCOME"): "members.armour_form",
        right.replace("e30=", "e3=0"): "members.armour_form",
        right.replace("e30=", "e3A="): "members.armour_checksum",
        "x" * (2 * armour.MAX_BYTES + 1): "members.armour_size",
        right: "members.request_form",
    }
    for text, code in cases.items():
        with pytest.raises(Hostile) as caught:
            members.read_request(text)
        assert caught.value.code == code


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
@given(changes=st.dictionaries(st.sampled_from(["member", "label", "device", "origin", "public", "more"]), _JSON, min_size=1))
def test_a_request_with_any_other_content_is_refused_or_read_whole(make_desk: MakeDesk, changes: dict[str, object]) -> None:
    desk = make_desk(2) if not _kept else _kept[0]
    _kept[:] = [desk]
    body = json.loads(armour.unwrap(members.REQUEST, members.join_request(desk.agent, "laptop")))
    text = armour.wrap(members.REQUEST, json.dumps({**body, **changes}).encode())
    try:
        read = members.read_request(text)
    except LetapisError as fault:
        assert fault.code in ("members.request_form", "members.device_label")
    else:
        assert set(changes) <= {"label", "device", "origin"} and len(read.label) <= 60


_kept: list[Desk] = []


def test_deep_json_is_no_crash() -> None:
    with pytest.raises(Hostile, match=r"members\.request_form"):
        members.read_request(armour.wrap(members.REQUEST, b"[" * 200_000))
