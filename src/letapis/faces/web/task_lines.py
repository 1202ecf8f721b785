"""One task as a list shows it: on the first page, on the page of tasks, in a dossier."""

from dataclasses import dataclass
from typing import Any

from letapis.core.agenda import Due, due_on
from letapis.desk import reading
from letapis.faces.web.lines import Lines


@dataclass(frozen=True)
class TaskLine:
    """One task in a list: ``due`` in words, ``when`` and ``kind`` as keys of texts."""

    task: reading.ItemView
    text: str
    code: str
    owner: str
    due: str
    when: str
    kind: str

    @property
    def late(self) -> bool:
        return self.when == Due.OVERDUE


def task_line(request: Any, lines: Lines, task: reading.ItemView) -> TaskLine:
    due, today = task.text("due"), request.desk.today()
    kind = task.text("kind")
    return TaskLine(
        task,
        lines.task(task.record),
        lines.code(task.dossier) if task.dossier else "",
        lines.name(task.owner) if task.owner else "",
        lines.date(due) if due else "",
        due_on(due, today),
        lines.word("tasks.kind", kind) if kind != "other" else "",
    )
