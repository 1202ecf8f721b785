"""``letapis law``: read the rulebook, try it on facts or on a dossier, check its files."""

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from letapis.core.access import Reader
from letapis.core.errors import Busy, Damaged, Fault, UsageError
from letapis.core.norms import Element, Norm
from letapis.core.rulebook_check import faults
from letapis.core.vocabulary import Vocabulary
from letapis.core.wording import say_predicate
from letapis.engines.catalogue import Catalogue, catalogue, law_files
from letapis.engines.facts_file import evaluate_facts_file, result_value
from letapis.engines.law_folder import catalogue_with, faults_of_folder, folder_files, overlay_of_folder
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.desk.opening import Desk

_LARGEST_FILE = 4 * 1024 * 1024


def add(verbs: Verbs) -> None:
    """The verbs of the rules; ``evaluate`` reads a file of facts or a dossier."""
    show = verbs.verb("law show", show_law)
    show.add_argument("norm", nargs="?", metavar="NORM", help=verbs.text("cli.help.law.norm"))
    evaluate = verbs.verb("law evaluate", evaluate_law)
    evaluate.add_argument("facts", nargs="?", type=Path, metavar="FACTS.toml", help=verbs.text("cli.help.law.facts"))
    evaluate.add_argument("--dossier", metavar="DOSSIER", help=verbs.text("cli.help.law.dossier"))
    evaluate.add_argument("--stated-only", action="store_true", help=verbs.text("cli.help.law.stated_only"))
    evaluate.add_argument("--norm", action="append", metavar="NORM", help=verbs.text("cli.help.law.norm"))
    for verb in (show, evaluate):
        verb.add_argument("--rules", type=Path, metavar="FOLDER", help=verbs.text("cli.help.law.rules"))
    compare = verbs.verb("law compare", compare_law)
    compare.add_argument("dossier", metavar="DOSSIER", help=verbs.text("cli.help.argument.dossier"))
    compare.add_argument("--day", metavar="DAY", help=verbs.text("cli.help.law.day"))
    compare.add_argument("--rules", type=Path, metavar="FOLDER", help=verbs.text("cli.help.law.rules"))
    for verb in (evaluate, compare):
        verb.add_argument("--person", metavar="PERSON", help=verbs.text("cli.help.law.person"))
        floor_option(verbs, verb)
    own = verbs.verb("law overlay", keep_rules)
    own.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help=verbs.text("cli.help.law.own_folder"))
    own.add_argument("--off", action="store_true", help=verbs.text("cli.help.law.off"))
    check = verbs.verb("law check", check_law)
    check.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help=verbs.text("cli.help.law.folder"))


def floor_option(verbs: Verbs, verb: ArgumentParser) -> None:
    verb.add_argument("--floor", choices=("draft", "checked", "verified"), default="draft", help=verbs.text("cli.help.law.floor"))


def show_law(call: Call) -> None:
    """The list of norms, or one norm with its elements. Raises NotFound for a norm that the rulebook does not have."""
    rulebook = _data(call.options.rules).rulebook
    if call.options.norm is None:
        norms = [rulebook.norms[name] for name in sorted(rulebook.norms)]
        listed = [{"id": norm.id, "title": norm.title[call.language]} for norm in norms]
        call.give({"rulebook": rulebook.version, "norms": listed}, (f"{norm.id:<24} {norm.title[call.language]}" for norm in norms))
        return
    norm = rulebook.norm(call.options.norm)
    call.give(_norm_value(norm, call.language), _norm_lines(norm, call))


def _norm_value(norm: Norm, language: str) -> Mapping[str, Any]:
    elements = [
        {"key": element.key, "role": element.role, "judge": element.judge, "text": element.text[language], "facts": sorted(element.facts)}
        for element in norm.elements
    ]
    named = {"id": norm.id, "version": norm.version, "instrument": norm.instrument_title[language], "article": norm.article}
    authorities = [{"citation": authority.citation, "url": authority.url} for authority in norm.authorities]
    return named | {"title": norm.title[language], "logic": norm.logic_text, "elements": elements, "authorities": authorities}


def _norm_lines(norm: Norm, call: Call) -> Iterator[str]:
    language = call.language
    yield f"{norm.id} · {norm.title[language]}"
    yield f"{norm.instrument_title[language]}, {norm.article}"
    yield ""
    for element in norm.elements:
        yield f"  {element.key}: {element.text[language]} ({call.say(f'law.role.{element.role}')})"
    yield ""
    yield from (f"  – {authority.citation}" for authority in norm.authorities)


