"""What a web archive says of its own making, as fields of the capture record. It is the archive's word; a person may say it better."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from letapis.core.capture import MAX_VALUE
from letapis.core.instants import is_instant

Row = Mapping[str, str]
_SECONDS: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z\Z")
_PICTURES: Final = ("urn:view:", "urn:screenshot:", "urn:fullpage:", "urn:fullPage:")
_HOPS: Final = 20


def fields_of(rows: Sequence[Row], form: str) -> dict[str, str]:
    """Values by id of ``data/capture.toml``; what the archive does not say is left out."""
    answers = [row for row in rows if row.get("web.type") in ("response", "resource", "revisit")]
    asked = next((row["web.page"] for row in rows if row.get("web.page")), "") or next((r["web.address"] for r in answers if _is_page(r)), "")
    way = _way(answers, asked)
    moments = sorted(moment for row in answers if (moment := whole_second(row.get("web.date", ""))))
    picture = next((row for row in rows if row.get("web.part") == "media" and row.get("web.address", "").startswith(_PICTURES)), None)
    given = {
        "url.requested": asked,
        "url.final": way[-1] if way else asked,
        "url.redirects": "\n".join(way[:-1][1:]) if len(way) > 1 else "",
        "server.ip": next((row["web.server"] for row in answers if row.get("web.server") and row.get("web.address") in (asked, *way)), ""),
        "source.responses": _counted(rows, form),
        "page.picture": f"{picture['web.address']} SHA-256 {picture.get('web.sha256', '')}" if picture else "",
        "page.begun": moments[0] if moments else "",
        "page.ended": moments[-1] if moments else "",
        "collection.time": moments[0] if moments else "",
        "media.items": _lines(f"SHA-256 {r.get('web.sha256', '')} {r.get('web.address', '')}" for r in rows if r.get("web.part") == "media"),
        "form.browser": next((row["web.agent"] for row in rows if row.get("web.agent")), ""),
        "changes.tool": next((row["web.software"] for row in rows if row.get("web.software")), ""),
    }
    return {ident: _one_line(value) if ident not in ("url.redirects", "media.items") else value for ident, value in given.items() if value}


def whole_second(text: str) -> str:
    """The instant of a date that an archive gives, which may have parts of a second; empty for what is none."""
    found = _SECONDS.match(text)
    return found[1] + "Z" if found and is_instant(found[1] + "Z") else ""


def _is_page(row: Row) -> bool:
    return row.get("web.address", "").startswith(("http://", "https://"))


def _way(answers: Sequence[Row], asked: str) -> list[str]:
    """Where the answers sent the browser, from the address that was asked for."""
    sent = {row["web.address"]: row["web.location"] for row in answers if row.get("web.status", "")[:1] == "3" and row.get("web.location")}
    way = [asked] if asked else []
    while way and way[-1] in sent and len(way) < _HOPS and sent[way[-1]] not in way:
        way.append(sent[way[-1]])
    return way


def _counted(rows: Sequence[Row], form: str) -> str:
    kinds = Counter(row["web.type"] for row in rows if row.get("web.type"))
    return f"{form.upper()}: " + ", ".join(f"{count} × {kind}" for kind, count in sorted(kinds.items())) if kinds else ""


def _lines(lines: Iterable[str]) -> str:
    """As many whole lines as a field takes."""
    kept, size = [], 0
    for line in lines:
        one = _one_line(line)
        size += len(one) + 1
        if size > MAX_VALUE:
            break
        kept.append(one)
    return "\n".join(kept)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:MAX_VALUE]
