"""Each verb by itself: what it answers, in JSON and in words, and what it refuses."""

import io
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from letapis import __version__
from letapis.core.language import LANGUAGES
from letapis.desk import members
from letapis.desk.opening import open_desk
from letapis.engines.keys.workspace import create_workspace
from letapis.engines.seal import PassphraseCost
from letapis.faces.cli import build, main
from letapis.faces.texts import texts
from tests.desk.test_own_rules import rules
from tests.faces.cli.conftest import quiet

CHEAP = PassphraseCost(64, 1, 1)
NAME = "Alena Vydumka"


@dataclass
class Hand:
    """One member at the command line, in this process."""

    workspace: Path
    phrase: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def call(self, *words: str, stdin: str | bytes = "") -> tuple[int, str, str]:
        raw = stdin.encode() if isinstance(stdin, str) else stdin
        self.monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))
        code = main([*words, "--workspace", str(self.workspace), "--passphrase-file", str(self.phrase)])
        return code, *self.capsys.readouterr()

    def does(self, *words: str, stdin: str | bytes = "") -> Any:
        code, out, err = self.call(*words, "--json", stdin=stdin)
        assert (code, err) == (0, ""), err
        return json.loads(out)

    def says(self, *words: str, stdin: str | bytes = "") -> str:
        code, out, err = self.call(*words, stdin=stdin)
        assert (code, err) == (0, ""), err
        return out

    def fails(self, *words: str, stdin: str | bytes = "") -> tuple[int, str]:
        code, _, err = self.call(*words, "--json", stdin=stdin)
        return code, json.loads(err)["error"]


@pytest.fixture
def hand(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Hand]:
    """The only member of an invented organisation, with a workspace that opens quickly."""
    quiet(monkeypatch)
    workspace, phrase = create_workspace(tmp_path / "w", os.urandom(16), cost=CHEAP)
    (tmp_path / "phrase").write_text(f"{phrase}\n", encoding="utf-8")
    agent = workspace.unlock(phrase)
    desk = open_desk(workspace.path, agent)
    members.found_organisation(desk, "Invented Centre", NAME, "invented")
    desk.close()
    agent.lock()
    yield Hand(workspace.path, tmp_path / "phrase", capsys, monkeypatch)


@pytest.fixture
def dossier(hand: Hand) -> Hand:
    """With a dossier about one person and one source."""
    hand.does("dossier", "new", "P-1", "--title", "Pryklad", "--person", "Vydumany")
    hand.does("source", "add", "P-1", "Kalina", "--grade", "B")
    return hand


def add_claim(hand: Hand, name: str = "detention.start", value: str = "2024-11-12", **more: str) -> str:
    given = [word for key, text in more.items() for word in (f"--{key.replace('_', '-')}", text)]
    words = ["claim", "add", "P-1", "--property", name, "--value", value, "--subject", "Vydumany", "--source", "Kalina", "--basis", "saw"]
    return str(hand.does(*words, *given)["claims"][0])


# ---- help ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verb_and_every_word_of_it_is_explained(language: str) -> None:
    for words, parser in build(texts(), language).all.items():
        assert parser.description, words
        assert not [action.dest for action in parser._actions if not action.help], words


