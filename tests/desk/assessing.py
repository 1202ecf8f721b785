"""A colleague's word on every sentence of a document that waits for one, for tests that are about something else."""

from letapis.desk import briefs
from letapis.desk.circles import AssessmentForm
from letapis.desk.opening import Desk

AGREED = AssessmentForm("The family could be asked who spoke; they live abroad.", "agreed")


def assess_all(desk: Desk, view: briefs.BriefView, form: AssessmentForm = AGREED) -> briefs.BriefView:
    reader = desk.reader("check")
    held = briefs.held_back(desk, reader, view)
    return briefs.assess(desk, reader, view, [one.sentence for one in held], form) if held else view