def evaluate_law(call: Call) -> None:
    """Results norm by norm, never a finding. Exactly one of a file of facts and a dossier is named."""
    options = call.options
    if (options.facts is None) == (options.dossier is None):
        raise UsageError("cli.law_facts_or_dossier")
    if options.dossier is not None and options.rules is not None:
        raise UsageError("cli.law_rules_of_desk")
    if options.dossier is None:
        data = _data(options.rules)
        value = _of_facts(options, data)
    else:
        value, data = _of_dossier(call)
    call.give(value, _result_lines(call, value, data))


def _data(folder: Path | None) -> Catalogue:
    """The package's data, or with the rules of a folder over it. Raises what reading the folder raises."""
    return catalogue() if folder is None else catalogue_with(overlay_of_folder(folder))


def _of_facts(options: Any, data: Catalogue) -> dict[str, Any]:
    wanted = {data.rulebook.norm(name).id for name in options.norm or ()}
    value = evaluate_facts_file(_read(options.facts), data, options.stated_only)
    if wanted:
        value["norms"] = [norm for norm in value["norms"] if norm["id"] in wanted]
    return value


def _of_dossier(call: Call) -> tuple[dict[str, Any], Catalogue]:
    from letapis.desk.qualify import deciding_questions, qualify
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        dossier = the_dossier(call, desk, reader)
        page = qualify(desk, reader, dossier, call.options.norm, call.options.floor, _person(call, desk, reader, dossier))
        rulebook = desk.catalogue.rulebook
        stands = [(found, desk.catalogue.proof.rung_of(found)) for found in page.qualifications]
        norms = [result_value(found, rulebook.norm(found.norm)) | {"proof": rung.id if rung else None} for found, rung in stands]
        asked = [{"fact": one.fact, "norms": [effect.norm for effect in one.effects]} for one in deciding_questions(desk, page)]
        return {"rulebook": rulebook.version, "floor": str(page.floor), "norms": norms, "questions": asked}, desk.catalogue


def _person(call: Call, desk: "Desk", reader: Reader, dossier: bytes) -> bytes:
    """The person named by the call, nobody when none is. Raises NotFound."""
    from letapis.desk import reading

    return reading.resolve_entity(desk, reader, dossier, call.options.person) if call.options.person else b""


def compare_law(call: Call) -> None:
    """What changed for one person since a day, or from the rules of a folder to those of the workspace, with the claims behind it.

    Raises UsageError unless exactly one of a day and a folder is named, for a day that is none or has not come.
    """
    from letapis.desk.qualify import compare_days, compare_rules, day_of
    from letapis.faces.cli.common import the_dossier

    options = call.options
    if (options.day is None) == (options.rules is None):
        raise UsageError("cli.law_day_or_rules")
    day = None if options.day is None else day_of(options.day)
    other = None if options.rules is None else _data(options.rules)
    with call.desk() as desk:
        reader = desk.reader("work")
        dossier = the_dossier(call, desk, reader)
        asked = (options.floor, _person(call, desk, reader, dossier))
        if day is not None:
            found = compare_days(desk, reader, dossier, day, *asked)
        else:
            found = compare_rules(desk, reader, dossier, other or desk.catalogue, *asked)
        listed = [
            {
                "id": one.norm,
                "before": one.before and str(one.before),
                "after": one.after and str(one.after),
                "elements": [{"key": e.key, "before": e.before and str(e.before), "after": e.after and str(e.after)} for e in one.elements],
                "came": [found.claims[ref].rid.hex() for ref in one.came if ref in found.claims],
                "went": [found.claims[ref].rid.hex() for ref in one.went if ref in found.claims],
            }
            for one in found.changes
        ]
        rulebooks = [side.qualifications[0].rulebook for side in (found.before, found.after)]
        call.give({"rulebooks": rulebooks, "floor": options.floor, "norms": listed}, _compared_lines(call, listed, desk.catalogue, other))


