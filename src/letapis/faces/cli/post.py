"""``letapis post …`` and ``letapis command``: who held which post, and who commanded a place on a day."""

from typing import TYPE_CHECKING

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.desk.officials import ActView
    from letapis.desk.reading import ClaimView
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
    acts = verbs.verb("post acts", _acts)
    for name in ("dossier", "person"):
        acts.add_argument(name, metavar=name.upper())
    acts.add_argument("--everywhere", action="store_true")
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


def _acts(call: Call) -> None:
    from letapis.desk import officials, opened, reading
    from letapis.faces.cli.common import count_opened, the_dossier
    from letapis.faces.command_words import CommandWords, act_json

    with call.desk() as desk:
        reader = desk.reader("work")
        dossier = the_dossier(call, desk, reader)
        person = reading.resolve_entity(desk, reader, dossier, call.options.person)
        book = reading.command_book(desk, reader)
        found = officials.acts_beside(desk, reader, person, book, call.options.everywhere)
        homes = {one.act.dossier for one in found}
        for home in sorted(homes - {dossier}):
            count_opened(call, desk, opened.DOSSIERS, home)
        words = CommandWords(desk, reader, call.language, book)
        names = {one.entity: one.label for home in homes for one in reading.entities(desk, reader, home)}
        lines = [line for one in found for line in _act_lines(words, one, names[one.act.subject])]
        lines = [words.say("posts.acts_mean"), *lines] if found else [words.say("posts.no_acts")]
        call.give({"acts": [act_json(one) for one in found]}, lines)


def _act_lines(words: "CommandWords", one: "ActView", who: str) -> list[str]:
    """An act with whom it was done to, what is reported beside it and what each of that rests on."""
    lines = [f"{who}: {_claim_line(words, one.act)}", *(f"  {_claim_line(words, part)}" for part in one.parts)]
    for each in one.commands:
        how = words.say("posts.command_direct" if each.up == 0 else "posts.command_above", body=words.body(each.body))
        lines.append(f"  {how} {_post_line(words, words.post(each.post))} – {words.say(f'command.truth.{each.truth.value}')}")
        lines += [f"    {words.say('posts.rests_on')} {_claim_line(words, claim)}" for claim in each.rests_on]
    rung = f" · {words.say('posts.rung')} {one.rung.label[words.language]}" if one.rung else ""
    return [*lines, f"  {words.say('posts.weakest')} {words.say(f'claims.level.{one.level.name.lower()}')}{rung}"]


def _claim_line(words: "CommandWords", claim: "ClaimView") -> str:
    times = " – ".join(words.date(day) for day in dict.fromkeys((claim.valid_from, claim.valid_to)) if day)
    level = words.say(f"claims.level.{claim.level.name.lower()}")
    return f"{claim.rid.hex()[:8]}  {claim.property} = {claim.value}{f', {times}' if times else ''} ({words.source(claim)}, {level})"


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
