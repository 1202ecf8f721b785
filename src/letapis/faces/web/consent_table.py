"""The table of consent: one row for each use, the answer in force, and the answer given now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from letapis.core.consent import ANSWERS
from letapis.desk import reading
from letapis.desk.sources import ConsentForm
from letapis.faces.texts import texts


@dataclass(frozen=True)
class Row:
    """``answer`` is the one in force (empty: never asked), ``detail`` its recipient, day and who gave it, ``chosen`` what stands in the form."""

    scope: str
    label: str
    answer: str
    detail: str
    chosen: str
    choices: tuple[str, ...] = ANSWERS


def rows_of(request: Any, dossier: bytes, party: bytes, posted: Mapping[str, str] | None = None) -> list[Row]:
    """Every scope with the newest answer of this party."""
    given = {c.scope: c for c in reading.consents(request.desk, request.reader, dossier) if c.party == party}
    rows = []
    for scope in request.desk.catalogue.consent.scopes.values():
        known = given.get(scope.id)
        detail = _detail(known, request.language) if known else ""
        rows.append(Row(scope.id, scope.label[request.language], known.answer if known else "", detail, (posted or {}).get(f"scope-{scope.id}", "")))
    return rows


def _detail(known: reading.ConsentView, language: str) -> str:
    """For whom, since when and how long; that somebody else answered, and why."""
    by_another = texts().say("consent.by_another", language, reason=known.reason) if known.surrogate else ""
    return " · ".join(part for part in (known.recipient, known.taken, known.expires and f"→ {known.expires}", by_another) if part)


def read_table(posted: Mapping[str, str], scopes: Iterable[str]) -> list[ConsentForm]:
    """The rows that somebody answered now; untouched rows record nothing. How and when are told once for all of them."""
    told = {name: posted.get(name, "").strip() for name in ("recipient", "expires", "taken", "reason")}
    common: dict[str, Any] = {**told, "how": posted.get("how", "oral"), "surrogate": posted.get("surrogate") == "yes"}
    return [ConsentForm(scope, posted[f"scope-{scope}"], **common) for scope in scopes if posted.get(f"scope-{scope}")]
