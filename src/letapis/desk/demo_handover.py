"""The end of the example: a document that is refused until a colleague approves it, and a case file that leaves the house."""

from pathlib import Path

from letapis.core.errors import Refused
from letapis.desk import briefs, casefile, casefile_plan, circles, submit
from letapis.desk.circles import AssessmentForm
from letapis.desk.demo import Expectation, Played

POLICY, DEVICES = "policy.txt", "devices.txt"


def hand_over(played: Played, folder: Path) -> list[Expectation]:
    """Try to send without approval, approve, send, and export a case file into ``folder`` with the keys to compare beside it."""
    author, second, ident = played.desks["alena"], played.desks["bahdan"], played.dossiers["EX-1"]
    found = [Expectation("demo.shows.gates", _is_refused(played))]
    _weigh(played, "cimafej", ident)
    checker = second.reader("check")
    briefs.approve_brief(second, checker, briefs.briefs(second, checker, ident)[0])
    played.sync(2)
    reader = author.reader("work")
    made = submit.produce(author, reader, briefs.briefs(author, reader, ident)[0])
    found.append(Expectation("demo.shows.produced", made.docx.startswith(b"PK") and made.pdf.startswith(b"%PDF-")))
    _weigh_case_file(played, "cimafej", ident)
    casefile.export_case_file(author, reader, ident, folder / "case-file", "Invented court", "Invented proceedings")
    for name, data in zip((POLICY, DEVICES), casefile.trust_files(author, reader), strict=True):
        (folder / name).write_bytes(data)
    return found


def _weigh(played: Played, key: str, ident: bytes) -> None:
    """A colleague who wrote none of it down says of each sentence that few people could have told how it goes."""
    desk = played.desks[key]
    reader = desk.reader("check")
    view = briefs.briefs(desk, reader, ident)[0]
    chosen = [one.sentence for one in briefs.held_back(desk, reader, view) if desk.me not in one.writers]
    form = AssessmentForm("The invented family lives abroad; counsel and cellmates are not named anywhere.", "agreed")
    briefs.assess(desk, reader, view, chosen, form)
    played.sync(2)


def _weigh_case_file(played: Played, key: str, ident: bytes) -> None:
    """The same for the case file: who agreed to a letter has not agreed to a court yet."""
    desk = played.desks[key]
    reader = desk.reader("check")
    chosen = [one.sentence for one in casefile_plan.held_back(desk, reader, ident) if desk.me not in one.writers]
    form = AssessmentForm("The invented family lives abroad and was asked about the court.", "agreed")
    circles.assess(desk, reader, ident, circles.PACKAGE, chosen, form)
    played.sync(2)


def _is_refused(played: Played) -> bool:
    """Whether a document that nobody has approved, with sentences that nobody has weighed, stays here for these reasons and no other."""
    author = played.desks["alena"]
    reader = author.reader("work")
    try:
        submit.produce(author, reader, briefs.briefs(author, reader, played.dossiers["EX-1"])[0])
    except Refused as no:
        return no.reasons == ("submit.circle_unassessed", "submit.needs_approval")
    return False
