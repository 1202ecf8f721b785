"""``letapis publish check [OLD] NEW``: what the verifier says of one copy of a public list or of two; it needs no workspace."""

from pathlib import Path

from letapis.core.errors import Damaged, NotFound
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

_POLICY_SIZE = 1 << 20


def add(verbs: Verbs) -> None:
    check = verbs.verb("publish check", _check)
    check.add_argument("copies", metavar="COPY", type=Path, nargs="+")
    check.add_argument("--policy", type=Path, metavar="FILE")


def _check(call: Call) -> None:
    """The report in the verifier's own words, as an outsider gets them; it fails where something does not hold."""
    from letapis.core.errors import UsageError
    from letapis.faces.verifier import verify

    paths, policy = call.options.copies, call.options.policy
    if len(paths) > 2:
        raise UsageError("publish.copies")
    try:
        given = policy.read_bytes()[:_POLICY_SIZE] if policy else None
    except OSError:
        raise NotFound("cli.file_unreadable") from None
    report = verify.verify_published([str(path) for path in paths], given)
    call.give(report, verify.render_published(report, call.language).splitlines())
    if report["exit"] == 1:
        raise Damaged("publish.does_not_hold")
    if report["exit"] == 2:
        raise NotFound("publish.nothing_to_check")
