"""A large submission through the desk: every gate asked, DOCX and PDF made, both sealed and recorded; and the bundle beside it."""

import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from letapis.core.brief import footnotes, short_label
from letapis.core.vocabulary import FactType
from letapis.desk import briefs, bundle, submit
from letapis.engines.catalogue import catalogue
from tests.bench.report import Report
from tests.desk.filing import FACTS, Filed, Paper, cut_one, filed_by
from tests.team import Team, make_team

__all__ = ["make_team"]

NOTES: Final = 120
ANNEXES: Final = 40
APART: Final = ("procedure", "consent", "identity", "act", "pattern", "office")  # groups that open or shut gates, or name people


def _facts() -> list[str]:
    """Answers with yes or no, each of which is one more sentence with a footnote of its own."""
    known, used = catalogue().vocabulary.facts, {fact for fact, _ in FACTS}
    return [one.id for one in known.values() if one.type is FactType.BOOL and one.group not in APART and one.id not in used]


def test_a_large_submission(make_team: Callable[..., Team], tmp_path: Path, report: Report) -> None:
    facts = iter(_facts())
    papers = [Paper(f"Paper {number}", b"%PDF " + bytes([number]) * 100_000, next(facts), "true") for number in range(ANNEXES - 1)]

    def more(made: Filed) -> None:
        for item, source in islice(cycle(zip(made.items[1:], made.sources, strict=True)), NOTES - len(papers)):
            cut_one(made.desk(0), made, source, item, next(facts), "true", made.person)

    filed = filed_by(make_team(3), papers, more)
    briefs.approve_brief(filed.desk(1), filed.team.reader(1), filed.brief(1))
    filed.team.settle()
    desk, reader, view = filed.desk(0), filed.team.reader(), filed.brief()
    notes, annexes = len(footnotes(view.document, short_label)), len(view.document.annexes)
    began, worked = time.perf_counter(), time.process_time()
    submit.produce(desk, reader, view)
    took, cost = time.perf_counter() - began, time.process_time() - worked
    what = f"A submission with {notes} footnotes and {annexes} annexes: gates, DOCX, PDF, sealed and recorded"
    report.add(what, f"{took:.2f} s; processor {cost:.2f} s", "≤ 3 s", holds=took <= 3)
    assert notes >= NOTES and annexes == ANNEXES
    began = time.perf_counter()
    made = bundle.write_bundle(desk, reader, filed.brief(), tmp_path / "bundle")
    report.add(f"Its bundle with {len(made.annexes)} originals", f"{time.perf_counter() - began:.2f} s")
