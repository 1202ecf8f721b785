"""``letapis post …`` and ``letapis command``: who held which post, and who commanded a place on a day."""

from typing import TYPE_CHECKING

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.faces.command_words import CommandWords, PostWords, StepWords

_SAID = ("parent", "place", "code", "alias", "since", "until", "basis")
_TOLD = ("body", "rank", "since", "until", "seen", "gone", "basis")


def add(verbs: Verbs) -> None:
    new = verbs.verb("post add", _add)
    for name in ("dossier", "person", "title"):
        new.add_argument(name, metavar=name.upper())
    new.add_argument("--source", required=True, metavar="SOURCE")
    new.add_argument("--commands", metavar="BODY")
    for name in (*_TOLD, "since-certainty", "until-certainty"):
        new.add_argument(f"--{name}", default="document" if name == "basis" else "", metavar=name.upper())
    new.add_argument("--new", action="store_true")
    verbs.verb("post list", _list).add_argument("dossier", metavar="DOSSIER")
    ask = verbs.verb("command", _command)
    for name in ("place", "day"):
        ask.add_argument(name, metavar=name.upper())
    ask.add_argument("--dossier", default="", metavar="DOSSIER")
    body = verbs.verb("body add", _body)
    for name in ("dossier", "name"):
        body.add_argument(name, metavar=name.upper())
    body.add_argument("--source", required=True, metavar="SOURCE")
    for name in _SAID:
        body.add_argument(f"--{name}", default="document" if name == "basis" else "", metavar=name.upper())


def _add(call: Call) -> None:
    from letapis.desk import posts, reading
    from letapis.faces.cli.common import the_dossier

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        dossier = the_dossier(call, desk, reader)
        told = {name: getattr(options, name) for name in (*_TOLD, "since_certainty", "until_certainty", "commands")}
        form = posts.PostForm(options.title, source=reading.resolve_source(desk, reader, dossier, options.source), **told)
        if options.new:
            (post,) = posts.record_posts_of_new(desk, reader, dossier, options.person, [form])[1]
        else:
            (post,) = posts.record_posts(desk, reader, dossier, reading.resolve_entity(desk, reader, dossier, options.person), [form])
        call.give({"post": post.hex()}, [post.hex()])


def _body(call: Call) -> None:
    from letapis.desk import bodies, reading
    from letapis.faces.cli.common import the_dossier

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        dossier = the_dossier(call, desk, reader)
        source = reading.resolve_source(desk, reader, dossier, options.source)
        form = bodies.BodyForm(options.name, source=source, **{name: getattr(options, name) for name in _SAID})
        entity = bodies.record_body(desk, reader, dossier, form)
        call.give({"entity": entity.hex()}, [entity.hex()])


def _list(call: Call) -> None:
    from letapis.desk import reading
    from letapis.faces.cli.common import the_dossier
    from letapis.faces.command_words import CommandWords, post_json

    with call.desk() as desk:
        reader = desk.reader("work")
        dossier = the_dossier(call, desk, reader)
        found = reading.posts(desk, reader, dossier=dossier)
        words = CommandWords(desk, reader, call.language, reading.command_book(desk, reader, dossier))
        lines = [f"{one.name}  {_post_line(words, words.post(one))}" for one in found]
        call.give({"posts": [post_json(one) for one in found]}, lines)


def _post_line(words: "CommandWords", post: "PostWords") -> str:
    body = f" · {post.body}" if post.body and post.body.casefold() not in post.title.casefold() else ""
    disputed = f" · {words.say('command.ends_disputed')}" if post.disputed else ""
    return f"{post.title}{body}: {', '.join(post.times)}{disputed} ({', '.join(post.sources)}, {words.say(post.level)})"


def _command(call: Call) -> None:
    from letapis.desk import reading
    from letapis.faces.cli.common import the_dossier
    from letapis.faces.command_words import CommandWords, steps_json

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        book = reading.command_book(desk, reader, the_dossier(call, desk, reader) if options.dossier else b"")
        step = book.answer(options.place, options.day, desk.today())
        words = CommandWords(desk, reader, call.language, book)
        lines = [line for depth, one in words.chain(step).flat() for line in _step_lines(words, one, "  " * depth)]
        call.give({"day": options.day, "chain": steps_json(step, book)}, lines)


def _step_lines(words: "CommandWords", one: "StepWords", indent: str) -> list[str]:
    lines = [f"{indent}{one.name}" + (f"  ({one.how})" if one.how else "")]
    lines += [f"{indent}  {words.say('command.several')}"] if one.several else []
    for head in one.heads:
        lines += [f"{indent}  {head.name} – {words.say(head.truth)}", f"{indent}    {_post_line(words, head.post)}"]
        lines += [f"{indent}    {claim.rid.hex()[:8]}  {claim.property} = {claim.value}" for claim in head.post.view.claims]
    return lines + ([f"{indent}  {one.gap}"] if one.gap else [])
