"""The whole main job through the real desks of three people, in a real browser, with script and without.

Each member has a workspace, a key agent and a web desk of their own; they meet only through a relay folder. The organisation and
its devices are made at the command line, everything else here is typed and clicked.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page

from letapis.engines.catalogue import catalogue
from letapis.faces.verifier import verify as verifier
from tests.faces.cli.players import Player, environment
from tests.workspaces import made

pytestmark = pytest.mark.browser

WORDS = "He was taken on 12 November 2024 by six men in masks. They showed no paper and gave no reason. He had handed out leaflets."
OWN_WORDS = "The organisation asks that the Government be urged to release the person at once."
FACTS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("He was taken on 12 November 2024 by six men in masks.", (("detention.start", "2024-11-12"), ("detention.masked_agents", "true"))),
    ("They showed no paper and gave no reason.", (("detention.reasons_given", "false"), ("detention.warrant_shown", "false"))),
    ("He had handed out leaflets.", (("charge.based_on", "expression"), ("restriction.necessity_reasoned", "false"))),
)
SHEET = "The organisation signs as the source. No other procedure is pending. None has decided. The acts took place in Belarus."
REGISTER: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        SHEET,
        (
            ("procedure.submitter_identified", "true"),
            ("procedure.pending_before", ""),
            ("procedure.decided_by", ""),
            ("act.country", "BY"),
        ),
    ),
)


@dataclass
class Member:
    """One person at their own desk in their own browser."""

    player: Player
    page: Page
    process: "subprocess.Popen[str]"
    base: str

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)
        assert not self.page.locator("main.error").count(), path

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            field = self.page.locator(f"main [name='{name}']")
            kind = field.first.evaluate("e => e.type")
            if kind == "radio":
                self.page.check(f"main [name='{name}'][value='{value}']")
            elif kind.startswith("select"):
                field.select_option(value)
            else:
                field.fill(value)

    def choose(self, name: str, words: str) -> None:
        """Choose an option of a list by what a person reads."""
        options = self.page.locator(f"main select[name='{name}'] option").all()
        self.page.select_option(f"main select[name='{name}']", next(o.get_attribute("value") for o in options if words in o.inner_text()))

    def save(self) -> None:
        with self.page.expect_navigation():
            self.page.click("main button.main")
        assert not self.page.locator("main .errors, main .error").count(), self.page.inner_text("main")[:2000]

    def sync(self) -> None:
        self.go("/sync")
        with self.page.expect_navigation(timeout=60_000):
            self.page.click("main form[action$='/sync/now'] button")
        self.wait()

    def wait(self) -> None:
        """Long work shows its progress first and leads on by itself, with script or without."""
        self.page.wait_for_url(lambda address: "/doing/" not in address, timeout=120_000)

    def text(self) -> str:
        return self.page.inner_text("main")


def label(fact: str) -> str:
    return catalogue().vocabulary.fact(fact).label["en"]


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Player]]:
    home = tmp_path_factory.mktemp("three")
    return home, made(home, ("alena", "bahdan", "cimafej"), home / "relay")


@pytest.fixture
def members(team: tuple[Path, list[Player]], chromium: Browser, request: pytest.FixtureRequest) -> Iterator[list[Member]]:
    script: bool = request.param
    home, players = team
    opened: list[Member] = []
    for player in players:
        player.environment = environment(home)
        process = player.begin("start")
        assert process.stdout is not None
        link = json.loads(process.stdout.readline())["link"]
        context = chromium.new_context(java_script_enabled=script, locale="en-GB", accept_downloads=True)
        page = context.new_page()
        page.on("request", lambda asked: _on_loopback(asked.url))
        page.goto(link)
        page.click("button.main")
        opened.append(Member(player, page, process, "/".join(link.split("/")[:3])))
    yield opened
    for member in opened:
        member.page.context.close()
        member.process.terminate()
        member.process.communicate(timeout=30)


def _on_loopback(address: str) -> None:
    assert re.match(r"(http://(127\.\d+\.\d+\.\d+|[0-9a-f]+\.localhost)(:\d+)?/|data:|about:)", address), "a page asked a foreign host"


def _dossier(author: Member, code: str) -> str:
    author.go("/dossiers/new")
    author.fill(code=code, title="Invented: leaflets", subject_kind="person", person="Aleś Pryklad")
    author.save()
    return author.page.url.removeprefix(author.base).rstrip("/")


def _source(author: Member, dossier: str, code: str, **fields: str) -> None:
    author.go(f"{dossier}/sources/new")
    author.fill(code=code, **fields)
    author.save()


def _evidence(author: Member, dossier: str, files: dict[str, str]) -> None:
    for path, kind in files.items():
        author.go(f"{dossier}/evidence/add")
        author.fill(title=f"Invented {kind}", kind=kind)
        author.choose("source", "Kalina")
        author.page.set_input_files("main input[type=file]", path)
        author.save()
    author.go(f"{dossier}/evidence/paste")
    author.fill(title="Account as sent", text=WORDS)
    author.choose("source", "Kalina")
    author.save()


def _consent(author: Member, dossier: str) -> None:
    author.go(f"{dossier}/people")
    wanted = author.page.locator("main a[href*='/consent/']").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    for address in dict.fromkeys(wanted):
        author.go(address)
        author.fill(**{"scope-wgad_regular": "given", "scope-case_file_share": "given"})
        author.save()


def _note(author: Member, dossier: str, title: str, text: str, source: str, basis: str) -> str:
    author.go(f"{dossier}/write")
    author.fill(title=title, text=text, spoken="en", basis=basis)
    author.choose("source", source)
    author.choose("subject", "Pryklad")
    author.save()
    return author.page.url.removeprefix(author.base)


def _cut(author: Member, note: str, text: str, words: str, facts: tuple[tuple[str, str], ...]) -> None:
    """Go to the passage, name each property by its label, give its value, and save all of them at once."""
    start = text.index(words)
    author.go(f"{note}/cut/{start}/{start + len(words)}")
    for fact, _ in facts:
        author.page.fill("#property", label(fact))
        with author.page.expect_navigation():
            author.page.press("#property", "Enter")
    for number, (_, value) in enumerate(facts, start=1):
        if author.page.locator(f"main [name='none-{number}']").count() and not value:
            author.page.check(f"main [name='none-{number}']")
        elif author.page.locator(f"main [name='pick-{number}']").count():
            author.page.check(f"main [name='pick-{number}'][value='{value}']")
        else:
            author.fill(**{f"value-{number}": value})
    with author.page.expect_navigation():
        author.page.click("main button[value=save]")
    assert author.page.locator(".notice").count(), author.text()[:1500]


def _check_all(member: Member) -> int:
    """Check every passage that waits, with one press each. Returns how many passages there were."""
    done = 0
    while True:
        member.go("/check")
        waiting = member.page.locator("main a[href^='/check/']").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        if not waiting:
            return done
        member.go(waiting[0])
        if member.page.locator("main .announced button").count():  # difficult material is opened before it is checked
            with member.page.expect_navigation():
                member.page.click("main .announced button")
        with member.page.expect_navigation():
            member.page.click("main button.main")
        done += 1


@pytest.mark.parametrize("members", [True, False], ids=["script", "no script"], indirect=True)
def test_from_a_first_account_to_a_verified_case_file(members: list[Member], tmp_path: Path, request: pytest.FixtureRequest) -> None:
    alena, bahdan, cimafej = members
    code = f"WEB-{request.node.callspec.id.replace(' ', '-')}"
    dossier = _dossier(alena, code)
    _source(alena, dossier, "Kalina", kind="person", grade="B", circle="family", name="Invented wife", contact="invented number")
    _source(alena, dossier, "Register", kind="document", grade="A")
    photo = tmp_path / "photo.png"
    photo.write_bytes(_picture())
    paper = tmp_path / "paper.txt"
    paper.write_text("Invented paper.", "utf-8")
    _evidence(alena, dossier, {str(photo): "photo", str(paper): "document"})
    _consent(alena, dossier)
    note = _note(alena, dossier, "First account", WORDS, "Kalina", "saw")
    for words, facts in FACTS:
        _cut(alena, note, WORDS, words, facts)
    sheet = _note(alena, dossier, "Filing sheet", SHEET, "Register", "document")
    for words, facts in REGISTER:
        _cut(alena, sheet, SHEET, words, facts)
    alena.go(f"{dossier}/timeline")
    assert "12 November 2024" in alena.text()

    # The author's own passage is not offered to her for a check, and the page of the claim says why.
    alena.go("/check")
    assert not alena.page.locator("main a[href^='/check/']").count()
    alena.go(f"{dossier}/information")
    alena.page.click("main a[href^='/claims/'] >> nth=0")
    own = alena.text()
    assert catalogue().texts.say("standing.needs_two_checkers", "en") in own or "check" in own.lower()

    alena.go(f"{dossier}/colleagues")
    for box in alena.page.locator("main input[name=member]").all():
        box.check()
    alena.save()
    for member in (alena, bahdan, cimafej):
        member.sync()

    # The second member sees what is new, checks passage by passage, and objects to one piece of information.
    bahdan.go("/")
    assert code in bahdan.text()
    assert _check_all(bahdan) == len(FACTS) + len(REGISTER)
    bahdan.go(f"{dossier}/information")
    bahdan.page.locator("main a[href^='/claims/']", has_text=label("detention.warrant_shown")).first.click()
    with bahdan.page.expect_navigation():
        _open_and_send(bahdan, "dispute", "The neighbour speaks of a paper.")
    assert _check_all(cimafej) == len(FACTS) + len(REGISTER)
    for member in (bahdan, cimafej, alena, bahdan):
        member.sync()
    alena.go(f"{dossier}/standing")
    standing = alena.text()
    assert "checked" in standing
    assert "questioned" in standing

    # Law: element by element, with the judgement of a named colleague.
    bahdan.go(f"{dossier}/law/WGAD-II")
    form = bahdan.page.locator("main form", has=bahdan.page.locator("input[name=element][value=E2]"))
    _unfold(form)
    form.locator("input[name=holds][value=yes]").check()
    form.locator("textarea[name=reason]").fill("No aim is named anywhere.")
    with bahdan.page.expect_navigation():
        form.locator("button:not([formaction])").click()
    bahdan.sync()
    alena.sync()
    alena.go(f"{dossier}/law")
    assert "violation found" not in alena.text().lower()
    assert "Category II" in alena.text()

    # Submission: refused with reasons, approved by a second member, produced and kept.
    _file(alena, bahdan, cimafej, dossier)
    saved = set()
    for button in alena.page.locator("main form[action$='/original'] button").all():
        with alena.page.expect_download() as download:
            button.click()
        saved.add(Path(download.value.path()).read_bytes()[:2])
    assert saved == {b"PK", b"%P"}

    alena.go(f"{dossier}/case-file")
    assert catalogue().texts.say("submit.circle_link", "en") in alena.text(), "what few people could have told waits for a colleague"
    _weigh(cimafej, f"{dossier}/case-file", "circles.none_package")
    for member in (cimafej, alena):
        member.sync()
    _case_file(alena, dossier, tmp_path)


def _file(author: Member, approver: Member, weigher: Member, dossier: str) -> None:
    """Draft, weighing, approval by a second member, and both files, which stand on the page of the dossier that is shown then."""
    author.go(f"{dossier}/submissions")
    author.fill(mechanism="WGAD-REGULAR")
    author.save()
    brief = author.page.url.removeprefix(author.base)
    assert catalogue().texts.say("submit.needs_approval", "en") in author.text()
    for member in (author, weigher, approver):
        member.sync()
    _weigh(weigher, brief)
    for member in (weigher, approver):
        member.sync()
    approver.go(brief)
    with approver.page.expect_navigation():
        approver.page.click("main form[action$='/approve'] button")
    for member in (approver, author):
        member.sync()
    author.go(brief)
    with author.page.expect_navigation(timeout=60_000):
        author.page.click("main form[action$='/produce'] button")
    assert not author.page.locator("main .errors").count(), author.text()[:2000]


def _weigh(member: Member, brief: str, said: str = "submit.circle_assessed") -> None:
    """Somebody who wrote none of it down says of each sentence that few people could have told how it goes."""
    member.go(brief)
    member.page.click("main a[href$='/circles']")
    for box in member.page.locator("main input[name=chosen]").all():
        box.check()
    member.fill(risk="The invented wife lives abroad.", consent="agreed")
    with member.page.expect_navigation():
        member.page.click("main button.main")
    if said == "circles.none_package":
        member.go(f"{brief}/circles")
    assert catalogue().texts.say(said, "en") in member.page.content()


def _unfold(form: Locator) -> None:
    if not form.is_visible():
        form.locator("xpath=ancestor::details[1]/summary").click()


def _open_and_send(member: Member, what: str, reason: str) -> None:
    """Open the folded form of a decision, if it is folded, give the reason and send it."""
    form = member.page.locator(f"main form[action$='/{what}']").first
    _unfold(form)
    form.locator("[name=reason]").fill(reason)
    form.locator("button:not([formaction])").click()


def _case_file(author: Member, dossier: str, tmp_path: Path) -> None:
    """Export at the desk, and check it as an expert would: with a bare Python and the keys of the organisation."""
    target = tmp_path / "case-file"
    author.go(f"{dossier}/case-file")
    author.fill(folder=str(target), recipient="Invented court", purpose="Test of the whole job")
    with author.page.expect_navigation(timeout=120_000):
        author.page.click("main button.grave")
    author.wait()
    trusted = {}
    for name in ("policy", "devices"):
        with author.page.expect_download() as download:
            author.page.click(f"main form[action$='/trust/{name}'] button")
        trusted[name] = str(download.value.path())
    command = [sys.executable, "-I", "-S", str(Path(verifier.__file__)), str(target), "--json"]
    named = [part for name, path in trusted.items() for part in (f"--{name}", path)]
    seen = subprocess.run([*command, *named], capture_output=True, text=True, env={"PATH": os.environ["PATH"]}, check=False, timeout=120)
    verdict: dict[str, Any] = json.loads(seen.stdout)
    assert (seen.returncode, verdict["bag"], verdict["keys"]) == (0, "OK", "confirmed"), verdict


def _picture() -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(out, "PNG")
    return out.getvalue()
