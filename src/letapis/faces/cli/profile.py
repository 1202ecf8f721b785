"""``letapis profile show|set``: what the organisation says of itself in documents for bodies, in one language."""

from dataclasses import asdict, replace

from letapis.core.language import LANGUAGES
from letapis.core.submitters import SHOWN
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs


def add(verbs: Verbs) -> None:
    verbs.verb("profile show", _show)
    put = verbs.verb("profile set", _set)
    put.add_argument("--text-language", default="en", choices=LANGUAGES)
    for name in SHOWN:
        put.add_argument(f"--{name}", default=None, metavar="TEXT|@FILE|-")


def _show(call: Call) -> None:
    from letapis.desk import submitters

    with call.desk() as desk:
        found = submitters.profiles(desk, desk.reader("work"))
        lines = []
        for language, said in found.items():
            lines += [f"[{language}]", *(f"{call.say(f'submitter.field.{name}')}: {text}" for name, text in asdict(said).items() if text)]
        call.give({"profiles": {language: asdict(said) for language, said in found.items()}}, lines or [call.say("submitter.empty")])


def _set(call: Call) -> None:
    """What is not given stays as it is; an empty text takes it away."""
    from letapis.desk import submitters
    from letapis.faces.cli.common import long_text

    language = call.options.text_language
    given = {name: long_text(text) for name in SHOWN if (text := getattr(call.options, name)) is not None}
    with call.desk() as desk:
        reader = desk.reader("work")
        said = replace(submitters.profile(desk, reader, language), **given)
        submitters.set_profile(desk, reader, language, said)
        call.give({"language": language, **asdict(said)}, [call.say("cli.done")])
