"""kliping topics: the user's own topics."""

from __future__ import annotations

from typing import Annotated

import typer
from typer import Argument

from kliping.cli.app import FAILED, OK, READ, UsageError, command_group, published_copy
from kliping.cli.options import Form
from kliping.output import Format, printable, say, show, to_json

topics_app = command_group("topics", READ, "Your own topics, for mart.topics.")


@topics_app.command("check")
def topics_check(
    ctx: typer.Context,
    names: Annotated[list[str] | None, Argument(metavar="[TOPIC]...", show_default=False)] = None,
    form: Form = Format.TABLE,
) -> int:
    """What topics find in the published articles; of named ones also each term, and neighbours that look wrong.

    It reads the files as they are now and changes nothing; `kliping publish` applies them.
    """
    from dataclasses import asdict

    from kliping.cli.progress import one_progress
    from kliping.topic_check import check_topics
    from parsers.source import suggestion
    from warehouse.write.topics import read_topics

    topics = {topic.topic_id: topic for topic in read_topics(ctx.obj.home, ctx.obj.topics) or ()}
    if not topics:
        folder = ctx.obj.topics or ctx.obj.home / "topics"
        raise UsageError(f"no topic in {folder}: write a file, or `kliping topics sample`")
    for name in names or ():
        if name not in topics:
            hint = suggestion(name, topics) or f"; there are {', '.join(topics)}"
            raise UsageError(f"no topic {printable(name)!r}{hint}")
    with published_copy(ctx.obj) as reader, one_progress("texts") as progress:
        checks = check_topics(reader, [topics[name] for name in names or topics], progress)
    rows = list(map(asdict, checks))
    if form is Format.JSON:
        print(to_json(rows))
    elif names:
        for check in checks:
            show(check.entries, form, title=f"{check.topic_id}: {check.n_articles} articles")
            show(check.neighbours, form, title="neighbours that look wrong", empty="none")
    else:
        show(rows, form, columns=("topic_id", "n_articles", "percent"))
    for check in (broad := [check for check in checks if check.is_too_broad]):
        say(f"topic {check.topic_id} has {check.percent} % of all articles: too much to be a topic")
    return FAILED if broad else OK


@topics_app.command("sample")
def topics_sample(ctx: typer.Context) -> None:
    """Copy sixteen topics into the folder of topics, to edit as you like.

    They count from the next run or `kliping publish` on.
    """
    from warehouse.write.topics import write_sample

    try:
        print(write_sample(ctx.obj.home, ctx.obj.topics))
    except FileExistsError as error:
        raise UsageError(f"{error.filename} is there already; it stays as it is") from None
