"""What an event is, who shows it and what happens next: read from the tables that run."""

import difflib
import inspect
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Annotated, Any, get_origin, get_type_hints

import typer

app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True)
class Field:
    """`personal` names the kind of personal data that the field holds, if any."""

    name: str
    type: str
    personal: str


@dataclass(frozen=True, slots=True)
class Shown:
    projection: str
    question: str


@dataclass(frozen=True, slots=True)
class Next:
    """A reaction, the queue it waits on, and what it asks for; where the event came of one of
    `at_once_after`, it waits on no queue."""

    reaction: str
    meaning: str
    queue: str
    asks_for: tuple[str, ...]
    at_once_after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explained:
    """One published event, put together from the four tables."""

    event: str
    schema_version: int
    meaning: str
    fields: tuple[Field, ...]
    shown_by: tuple[Shown, ...]
    next: tuple[Next, ...]
    later: tuple[Next, ...] = ()


@app.command()
def explain(
    event: Annotated[
        str | None, typer.Argument(help="A published event, such as claim.submitted.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One object (or one a line).")] = False,
) -> None:
    """Tell what an event is, who shows it, and what we do next; without a name, list all."""
    from domain.events import CATALOGUE

    names = CATALOGUE.names()
    if event is None:
        explained = [explanation(name) for name in names]
        lines = map(_json, explained) if as_json else _overview(explained)
        typer.echo("\n".join(lines))
        return
    if event not in names:
        near = difflib.get_close_matches(event, names, n=1)
        hint = f"did you mean `{near[0]}`?" if near else "`bima explain` lists all events"
        typer.echo(f"bima: no event is published as `{event}`; {hint}", err=True)
        raise typer.Exit(2)
    one = explanation(event)
    typer.echo(_json(one) if as_json else "\n".join(_told(one)))


def explanation(name: str) -> Explained:
    """Everything that the catalogue, the read models and the reactions say about an event."""
    from domain.events import CATALOGUE
    from projections import PROJECTIONS
    from workers.deadlines import DEADLINES
    from workers.reactions import REACTIONS

    kind = CATALOGUE.type_of(name)
    return Explained(
        event=name,
        schema_version=CATALOGUE.schema_of(name),
        meaning=meaning(kind),
        fields=tuple(_fields(kind)),
        shown_by=tuple(
            Shown(projection.name, projection.question or _first(inspect.getmodule(handler)))
            for projection in PROJECTIONS
            if (handler := projection.on.get(kind, projection.on_any)) is not None
        ),
        next=tuple(map(_next, REACTIONS.get(kind, ()))),
        later=tuple(map(_next, DEADLINES.get(kind, ()))),
    )


def _next(it: Any) -> Next:
    asks_for = tuple(asked.__name__ for asked in it.asks_for)
    at_once = tuple(sorted(getattr(it, "goes_on_from", ())))
    return Next(it.name, it.meaning, str(it.queue), asks_for, at_once)


def meaning(kind: type) -> str:
    """The event's name in words, and what its class says of itself."""
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in kind.__name__).strip()
    said = inspect.getdoc(kind) or ""
    if said.startswith(f"{kind.__name__}("):  # made up by dataclass
        said = ""
    return " ".join([f"{words.capitalize()}.", *said.split()])


def _fields(kind: Any) -> list[Field]:
    from domain.personal import Personal

    hints = get_type_hints(kind, include_extras=True)
    found = []
    for field in fields(kind):
        hint, personal = hints[field.name], ""
        if get_origin(hint) is Annotated:
            marks = (mark.kind for mark in hint.__metadata__ if isinstance(mark, Personal))
            personal, hint = next(marks, ""), hint.__origin__
        found.append(Field(field.name, _said(hint), personal))
    return found


def _said(hint: Any) -> str:
    """A type in short: `Money`, `tuple[BilledLine, ...]`, `UUID | None`."""
    if isinstance(hint, type) and get_origin(hint) is None:
        return hint.__name__
    parts = str(hint).replace("[", " [ ").replace("]", " ] ").replace(",", " , ").split()
    short = " ".join(part if part == "..." else part.rpartition(".")[2] for part in parts)
    return short.replace(" [ ", "[").replace(" ]", "]").replace(" ,", ",")


def _first(module: Any) -> str:
    return (inspect.getdoc(module) or "").partition("\n")[0]


def _json(explained: Explained) -> str:
    return json.dumps(asdict(explained))


def _overview(explained: list[Explained]) -> list[str]:
    width = max(len(one.event) for one in explained) + 2
    lines = []
    for one in explained:
        then = ", ".join(step.reaction for step in one.next) or "nothing by itself"
        lines.append(f"{one.event:<{width}}shown by {len(one.shown_by)}; next: {then}")
    return lines


def _told(one: Explained) -> list[str]:
    lines = [f"{one.event} (version {one.schema_version})", f"  {one.meaning}", "", "It holds:"]
    width = max((len(field.name) for field in one.fields), default=0) + 2
    for field in one.fields:
        personal = f"  personal: {field.personal}" if field.personal else ""
        lines.append(f"  {field.name:<{width}}{field.type}{personal}")
    if not one.fields:
        lines.append("  nothing but who, when and why")
    lines += ["", "Who shows it (projections.PROJECTIONS):"]
    lines += [f"  {shown.projection:<24}{shown.question}" for shown in one.shown_by] or ["  nobody"]
    lines += ["", "What we do next (workers.reactions.REACTIONS):"]
    lines += _steps(one.next) or ["  nothing by itself"]
    if one.later:
        lines += ["", "What falls due if nobody acts (workers.deadlines.DEADLINES):"]
    return lines + _steps(one.later)


def _steps(steps: Sequence[Next]) -> list[str]:
    lines = []
    for step in steps:
        lines.append(f"  {step.reaction:<30}{step.meaning}")
        lines.append(f"  {'':<30}asks for {', '.join(step.asks_for)} on queue {step.queue}")
        if step.at_once_after:
            lines.append(f"  {'':<30}at once after {', '.join(step.at_once_after)}")
    return lines
