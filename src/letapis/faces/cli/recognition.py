"""``letapis recognition …``: what the record carries, what organisations voted, what two members wrote down and confirmed."""

from typing import TYPE_CHECKING, Any

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.core.published import Statement
    from letapis.core.recognition import Course, Decision, Proposed
    from letapis.desk.opening import Desk
    from letapis.desk.vote_dossier import VoteDossier
    from letapis.faces.recognition_words import RecognitionWords

_LEAST_VERSION = 8
"""Digits of a version that have to be given: what was looked at, and not what begins alike."""


def add(verbs: Verbs) -> None:
    dossier = verbs.verb("recognition dossier", _dossier)
    show = verbs.verb("recognition show", _show)
    opened = verbs.verb("recognition open", _open)
    decide = verbs.verb("recognition decide", _decide)
    vote = verbs.verb("recognition vote", _vote)
    statement = verbs.verb("recognition statement", _statement)
    for one in (dossier, show, opened, decide, vote, statement):
        one.add_argument("dossier", metavar="DOSSIER")
    for one in (dossier, show, opened, decide, vote):
        one.add_argument("--person", default="", metavar="PERSON")
    dossier.add_argument("--floor", default="draft")
    for one in (opened, vote, decide):
        one.add_argument("--day", default="")
        one.add_argument("--text", default="")
    vote.add_argument("organisation", metavar="ORGANISATION")
    vote.add_argument("stance", metavar="STANCE")
    decide.add_argument("outcome", metavar="OUTCOME")
    for name in ("ground", "override", "statement", "corrects"):
        decide.add_argument(f"--{name}", default="")
    statement.add_argument("--from", dest="file", default="", metavar="FILE", help=verbs.text("cli.help.recognition_statement_file"))
    statement.add_argument("--again", default="", metavar="STATEMENT", help=verbs.text("cli.help.recognition_statement_again"))
    confirm, taken = verbs.verb("recognition confirm", _confirm), verbs.verb("recognition take-back", _take_back)
    for one in (confirm, taken):
        one.add_argument("decision", metavar="DECISION")
    confirm.add_argument("--version", default="", metavar="VERSION", help=verbs.text("cli.help.recognition_confirm_version"))
    verbs.verb("recognition list", _list)


def _words(call: Call, desk: "Desk") -> "RecognitionWords":
    from letapis.faces.recognition_words import RecognitionWords

    return RecognitionWords(desk.catalogue, call.language)


def _whom(call: Call, desk: "Desk", reader: "Reader", dossier: bytes) -> bytes:
    """The person that the option names, else the first one of the dossier."""
    from letapis.desk import qualify, reading
    from letapis.faces.cli.common import one_line

    asked = one_line(call.options.person)
    return reading.resolve_entity(desk, reader, dossier, asked) if asked else qualify.main_person(desk, reader, dossier)


def _said_json(said: "Proposed") -> dict[str, Any]:
    told = {"decision": said.decided.hex(), "outcome": said.outcome, "day": said.day, "ground": said.ground, "demand": said.demand}
    told |= {"reason": said.text, "override": said.override, "statement": said.statement.hex(), "corrects": said.corrects.hex()}
    return told | {"written_by": said.member.hex()}


def _decision_json(one: "Decision") -> dict[str, Any]:
    return _said_json(one.said) | {"confirmed_by": [member.hex() for member in one.confirmed], "corrected": one.corrected}


def _course_json(known: "Course") -> dict[str, Any]:
    rounds = [{"round": one.recognition.hex(), "number": one.number, "day": one.day} for one in known.open_rounds]
    told = {"outcome": known.outcome, "recognised": known.recognised, "open_rounds": rounds}
    return told | {"waiting": [_said_json(one) for one in known.waiting], "decisions": [_decision_json(one) for one in known.decisions]}


def _statement_json(one: "Statement") -> dict[str, Any]:
    told = {"statement": one.statement, "day": one.day, "outcome": one.outcome, "ground": one.ground, "demand": one.demand, "link": one.link}
    return told | {"signatories": list(one.signatories), "titles": dict(one.titles), "texts": dict(one.texts)}


def _dossier(call: Call) -> None:
    from letapis.desk import reading, vote_dossier
    from letapis.faces.cli.common import the_dossier, value_in_words

    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_dossier(call, desk, reader)
        prepared = vote_dossier.prepare(desk, reader, ident, _whom(call, desk, reader, ident), call.options.floor)
        label = reading.entity(desk, reader, prepared.person).label
        today = desk.clock().date().isoformat()

        def claim(one: "reading.ClaimView") -> str:
            return f"{desk.catalogue.vocabulary.fact(one.property).label[call.language]}: {value_in_words(desk, call, one)}"

        call.give(_prepared_json(prepared), [_words(call, desk).paper(prepared, label, today, claim)])


