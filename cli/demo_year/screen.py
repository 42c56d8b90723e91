"""What the demo shows while it works: one bar for everything that takes longer than a moment."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)


@dataclass
class Bar:
    """One bar; `done` counts how far it is. Safe for many threads."""

    progress: Progress
    task: int

    def step(self, count: int = 1) -> None:
        self.progress.advance(self.task, count)  # type: ignore[arg-type]  # TaskID is an int

    def at(self, done: int) -> None:
        self.progress.update(self.task, completed=done)  # type: ignore[arg-type]


@dataclass
class Screen:
    """Speaks on standard error, so that standard output holds the result alone.

    `seconds` is how long each step took, by name.
    """

    console: Console = field(default_factory=lambda: Console(stderr=True, highlight=False))
    seconds: dict[str, float] = field(default_factory=dict)

    def say(self, text: str) -> None:
        self.console.print(text)

    @contextmanager
    def step(self, what: str, total: int | None = None) -> Iterator[Bar]:
        """A bar for the length of a block; without a terminal, a line when it is done."""
        started = time.monotonic()
        columns = (
            TextColumn("{task.description:<44}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(
            *columns, console=self.console, transient=True, disable=not self.console.is_terminal
        ) as progress:
            bar = Bar(progress, progress.add_task(what, total=total))
            yield bar
        self.seconds[what] = took = time.monotonic() - started
        self.console.print(f"  {what:<44} {took:6.1f} s")