def _compared_lines(call: Call, listed: Iterable[Mapping[str, Any]], data: Catalogue, other: Catalogue | None) -> Iterator[str]:
    """One line a norm, and what came and went by number."""
    empty = True
    for one in listed:
        empty = False
        rulebook = data.rulebook if one["id"] in data.rulebook.norms or other is None else other.rulebook
        before, after = (call.say(f"law.status.{one[side]}" if one[side] else "lawthen.no_such_norm") for side in ("before", "after"))
        yield f"{one['id']:<24} {before} → {after} · {rulebook.norm(one['id']).title[call.language]}"
        for key in ("came", "went"):
            if one[key]:
                yield f"    {call.say(f'lawthen.{key}')}: {' '.join(one[key])}"
    if empty:
        yield call.say("lawthen.same")


def _result_lines(call: Call, value: Mapping[str, Any], data: Catalogue) -> Iterator[str]:
    """The results in words: what carries each element, what speaks against it, what is not known."""
    yield call.say("law.rulebook_version", version=data.rulebook.version)
    yield ""
    for found in value["norms"]:
        norm = data.rulebook.norm(found["id"])
        stands = f" [{found['proof']}]" if found.get("proof") else ""
        yield f"{norm.id:<24} {call.say('law.status.' + found['status'])}{stands} · {norm.title[call.language]}"
        for gate in found["gates"]:
            if gate["truth"] is not True:
                yield f"    {call.say('lawpage.gate.' + gate['name'])}: {call.say(gate['because'])}"
        for element in found["elements"]:
            known = norm.element(element["key"])
            yield f"    {known.key}: {known.text[call.language]} – {call.say('law.result.' + element['result'])}"
            yield from (f"        {_reason_line(call, known, reason, data.vocabulary)}" for reason in element["reasons"])
    yield ""
    if value.get("questions"):
        yield call.say("lawpage.questions")
        for one in value["questions"]:
            yield f"  – {data.vocabulary.fact(one['fact']).question[call.language]} ({', '.join(one['norms'])})"
        yield ""
    yield call.say("law.never_a_finding")


def _reason_line(call: Call, element: Element, reason: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    by_text = {predicate.text: predicate for predicate in element.predicates}
    said = [say_predicate(by_text[text], vocabulary, call.language, call.texts) for text in reason["predicates"]]
    named = said or [vocabulary.fact(fact).label[call.language] for fact in reason["facts"]]
    return call.say(reason["because"]) + (f": {'; '.join(named)}" if named else "")


def keep_rules(call: Call) -> None:
    """Take an organisation's own rules from a folder, drop them, or say what there is. Raises FaultyFile with every fault of the folder."""
    from letapis.desk import own_rules

    options = call.options
    if options.folder is not None and options.off:
        raise UsageError("cli.usage")
    with call.desk() as desk:
        if options.off:
            own_rules.drop_rules(desk, call.progress())
        found = own_rules.own_rules(desk) if options.folder is None else own_rules.use_rules(desk, options.folder, call.progress())
    value = None if found is None else {"name": found.name, "version": found.version, "files": found.files}
    used = found is not None and found.used
    said = call.say("law.own_none") if found is None else call.say("law.own_rules", name=found.name, version=found.version, files=found.files)
    call.give({"overlay": value, "used": used}, [said] if used or found is None else [said, call.say("law.own_unused")])


def check_law(call: Call) -> None:
    """Faults of the law files, the package's own or those of a folder. Raises Damaged when there are any, after printing them.

    A folder that holds a whole rulebook is read alone; one that only adds to the package's or replaces some of it is read on top of it.
    """
    folder = call.options.folder
    files = law_files() if folder is None else folder_files(folder)
    found = faults(files) if folder is None else faults_of_folder(files)
    listed = [{"file": fault.file, "line": fault.line, "code": fault.code, "about": fault.about} for fault in found]
    call.give({"files": len(files), "faults": listed}, (_fault_line(call, fault) for fault in found))
    if found:
        raise Damaged("cli.law_faults")


def _fault_line(call: Call, fault: Fault) -> str:
    place = f"{fault.file}:{fault.line}" if fault.line else fault.file
    return f"{place}: {call.say(f'errors.{fault.code}')} [{fault.about}]"


def _read(path: Path) -> str:
    """A file of the user's own. Raises Busy when it cannot be read, UsageError when it is a folder, too large or no text."""
    if path.is_dir():
        raise UsageError("cli.file_folder")
    try:
        with path.open("rb") as stream:
            data = stream.read(_LARGEST_FILE + 1)
    except OSError:
        raise Busy("cli.file_unreadable") from None
    if len(data) > _LARGEST_FILE:
        raise UsageError("cli.file_too_large")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError("cli.file_no_text") from None