def _prepared_json(prepared: "VoteDossier") -> dict[str, Any]:
    tiers = []
    for one in prepared.tiers:
        criteria = [
            {
                "key": each.key,
                "verdict": str(each.verdict),
                "exclusion": each.exclusion,
                "one_of": each.one_of,
                "waits_for_reviewer": each.waits,
                "claims": [prepared.claims[ref].rid.hex() for ref in each.refs if ref in prepared.claims],
                "against": [prepared.claims[ref].rid.hex() for ref in each.against if ref in prepared.claims],
                "missing": list(each.missing),
            }
            for each in one.criteria
        ]
        blocks = [each.key for each in one.blocks]
        told = {"norm": one.norm, "ground": one.ground, "demand": one.demand, "state": str(one.state)}
        tiers.append(told | {"blocks": blocks, "criteria": criteria})
    held = {"state": prepared.held.state, "since": prepared.held.since}
    return {"person": prepared.person.hex(), "floor": str(prepared.floor), "held": held, "tiers": tiers, "questions": list(prepared.questions)}


def _show(call: Call) -> None:
    from letapis.desk import recognition, statements
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_dossier(call, desk, reader)
        person, words = _whom(call, desk, reader, ident), _words(call, desk)
        known, said = recognition.course(desk, reader, ident, person), statements.in_dossier(desk, reader, ident)
        told = _course_json(known) | {"person": person.hex(), "statements": [_statement_json(one) for one in said]}
        lines = [words.outcome(known.outcome), *(f"  {words.said(one.said)}" for one in known.decisions if not one.corrected)]
        lines += [f"  {one.decided.hex()[:8]}  {words.said(one)} · {call.say('recognition.waits_for_second')}" for one in known.waiting]
        votes = {}
        for one in known.open_rounds:
            found = recognition.tally(desk, reader, one.recognition)
            votes[one.recognition.hex()] = [{"organisation": v.organisation, "stance": v.stance, "day": v.day, "reason": v.text} for v in found.votes]
            lines.append(f"  {call.say('recognition.round', number=one.number)} · {words.date(one.day)} · {words.votes(found)}")
        lines += [f"  {one.statement[:8]}  {next(iter(one.titles.values()))}" for one in said]
        call.give(told | {"votes": votes}, lines)


def _open(call: Call) -> None:
    from letapis.desk import recognition
    from letapis.faces.cli.common import long_text, the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_dossier(call, desk, reader)
        person = _whom(call, desk, reader, ident)
        made = recognition.open_round(desk, reader, ident, person, call.options.day, long_text(call.options.text))
        call.give({"round": made.hex()}, [made.hex(), call.say("recognition.opened")])


def _vote(call: Call) -> None:
    from letapis.core.errors import Refused
    from letapis.desk import recognition
    from letapis.faces.cli.common import long_text, the_dossier

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_dossier(call, desk, reader)
        rounds = recognition.course(desk, reader, ident, _whom(call, desk, reader, ident)).open_rounds
        if not rounds:
            raise Refused("recognition.no_round")
        form = recognition.VoteForm(options.organisation, options.stance, options.day, long_text(options.text))
        made = recognition.vote(desk, reader, rounds[-1].recognition, form)
        found = recognition.tally(desk, reader, rounds[-1].recognition)
        counts = {"for": found.count("for"), "against": found.count("against"), "abstain": found.count("abstain")}
        call.give({"vote": made.hex(), **counts}, [call.say("recognition.voted"), _words(call, desk).votes(found)])


def _decide(call: Call) -> None:
    from letapis.desk import reading, recognition
    from letapis.faces.cli.common import long_text, the_dossier

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_dossier(call, desk, reader)
        statement = _one_statement(desk, reader, ident, options.statement) if options.statement else b""
        corrects = reading.resolve_id(desk, reader, recognition.OUTCOME, options.corrects) if options.corrects else b""
        reasons = (long_text(options.text), long_text(options.override))
        form = recognition.OutcomeForm(options.outcome, options.day, options.ground, *reasons, statement, corrects)
        made = recognition.record_outcome(desk, reader, ident, _whom(call, desk, reader, ident), form)
        call.give({"decision": made.hex(), "outcome": options.outcome}, [made.hex(), call.say("recognition.written")])


def _one_statement(desk: "Desk", reader: "Reader", dossier: bytes, text: str) -> bytes:
    """The statement of a dossier, or of another one of the reader's, that the beginning of an id names."""
    from letapis.core.errors import NotFound
    from letapis.desk import statements

    known = [*statements.in_dossier(desk, reader, dossier), *statements.elsewhere(desk, reader, dossier)]
    found = [one.statement for one in known if len(text) >= 4 and one.statement.startswith(text.strip().lower())]
    if len(found) != 1:
        raise NotFound("reading.not_found")
    return bytes.fromhex(found[0])


