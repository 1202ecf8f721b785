"""The publisher's verbs: let in, build, look, put out, say what was published; each refusal leaves everything as it was."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from letapis.core.language import LANGUAGES
from letapis.core.records import Draft
from letapis.desk import ledger, people
from letapis.desk.opening import open_desk
from letapis.engines import hosting
from letapis.engines.blobs_remote import Remote
from letapis.engines.keys.workspace import Workspace, create_workspace
from letapis.faces.cli import build
from letapis.faces.texts import texts
from tests.faces.cli.test_verbs import CHEAP, Hand, hand

__all__ = ["hand"]

IMPRINT = ["--address", "https://list.pryklad.example", "--contact", "list@pryklad.example"]


@pytest.fixture
def press(hand: Hand, tmp_path: Path) -> Iterator[Hand]:
    """A publisher of the organisation of ``hand``, at a workspace of their own; both exchange through a folder."""
    workspace, phrase = create_workspace(tmp_path / "press", os.urandom(16), cost=CHEAP)
    (tmp_path / "press-phrase").write_text(f"{phrase}\n", encoding="utf-8")
    other = replace(hand, workspace=workspace.path, phrase=tmp_path / "press-phrase")
    asked = other.does("member", "request", "--label", "press")
    told = ["publish", "publisher", "add", "Vydumka Press", "--request", "-", "--fingerprint", asked["fingerprint"]]
    welcome = hand.does(*told, stdin=asked["request"])
    hand.does("sync", "--relay", str(tmp_path / "relay"))
    assert other.does("member", "accept", "-", stdin=welcome["welcome"])["root_words"] == welcome["root_words"]
    other.does("sync", "--relay", str(tmp_path / "relay"))
    hand.does("sync")
    yield other


def test_a_publisher_builds_looks_puts_out_and_everybody_sees_what(hand: Hand, press: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site, words = tmp_path / "site", texts()
    assert [one["name"] for one in hand.does("publish", "publisher", "list")["publishers"]] == ["Vydumka Press"]
    assert "Vydumka Press" in hand.says("publish", "publisher", "list")
    assert hand.does("publish", "status") == {"releases": [], "uninvited": {}, "apart": 0, "step": "", "command": ""}
    assert words.say("publishing.none", "en") in hand.says("publish", "status")
    assert hand.fails("publish", "build", str(site), *IMPRINT) == (6, "publishing.not_publisher")
    assert press.fails("publish", "build", str(site)) == (2, "site.address") and hosting.current(site) is None
    assert press.does("publish", "build", str(site), "--look")["new"] is True and press.does("publish", "status")["releases"] == []
    made = press.does("publish", "build", str(site), *IMPRINT)
    assert (made["number"], made["persons"], made["left"], made["exchanged"]) == (1, 0, [], True) and made["pages"] > 10
    hand.does("sync")
    assert [one["number"] for one in hand.does("publish", "status")["releases"]] == [1], "colleagues hear of it with the build itself"
    again = press.does("publish", "build", str(site))
    assert again["new"] is False and again["shown_before"] is True and again["release"] == made["release"]
    assert words.say("publishing.same", "en", number=1) in press.says("publish", "build", str(site), "--look")
    # The place is remembered; nothing is sent twice.
    store = Remote("memory://")
    monkeypatch.setattr("letapis.engines.hosting_upload.place_at", lambda _: store)
    assert press.fails("publish", "upload", str(site)) == (2, "publishing.no_place")
    # What somebody put into the folder since goes nowhere.
    (site / "current" / "en" / "canary.html").write_text("nobody approved this", "utf-8")
    assert press.fails("publish", "upload", str(site), "--to", "-", stdin="s3://pryklad-list\n") == (6, "publishing.altered")
    (site / "current" / "en" / "canary.html").unlink()
    sent = press.does("publish", "upload", str(site), "--to", "-", stdin="s3://pryklad-list\n")
    assert (sent["number"], sent["sent"], sent["kept"]) == (1, made["files"], 0)
    assert press.does("publish", "upload", str(site))["sent"] == 0
    press.does("sync")
    hand.does("sync")
    (seen,) = hand.does("publish", "status")["releases"]
    assert (seen["number"], seen["here"], bool(seen["uploaded"])) == (1, False, True) and "Vydumka Press" in hand.says("publish", "status")
    assert press.does("publish", "policy")["policy"].count("log ") == 2
    assert press.does("publish", "snapshot", str(tmp_path / "frozen.json"))["number"] == 1
    assert press.fails("publish", "snapshot", str(tmp_path / "frozen.json")) == (7, "cli.file_unwritable")
    assert press.does("publish", "continue", str(site / "current" / "data" / "snapshot.json"))["number"] == 1
    assert press.fails("publish", "continue", str(site / "none.json")) == (7, "cli.file_unreadable")
    assert press.fails("publish", "rollback", str(site), "1", *IMPRINT) == (2, "publishing.no_such_number")
    # A byte in a page that stays, with its size and hour as before, is found, said and mended.
    page = site / "current" / "be" / "how-we-count.html"
    told, before = page.stat(), page.read_bytes()
    page.write_bytes(before.replace(b"<h1>", b"<H1>"))
    os.utime(page, ns=(told.st_atime_ns, told.st_mtime_ns))
    assert press.fails("publish", "upload", str(site)) == (6, "publishing.altered")
    said = press.says("publish", "build", str(site))
    assert words.say("publishing.altered", "en", count=1) in said and "  be/how-we-count.html" in said and page.read_bytes() == before
    assert press.does("publish", "build", str(site))["altered"] == []
    # A timer's verb: nothing to do, and where the relay is away nothing new, and the exit code says so.
    due = press.does("publish", "due", str(site))
    assert (due["built"], due["less"], due["due"], due["lapses"], due["upload"]["sent"]) == (False, False, "", [], 0)
    assert press.does("publish", "status")["step"] == "build" and words.say("publisher.step.build", "en") in press.says("publish", "status")
    (tmp_path / "relay").rename(tmp_path / "elsewhere")
    (tmp_path / "relay").write_text("a file", "utf-8")
    assert press.fails("publish", "due", str(site)) == (6, "publishing.exchange")
    assert press.fails("publish", "due", str(tmp_path / "other"), *IMPRINT) == (6, "publishing.exchange")


def test_what_is_wrong_stops_the_build_and_what_is_built_is_all_that_goes_out(press: Hand, tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "letter.txt").write_text("mine", "utf-8")
    assert press.fails("publish", "build", str(papers), *IMPRINT) == (6, "hosting.not_ours")
    assert press.fails("publish", "upload", str(tmp_path / "site"), "--to", "s3://pryklad-list") == (6, "publishing.not_built")
    (tmp_path / "relay").rename(tmp_path / "elsewhere")
    (tmp_path / "relay").write_text("a file", "utf-8")
    site = tmp_path / "site"
    assert press.fails("publish", "build", str(site), *IMPRINT) == (6, "publishing.exchange") and hosting.current(site) is None
    assert press.does("publish", "build", str(site), *IMPRINT, "--override", "The relay is down; all said by phone.")["exchanged"] is False
    assert press.does("publish", "status")["releases"][0]["override"].startswith("The relay")
    assert (papers / "letter.txt").read_text("utf-8") == "mine"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verb_explains_itself(language: str) -> None:
    verbs = build(texts(), language).all
    names = ("build", "rollback", "upload", "status", "policy", "snapshot", "publisher", "continue", "due")
    ours = [parser for words, parser in verbs.items() if words.split()[0] == "publish" and words.split()[1] in names]
    assert len(ours) == 10 and all(action.help for parser in ours for action in parser._actions)


def test_a_publisher_says_what_was_set_apart_is(hand: Hand, press: Hand) -> None:
    """Said by one member both ways, which is no more for it than against it."""
    made = hand.does("dossier", "new", "P-1", "--title", "Pryklad", "--person", "Vydumany")
    pub = hand.does("dossier", "show", "P-1")["public_compartment"]
    agent = Workspace.load(hand.workspace).unlock(hand.phrase.read_text("utf-8").strip())
    desk, home = open_desk(hand.workspace, agent), bytes.fromhex(pub)
    (publisher,) = people.publishers(desk)
    about = {"compartment": home, "class": "WORK", "dossier": bytes.fromhex(made["dossier"]), "epoch": 1}
    grant = {"compartment": home, "epoch": 1, "member": publisher}
    ledger.append(desk, [Draft("compartment", home, about), Draft("grant", home, grant)])
    desk.close()
    agent.lock()
    assert texts().say("publishing.apart.none", "en") in press.says("publish", "apart", "list")
    hand.does("sync")
    press.does("sync")
    (one,) = press.does("publish", "apart", "list")["apart"]
    assert (one["compartment"], one["dossier"], one["word"]) == (pub, made["dossier"], "") and one["public"] == one["other"] != []
    told = press.says("publish", "apart", "list")
    assert pub in told and texts().say("publishing.apart.open", "en") in told
    assert press.does("publish", "status")["apart"] == 1 and "letapis publish apart list" in press.says("publish", "status")
    assert press.fails("publish", "apart", "settle", "00" * 16, "public", "--because", "Asked") == (3, "publishing.not_apart")
    assert press.fails("publish", "apart", "settle", pub, "public", "--because", " ") == (2, "publishing.apart_reason")
    assert hand.fails("publish", "apart", "settle", pub, "public", "--because", "Asked") == (6, "publishing.not_publisher")
    assert texts().say("publishing.apart.said.public", "en") in press.says("publish", "apart", "settle", pub, "public", "--because", "Asked")
    press.does("sync")
    (one,) = press.does("publish", "apart", "list")["apart"]
    assert (one["word"], one["reason"]) == ("public", "Asked") and press.does("publish", "status")["apart"] == 0
    agent = Workspace.load(press.workspace).unlock(press.phrase.read_text("utf-8").strip())
    desk = open_desk(press.workspace, agent)
    assert home in desk.epochs()
    desk.close()
    agent.lock()
    assert press.does("publish", "apart", "settle", pub, "other", "--because", "A mistake")["word"] == "other"
