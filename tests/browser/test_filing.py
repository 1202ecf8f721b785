"""From an empty dossier to a submission that was sent, acknowledged and answered, and to comments before their day: three desks, real browsers.

What comes back is registered and met without script; everything before has it, and is played without it in ``test_main_job``.
"""

from dataclasses import replace
from datetime import date

import pytest

from letapis.core.date_words import show
from letapis.engines.catalogue import catalogue
from tests.browser.test_main_job import (
    Member,
    _check_all,
    _consent,
    _cut,
    _dossier,
    _file,
    _note,
    _source,
    members,
    team,
)

__all__ = ["members", "team"]
pytestmark = pytest.mark.browser

ACCOUNT = "He was taken on 12 November 2024."
SHEET = "The organisation signs as the source. No other procedure is pending. None has decided."
REGISTER = (("procedure.submitter_identified", "true"), ("procedure.pending_before", ""), ("procedure.decided_by", ""))


def say(key: str, **parts: object) -> str:
    return catalogue().texts.say(key, "en", **parts)


def without_script(member: Member) -> Member:
    """The same session in a browser that runs no script."""
    context = member.page.context
    assert context.browser
    quiet = context.browser.new_context(java_script_enabled=False, locale="en-GB", storage_state=context.storage_state())
    return replace(member, page=quiet.new_page())


@pytest.mark.parametrize("members", [True], ids=["script"], indirect=True)
def test_a_submission_is_filed_answered_and_commented_in_time(members: list[Member]) -> None:
    alena, bahdan, cimafej = members
    code = "FILE-1"
    dossier = _dossier(alena, code)
    _source(alena, dossier, "Kalina", kind="person", grade="B", circle="family", name="Invented wife", contact="invented number")
    _source(alena, dossier, "Register", kind="document", grade="A")
    _consent(alena, dossier)
    for title, text, source, basis, facts in (
        ("First account", ACCOUNT, "Kalina", "saw", (("detention.start", "2024-11-12"),)),
        ("Filing sheet", SHEET, "Register", "document", REGISTER),
    ):
        _cut(alena, _note(alena, dossier, title, text, source, basis), text, text, facts)
    alena.go(f"{dossier}/bodies")
    assert say("mechanisms.way.open") in alena.text(), "with consent and facts the working group is open, before anything is checked"

    alena.go(f"{dossier}/colleagues")
    for box in alena.page.locator("main input[name=member]").all():
        box.check()
    alena.save()
    for member in (alena, bahdan, cimafej):
        member.sync()
    assert (_check_all(bahdan), _check_all(cimafej)) == (2, 2)
    for member in (bahdan, cimafej, alena):
        member.sync()
    _file(alena, bahdan, cimafej, dossier)
    submission = str(alena.page.locator("main a[href^='/filings/']").first.get_attribute("href"))
    _send(alena, submission)
    quiet = without_script(alena)
    _answered(quiet, submission)
    quiet.page.context.close()
    for member in (alena, bahdan):
        member.sync()

    # Another member sees the day in the calendar and among the tasks, and meets it.
    bahdan.go("/calendar?view=month&day=" + _comments_due(bahdan, submission))
    assert say("mechanisms.time.comments") in bahdan.text() and say("filed.met.open") in bahdan.text()
    quiet = without_script(bahdan)
    quiet.go(f"{dossier}{submission}/comments_sent")
    quiet.fill(channel="email")
    quiet.save()
    quiet.go("/calendar?view=month&day=" + _comments_due(quiet, submission))
    row = quiet.page.locator("main tr", has_text=f"{code} · {say('mechanisms.time.comments')}")
    assert say("filed.met.met") in row.inner_text()
    quiet.go(f"{dossier}/bodies/WGAD-REGULAR")
    assert say("law.duplication_blocks_sent", other="WGAD, regular procedure", day=_words(date.today())) in quiet.text()
    quiet.page.context.close()


def _send(alena: Member, submission: str) -> None:
    """Mark it sent, and register the acknowledgement."""
    alena.go(submission)
    alena.page.click(f"main a:has-text('{say('filed.it_was_sent')}')")
    alena.fill(channel="email")
    alena.save()
    assert say("filed.progress.sent") in alena.text()
    alena.page.click(f"main a:has-text('{catalogue().after_filing.steps['acknowledged'].label['en']}')")
    alena.fill(reference="PRY/2026/77")
    alena.save()
    assert "PRY/2026/77" in alena.text()


def _answered(alena: Member, submission: str) -> None:
    """Register the reply of the State and answer the first question; its time is met, and ours is a task."""
    alena.go(submission)
    alena.page.click(f"main a:has-text('{say('filed.reply_came')}')")
    alena.fill(title="Reply of the Government", text="The person was detained in accordance with the law.")
    alena.save()
    alena.fill(safety="calm", channel="in_person", how="When they visit.")
    alena.page.check("main input[name=known][value=nothing]")
    alena.save()
    alena.go(submission)
    assert say("filed.met.met") in alena.page.locator("main tr", has_text=say("mechanisms.time.state_reply")).inner_text()
    alena.go("/tasks")
    assert say("mechanisms.time.comments") in alena.text()


def _comments_due(member: Member, submission: str) -> str:
    """The day of the comments as an address of the calendar takes it; the page shows it in words."""
    member.go(submission)
    shown = member.page.locator("main tr", has_text=say("mechanisms.time.comments")).locator("td").nth(1).inner_text()
    months = [_words(date(2000, number, 1)).split()[1] for number in range(1, 13)]
    day, month, year = shown.split()[:3]
    return date(int(year), months.index(month) + 1, int(day)).isoformat()


def _words(day: date) -> str:
    return show(day.isoformat(), "en")