def _confirm(call: Call) -> None:
    """Show what would be confirmed; with the version that was shown, confirm exactly that. What was written anew meanwhile is shown again."""
    from letapis.core.errors import Refused
    from letapis.desk import recognition
    from letapis.faces.cli.common import the_thing

    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_thing(call, desk, reader, recognition.OUTCOME, call.options.decision)
        said, asked = recognition.to_confirm(desk, reader, ident), call.options.version.strip().lower()
        told = _said_json(said) | {"person": said.subject.hex(), "version": said.ref.hex()}
        if not asked:
            call.give(told | {"confirmed": False}, _looked_at(call, desk, reader, said))
            return
        if len(asked) < _LEAST_VERSION or not said.ref.hex().startswith(asked):
            raise Refused("recognition.changed")
        recognition.confirm(desk, reader, ident, said.ref)
        call.give(told | {"confirmed": True}, [call.say("recognition.confirmed")])


def _looked_at(call: Call, desk: "Desk", reader: "Reader", said: "Proposed") -> list[str]:
    """Everything that a decision says, as its page shows it, and how it is confirmed."""
    from letapis.desk import reading, statements

    home = reading.item(desk, reader, said.decided).dossier
    words, titles = _words(call, desk), {one.statement: one.titles for one in statements.in_dossier(desk, reader, home)}
    title = titles.get(said.statement.hex(), {})
    rows = [("recognition.person", reading.entity(desk, reader, said.subject).label), ("recognition.field.ground", words.ground(said.ground))]
    rows += [("recognition.demand", words.demand(said.demand)), ("recognition.why", said.text), ("recognition.why_override", said.override)]
    rows += [("recognition.field.statement", title.get(call.language) or next(iter(title.values()), ""))]
    rows += [("recognition.written_by", reading.member_names(desk, reader).get(said.member, ""))]
    lines = [words.said(said), *(f"  {call.say(key)}: {text}" for key, text in rows if text), call.say("recognition.confirm_means")]
    return [*lines, f"letapis recognition confirm {said.decided.hex()[:8]} --version {said.ref.hex()[:16]}"]


def _take_back(call: Call) -> None:
    from letapis.desk import reading, recognition

    with call.desk() as desk:
        reader = desk.reader("work")
        ident = reading.resolve_id(desk, reader, recognition.OUTCOME, call.options.decision)
        recognition.take_back(desk, reader, ident)
        call.give({"decision": ident.hex(), "taken_back": True}, [call.say("recognition.taken_back_now")])


def _statement(call: Call) -> None:
    """Write a statement from a file, choose one of another dossier again, or list what is here and what can be chosen."""
    from letapis.desk import statements
    from letapis.faces.cli.common import the_dossier

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_dossier(call, desk, reader)
        known = _one_statement(desk, reader, ident, options.again) if options.again else b""
        if options.file:
            known = statements.write(desk, reader, ident, _statement_form(options.file), known)
        elif known:
            statements.choose(desk, reader, ident, known)
        here, others = statements.in_dossier(desk, reader, ident), statements.elsewhere(desk, reader, ident)
        told = {"statement": known.hex(), "here": [_statement_json(one) for one in here], "elsewhere": [_statement_json(one) for one in others]}
        lines = [f"{one.statement[:8]}  {one.day}  {next(iter(one.titles.values()))}" for one in here]
        lines += [f"{one.statement[:8]}  {one.day}  {next(iter(one.titles.values()))} · {call.say('recognition.elsewhere')}" for one in others]
        call.give(told, lines or [call.say("recognition.no_statements")])


def _statement_form(argument: str) -> Any:
    """A statement from JSON: day, outcome, ground, titles and texts by language, signatories, link. Raises UsageError for what is none."""
    import json

    from letapis.core.errors import UsageError
    from letapis.desk.statements import StatementForm
    from letapis.faces.cli.common import long_text

    try:
        told = json.loads(long_text(argument if argument == "-" else f"@{argument}"))
        titles, said = ({str(lang): str(words) for lang, words in told[name].items()} for name in ("titles", "texts"))
        ground, link = (str(told.get(name, "")) for name in ("ground", "link"))
        return StatementForm(str(told["day"]), str(told["outcome"]), titles, said, tuple(map(str, told["signatories"])), ground, link)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UsageError("recognition.statement_form") from None


def _list(call: Call) -> None:
    from letapis.desk import recognition_waiting

    with call.desk() as desk:
        reader, words = desk.reader("work"), _words(call, desk)
        found = recognition_waiting.under_review(desk, reader)
        listed = [{"dossier": one.dossier.dossier.hex(), "person": one.person.entity.hex(), **_course_json(one.course)} for one in found]
        lines = []
        for one in found:
            waits = call.say("recognition.waits_for_second" if one.course.waiting else "recognition.waits_for_votes")
            lines.append(f"{one.dossier.code}  {one.person.label}  {words.outcome(one.course.outcome)} · {waits}")
        call.give({"under_review": listed}, lines or [call.say("recognition.nobody_waits")])