def test_it_says_its_version_without_a_workspace(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert not end.value.code and capsys.readouterr().out == f"letapis {__version__}\n"


def test_the_verbs_of_the_design_are_there() -> None:
    expected = """init start lock status sync audit rebuild backup restore demo timeline find judge check dispute withdraw overrule retract
        dossier_new dossier_list dossier_show dossier_admit note_add source_add source_compare source_list identity_request
        identity_share identity_open consent_set evidence_add evidence_show claim_add claim_list claim_show claim_correct law_show
        law_evaluate law_check brief_make brief_show brief_approve brief_gates brief_produce casefile_export member_add member_remove
        member_list member_request member_accept member_endorse device_add device_remove device_list"""
    assert {name.replace("_", " ") for name in expected.split()} <= set(build(texts(), "en").all)


# ---- the workspace ---------------------------------------------------------------------------------------------------


def test_init_makes_an_organisation_and_shows_the_passphrase_once(hand: Hand, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["init", "--workspace", str(tmp_path / "new"), "--organisation", "Invented", "--name", NAME, "--json"]
    assert main(words) == 0
    made = json.loads(capsys.readouterr().out)
    assert len(made["passphrase"].split()) == 6 and len(made["member"]) == 32
    assert main(words) == 6
    assert json.loads(capsys.readouterr().err)["error"] == "workspace.exists"


def test_init_with_a_chosen_passphrase_does_not_repeat_it(tmp_path: Path, hand: Hand, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["init", "--workspace", str(tmp_path / "new"), "--join", "--passphrase-file", str(hand.phrase)]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert hand.phrase.read_text().strip() not in out and "BEGIN LETAPIS JOIN REQUEST" in out


@pytest.mark.parametrize(
    "words, code",
    [
        ([], "cli.init_what"),
        (["--join", "--organisation", "A"], "cli.init_what"),
        (["--organisation", "A"], "members.name"),
        (["--organisation", " ", "--name", "B"], "members.organisation_name"),
        (["--join", "--label", " "], "members.device_label"),
        (["--join", "--member", "abc"], "workspace.member"),
    ],
)
def test_init_says_what_is_missing(hand: Hand, tmp_path: Path, words: list[str], code: str) -> None:
    hand.workspace = tmp_path / "other"
    assert hand.fails("init", *words) == (2, code)
    assert not hand.workspace.exists()


def test_status_and_lock_of_a_locked_desk(hand: Hand) -> None:
    assert hand.does("status")["open"] is False
    assert hand.does("lock") == {"locked": True}


def test_sync_needs_a_relay_once(hand: Hand, tmp_path: Path) -> None:
    assert hand.fails("sync")[1] == "sync.no_relay"
    assert hand.does("sync", "--relay", str(tmp_path / "relay"))["sent"] > 0
    assert hand.does("sync")["faults"] == []


def test_audit_and_rebuild_of_a_sound_workspace(dossier: Hand) -> None:
    before = dossier.does("dossier", "show", "P-1")
    assert dossier.does("audit", "--processes", "1")["faults"] == []
    assert dossier.does("rebuild")["records"] > 5
    assert dossier.does("dossier", "show", "P-1") == before


def test_audit_of_a_lost_original_says_so_and_fails(dossier: Hand) -> None:
    dossier.does("evidence", "add", "P-1", "-", "--title", "Page", "--without-copy", stdin="Pryklad")
    for file in (dossier.workspace / "objects").rglob("*"):
        if file.is_file():
            file.unlink()
    code, out, err = dossier.call("audit", "--processes", "1", "--json")
    assert code == 5 and json.loads(err)["error"] == "cli.audit_faults"
    assert [fault["code"] for fault in json.loads(out)["faults"]] == ["evidence.object_missing"]


def test_a_backup_becomes_a_workspace_again(dossier: Hand, tmp_path: Path) -> None:
    made = dossier.does("backup", str(tmp_path / "copy"))
    (tmp_path / "code").write_text(made["code"], encoding="utf-8")
    assert dossier.fails("backup", str(tmp_path / "copy"))[0] == 6
    dossier.workspace = tmp_path / "again"
    assert dossier.fails("restore", str(tmp_path / "copy")) == (2, "cli.no_code")
    assert dossier.fails("restore", str(tmp_path / "copy"), "--code-file", "-", stdin="X")[0] == 2
    restored = dossier.does("restore", str(tmp_path / "copy"), "--code-file", str(tmp_path / "code"))
    assert restored["admitted"] and restored["workspace"] == str(tmp_path / "again")
    assert [d["code"] for d in dossier.does("dossier", "list")["dossiers"]] == ["P-1"]
    assert dossier.does("audit", "--processes", "1")["faults"] == []


# ---- dossiers, sources, consent --------------------------------------------------------------------------------------


def test_dossiers_are_listed_shown_and_found(dossier: Hand) -> None:
    listed = dossier.does("dossier", "list")["dossiers"]
    assert [d["code"] for d in listed] == ["P-1"]
    shown = dossier.does("dossier", "show", listed[0]["dossier"][:6])
    assert [p["label"] for p in shown["people"]] == ["Vydumany"] and [s["code"] for s in shown["sources"]] == ["Kalina"]
    dossier.does("dossier", "add", "P-1", "Invented prison", "--kind", "place")
    assert "Invented prison" in dossier.says("dossier", "show", "p-1")
    assert dossier.does("find", "Vydumany")["hits"]
    assert dossier.says("find", "няма") == texts().say("cli.find.none", "en") + "\n"


def test_a_dossier_that_is_not_there_is_not_found(hand: Hand) -> None:
    assert hand.fails("dossier", "show", "P-9")[0] == 3
    assert hand.says("dossier", "list") == texts().say("cli.dossiers.none", "en") + "\n"


def test_sources_are_graded_compared_and_listed(dossier: Hand) -> None:
    dossier.does("source", "add", "P-1", "Klon", "--kind", "media", "--upstream", "Kalina")
    dossier.does("source", "grade", "P-1", "Klon", "D")
    assert {s["code"]: s["grade"] for s in dossier.does("source", "list", "P-1")["sources"]} == {"Kalina": "B", "Klon": "D"}
    assert dossier.fails("source", "grade", "P-1", "Klon", "Z") == (2, "sources.grade")
    dossier.does("source", "compare", "P-1", "Kalina", "Klon", "--reason", "Two people.")


def test_an_identity_file_is_sealed_and_a_wrong_one_refused(dossier: Hand, tmp_path: Path) -> None:
    file = tmp_path / "identity.json"
    file.write_text(json.dumps({"name": "Vydumanaja Krynica"}), encoding="utf-8")
    assert dossier.does("source", "add", "P-1", "Lipa", "--identity", str(file))["custody"] == "identity.one_person_custody"
    assert dossier.fails("source", "add", "P-1", "Dub", "--identity", "-", stdin="[]")[0] == 2
    request = dossier.does("identity", "request", "P-1", "Lipa", "--purpose", "To call back.")["request"]
    assert dossier.does("identity", "list")["requests"][0]["request"] == request
    assert dossier.does("identity", "open", request)["identity"]["name"] == "Vydumanaja Krynica"


def test_consent_is_set_for_a_source_and_for_a_person(dossier: Hand) -> None:
    assert dossier.does("consent", "set", "P-1", "Kalina", "keep_internal", "given")["answer"] == "given"
    dossier.does("consent", "set", "P-1", "Vydumany", "wgad_regular", "given", "--surrogate", "--reason", "The mother said so.")
    assert dossier.fails("consent", "set", "P-1", "Kalina", "no_such", "given") == (2, "consent.scope")
    assert dossier.fails("consent", "set", "P-1", "Kalina", "keep_internal", "perhaps") == (2, "consent.answer")
    assert dossier.fails("consent", "set", "P-1", "Nobody", "keep_internal", "given")[0] == 3


# ---- notes and claims ------------------------------------------------------------------------------------------------


def test_claims_are_cut_from_the_words_of_a_note(dossier: Hand, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("Яго забралі 12 лістапада. Дома зрабілі вобшук.", encoding="utf-8")
    note = dossier.does(
        "note", "add", "P-1", "--title", "Call", "--text", f"@{file}", "--source", "Kalina", "--basis", "saw", "--subject", "Vydumany"
    )["note"]
    told = json.dumps([{"property": "detention.start", "value": "2024-11-12"}, {"property": "detention.masked_agents", "value": "true"}])
    made = dossier.does("claim", "add", "P-1", "--note", note[:8], "--quote", "Яго забралі 12 лістапада.", "--claims", "-", stdin=told)
    shown = dossier.does("claim", "show", made["claims"][0][:8])
    assert shown["words"] == "Яго забралі 12 лістапада." and shown["level"] == "open"
    assert dossier.does("timeline", "P-1")["timeline"][0]["value"] == "2024-11-12"
    words = ["claim", "add", "P-1", "--note", note, "--claims", told]
    assert dossier.fails(*words, "--quote", "Гэтага няма") == (2, "claims.quote_not_found")


def test_what_stands_beside_a_list_of_claims_holds_for_each_that_says_nothing_else(dossier: Hand) -> None:
    told = json.dumps([{"property": "person.sex", "value": "m"}, {"property": "detention.start", "value": "2024-11-12", "basis": "was_told"}])
    words = ("--source", "Kalina", "--basis", "saw", "--subject", "Vydumany")
    made = dossier.does("claim", "add", "P-1", "--claims", "-", *words, stdin=told)
    shown = [dossier.does("claim", "show", claim) for claim in made["claims"]]
    assert [one["basis"] for one in shown] == ["saw", "was_told"]
    assert all(one["source"] for one in shown) and len({one["source"] for one in shown}) == 1


def test_a_claim_can_be_corrected_disputed_and_taken_back(dossier: Hand) -> None:
    first = add_claim(dossier)
    second = dossier.does("claim", "correct", first, "--value", "2024-11-13")["claim"]
    assert dossier.does("claim", "show", first)["replaced"] and dossier.does("claim", "show", second)["value"] == "2024-11-13"
    dispute = dossier.does("dispute", second, "--reason", "Another day was named.")["decision"]
    assert dossier.does("claim", "show", second)["level"] == "disputed"
    assert dossier.fails("overrule", dispute, "--reason", "No.") == (6, "verify.overrule_own")
    dossier.does("withdraw", dispute)
    assert dossier.does("claim", "show", second)["level"] == "open"
    dossier.does("retract", second, "--reason", "Misheard.")
    assert dossier.does("claim", "show", second)["level"] == "retracted"


def test_an_own_claim_is_not_checked(dossier: Hand) -> None:
    assert dossier.fails("check", add_claim(dossier)) == (6, "verify.own_claim")
    assert dossier.fails("check") == (2, "cli.check_what")


@pytest.mark.parametrize("told", ["{", "{}", "[]", "[1]", '[{"property": "x"}]', '[{"property": "x", "value": 1, "other": 2}]', "[" * 100_000])
def test_claims_that_are_no_claims_are_refused(dossier: Hand, told: str) -> None:
    assert dossier.fails("claim", "add", "P-1", "--claims", "-", stdin=told) == (2, "cli.claims_form")


def test_a_text_that_cannot_be_read_is_refused(dossier: Hand, tmp_path: Path) -> None:
    words = ["note", "add", "P-1", "--title", "T", "--text"]
    assert dossier.fails(*words, f"@{tmp_path}/none") == (2, "cli.text_unreadable")
    assert dossier.fails(*words, "-", stdin=b"\xff\xfe") == (2, "cli.text_unreadable")


def test_claims_are_listed_in_words_in_three_languages(dossier: Hand) -> None:
    claim = add_claim(dossier)
    for language in LANGUAGES:
        line = dossier.says("claim", "list", "P-1", "--language", language)
        assert claim[:8] in line and texts().say("claims.level.open", language) in line


# ---- evidence --------------------------------------------------------------------------------------------------------


def test_a_file_is_kept_byte_for_byte_and_shown(dossier: Hand, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_bytes("Выдуманы ліст".encode())
    kept = dossier.does("evidence", "add", "P-1", str(file), "--title", "Letter", "--kind", "testimony", "--source", "Kalina")
    assert kept["size"] == file.stat().st_size and kept["media_type"] == "text/plain" and kept["pages"] >= 0
    shown = dossier.does("evidence", "show", kept["evidence"][:8])
    assert shown["name"] == "letter.txt" and shown["custody"][0]["event"] == "accession"
    assert [e["evidence"] for e in dossier.does("evidence", "list", "P-1")["evidence"]] == [kept["evidence"]]
    assert dossier.fails("evidence", "add", "P-1", str(file), "--title", "Again") == (6, "evidence.duplicate")
    assert kept["sha256"] in dossier.says("evidence", "show", kept["evidence"])


def test_whether_a_document_is_authentic_is_a_colleague_s_word(dossier: Hand) -> None:
    kept = dossier.does("evidence", "add", "P-1", "-", "--title", "Letter", "--without-copy", stdin="Pryklad")["evidence"]
    assert dossier.does("evidence", "authentic", kept[:8]) == {"evidence": kept, "authentic": False, "words": []}
    assert dossier.says("evidence", "authentic", kept[:8]) == "nobody looked yet\n"
    assert dossier.fails("evidence", "authentic", kept[:8], "--say", "yes", "--reason", "x") == (6, "verify.own_document")
    assert dossier.fails("evidence", "authentic", "abcd") == (3, "reading.not_found")


def test_evidence_that_is_empty_or_cannot_be_read_is_refused(dossier: Hand, tmp_path: Path) -> None:
    assert dossier.fails("evidence", "add", "P-1", "-", "--title", "Empty") == (2, "evidence.empty")
    assert dossier.fails("evidence", "add", "P-1", str(tmp_path / "none"), "--title", "None") == (7, "cli.file_unreadable")
    assert dossier.fails("evidence", "add", "P-1", str(tmp_path), "--title", "Folder") == (7, "cli.file_unreadable")
    assert dossier.says("evidence", "list", "P-1") == texts().say("cli.evidence.none", "en") + "\n"


def test_a_hostile_file_is_kept_without_a_copy(dossier: Hand, tmp_path: Path) -> None:
    kept = dossier.does("evidence", "add", "P-1", "-", "--title", "Broken", "--media-type", "image/png", stdin=b"\x89PNG\r\n\x1a\n" + b"\0" * 64)
    assert kept["pages"] == 0
    assert dossier.does("evidence", "show", kept["evidence"])["size"] == 72


# ---- law, documents, case files --------------------------------------------------------------------------------------


def test_a_judgement_needs_an_element_that_asks_for_one(dossier: Hand) -> None:
    dossier.does("judge", "P-1", "WGAD-II", "E2", "yes", "--reason", "No need is named.")
    assert dossier.fails("judge", "P-1", "WGAD-II", "E99", "no", "--reason", "x") == (2, "verify.no_judgement")
    assert dossier.fails("judge", "P-1", "WGAD-II", "E2", "no", "--reason", "x", "--person", "Nobody")[0] == 3


def test_a_document_is_made_shown_and_held_back(dossier: Hand, tmp_path: Path) -> None:
    add_claim(dossier)
    own = json.dumps({"no_such_field": "x"})
    assert dossier.fails("brief", "make", "P-1", "--own-words", own) == (2, "submit.own_words")
    assert dossier.fails("brief", "make", "P-1", "--own-words", "[1]") == (2, "cli.own_words_form")
    made = dossier.does("brief", "make", "P-1")
    assert made["words"] > 50 and made["missing"]
    assert dossier.does("brief", "show", made["brief"][:8])["document"]["title"] in dossier.says("brief", "show", made["brief"])
    assert [b["brief"] for b in dossier.does("brief", "list", "P-1")["briefs"]] == [made["brief"]]
    gates = dossier.does("brief", "gates", made["brief"])
    assert not gates["open"] and all(g["text"] != g["because"] for g in gates["gates"])
    assert dossier.fails("brief", "produce", made["brief"], "--to", str(tmp_path / "out")) == (6, "submit.gates")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "submission.pdf").touch()
    assert dossier.fails("brief", "produce", made["brief"], "--to", str(tmp_path / "out")) == (6, "cli.file_exists")


def test_a_case_file_of_one_letter(dossier: Hand, tmp_path: Path) -> None:
    words = ["casefile", "export", "P-1", "--recipient", "Invented court", "--purpose", "Invented case", "--to"]
    assert dossier.fails(*words, str(tmp_path / "case")) == (6, "casefile.no_items")
    dossier.does("evidence", "add", "P-1", "-", "--title", "Letter", stdin="Pryklad")
    dossier.does("sync", "--relay", str(tmp_path / "relay"))
    assert dossier.does(*words, str(tmp_path / "case"))["items"] == 1
    assert (tmp_path / "case" / "VERIFY.md").exists()
    assert dossier.fails(*words, str(dossier.workspace / "case")) == (6, "casefile.inside_workspace")
    made = dossier.does("casefile", "trust", "--to", str(tmp_path / "trust"))
    assert Path(made["policy"]).read_text().startswith("log ")
    Path(made["policy"]).unlink()
    assert dossier.fails("casefile", "trust", "--to", str(tmp_path / "trust")) == (6, "cli.file_exists")
    assert not Path(made["policy"]).exists(), "both files or none"


# ---- people ----------------------------------------------------------------------------------------------------------


def test_members_and_devices_are_listed(hand: Hand) -> None:
    assert [m["name"] for m in hand.does("member", "list")["members"]] == [NAME]
    assert [d["state"] for d in hand.does("device", "list")["devices"]] == ["active"]
    assert hand.says("member", "pending") == texts().say("cli.member.none_pending", "en") + "\n"


def test_a_newcomer_is_let_in_only_with_the_right_fingerprint(hand: Hand, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = Hand(tmp_path / "other", hand.phrase, capsys, hand.monkeypatch)
    asked = other.does("init", "--join")
    words = ["member", "add", "Bahdan Pryklad", "--request", "-", "--fingerprint"]
    assert hand.fails(*words, "0000 0000 0000", stdin=asked["request"]) == (6, "members.fingerprint_differs")
    assert hand.fails("member", "add", "Bahdan", "--request", "-") == (2, "cli.member_fingerprint")
    assert hand.fails(*words, asked["fingerprint"], stdin="not a request")[0] == 8
    welcome = hand.does(*words, asked["fingerprint"], "--keeper", stdin=asked["request"])
    assert not welcome["pending"]
    assert other.does("member", "accept", "-", stdin=welcome["welcome"])["root_words"] == welcome["root_words"]
    hand.does("sync", "--relay", str(tmp_path / "relay"))
    other.does("sync", "--relay", str(tmp_path / "relay"))
    assert {m["name"] for m in other.does("member", "list")["members"]} == {NAME, "Bahdan Pryklad"}
    removed = hand.does("member", "remove", "Bahdan Pryklad", "--reason", "Left.")
    waiting = hand.does("member", "pending")["pending"]
    assert removed["pending"] == bool(waiting)
    state = next(m["state"] for m in hand.does("member", "list")["members"] if m["name"] == "Bahdan Pryklad")
    assert state == ("active" if removed["pending"] else "removed")


def test_a_member_without_a_device_joins_later_under_the_same_id(hand: Hand, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ident = hand.does("member", "add", "Darja Niebylica")["member"]
    other = Hand(tmp_path / "other", hand.phrase, capsys, hand.monkeypatch)
    asked = other.does("init", "--join", "--member", ident)
    words = ["device", "add", "Darja Niebylica", "--request", "-", "--fingerprint", asked["fingerprint"]]
    assert hand.does(*words, stdin=asked["request"])["welcome"]
    assert other.does("member", "request")["fingerprint"] == asked["fingerprint"]
    device = next(d for d in hand.does("device", "list")["devices"] if d["member"] == ident)["device"]
    assert hand.does("device", "remove", device, "--reason", "Lost.")["record"]


# ---- the example -----------------------------------------------------------------------------------------------------


def test_the_example_does_not_touch_a_folder_of_somebody_else(hand: Hand, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").touch()
    for more in ([], ["--fresh"]):
        assert hand.fails("demo", str(tmp_path / "mine"), "--check", *more) == (6, "demo.foreign_folder")
    assert (tmp_path / "mine" / "letter").exists()


def test_an_earlier_example_is_replaced_only_on_demand(hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from letapis.desk import demo

    demo.prepare(tmp_path / "d", fresh=False)
    (tmp_path / "d" / "old").touch()
    assert hand.fails("demo", str(tmp_path / "d"), "--check") == (6, "demo.exists")
    demo.prepare(tmp_path / "d", fresh=True)
    assert [file.name for file in (tmp_path / "d").iterdir()] == [demo.MARK]


def test_the_example_shows_what_it_was_made_to_show(hand: Hand) -> None:
    code, out, err = hand.call("demo", "--check", "--json")
    assert code == 0, err
    assert all(json.loads(out)["shows"].values()) and len(json.loads(out)["shows"]) == 9


def test_own_rules_are_taken_from_a_folder_shown_and_dropped(hand: Hand, tmp_path: Path) -> None:
    assert hand.does("law", "overlay") == {"overlay": None, "used": False}
    folder = rules(tmp_path / "rules")
    assert hand.does("law", "overlay", str(folder)) == {"overlay": {"name": "PRYKLAD", "version": "1.0", "files": 3}, "used": True}
    assert "PRYKLAD" in hand.says("law", "overlay")
    hand.does("dossier", "new", "P-1", "--title", "Pryklad", "--person", "Vydumany")
    read = hand.does("law", "evaluate", "--dossier", "P-1", "--norm", "OWN-1")
    assert read["rulebook"].endswith("+PRYKLAD-1.0") and read["norms"][0]["id"] == "OWN-1"
    assert read["norms"][0]["proof"] is None and {"fact": "own.letter_burnt", "norms": ["OWN-1"]} in read["questions"]
    (folder / "norms" / "own" / "OWN-1.toml").write_text("x =", encoding="utf-8")
    assert hand.fails("law", "overlay", str(folder)) == (2, "law.folder_faults")
    assert hand.fails("law", "evaluate", "--dossier", "P-1", "--rules", str(folder)) == (2, "cli.law_rules_of_desk")
    assert hand.fails("law", "overlay", str(folder), "--off")[0] == 2
    assert hand.does("law", "overlay", "--off") == {"overlay": None, "used": False}
    assert not hand.does("law", "evaluate", "--dossier", "P-1", "--norm", "ICCPR-9-3")["rulebook"].endswith("PRYKLAD-1.0")


def test_rules_of_a_folder_can_be_tried_on_a_file_of_facts_without_a_workspace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, facts = rules(tmp_path / "rules"), tmp_path / "facts.toml"
    facts.write_text('[facts]\n"own.letter_burnt" = true\n', encoding="utf-8")
    assert main(["law", "evaluate", str(facts), "--rules", str(folder), "--norm", "OWN-1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["norms"][0]["elements"][0]["result"] == "met"
    assert main(["law", "show", "OWN-1", "--rules", str(folder)]) == 0
    assert main(["law", "evaluate", str(facts), "--json"]) == 2


def test_a_dossier_is_compared_with_an_earlier_day_and_with_other_rules(dossier: Hand, tmp_path: Path) -> None:
    add_claim(dossier)
    found = dossier.does("law", "compare", "P-1", "--day", "2020-05", "--person", "Vydumany")
    changed = {norm["id"]: norm for norm in found["norms"]}
    told = dossier.does("law", "evaluate", "--dossier", "P-1", "--person", "Vydumany")
    assert told["questions"] and all(one["norms"] for one in told["questions"])
    assert texts().say("lawpage.questions", "en") in dossier.says("law", "evaluate", "--dossier", "P-1")
    assert changed["ICCPR-9-1-LAWFUL"]["came"] and changed["ICCPR-9-1-LAWFUL"]["went"] == [] and len(found["rulebooks"]) == 2
    assert texts().say("lawthen.came", "en") in dossier.says("law", "compare", "P-1", "--day", "2020-05")
    folder = str(rules(tmp_path / "rules"))
    assert {norm["id"] for norm in dossier.does("law", "compare", "P-1", "--rules", folder)["norms"]} == {"OWN-1"}
    assert "OWN-1" in dossier.says("law", "compare", "P-1", "--rules", folder)
    assert dossier.fails("law", "compare", "P-1") == (2, "cli.law_day_or_rules")
    assert dossier.fails("law", "compare", "P-1", "--day", "x") == (2, "lawthen.no_day")
    assert dossier.fails("law", "compare", "P-1", "--day", "2999") == (2, "qualify.day_to_come")
    assert dossier.fails("law", "compare", "P-9", "--day", "2020")[0] == 3


def test_a_dossier_about_many_is_read_on_each_person(dossier: Hand) -> None:
    add_claim(dossier)
    found = dossier.does("law", "people", "P-1")
    assert len(found["people"]) == 1 and found["context"] is None and not any(one["prepared"] for one in found["counts"])
    assert all(sum(map(len, norm["persons"].values())) == 1 for norm in found["norms"])
    assert texts().say("lawpeople.context_means", "en") in dossier.says("law", "people", "P-1")
    assert dossier.fails("law", "people", "P-9")[0] == 3
