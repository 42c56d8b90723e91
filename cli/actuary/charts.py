"""Pictures for people who would rather look: triangle, development, loss ratio; PNG or SVG.

The same figures are the same picture to the byte: nothing in the file tells when it was made.
"""

from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from domain.actuarial.chain_ladder import ChainLadder
from domain.actuarial.triangle import Triangle
from domain.money import exponent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, PALE, GRID = "#22313f", "#8a97a3", "#e3e8ec"
DEEP, WARM, SOFT = "#1f6f8b", "#c8553d", "#cfe0e6"
READABLE = 14  # columns up to which every cell is told in figures
STYLE: Any = {
    "svg.hashsalt": "bima",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": GRID,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "figure.dpi": 160,
}


class NoPicture(ValueError):
    """The file's name does not end in .png or .svg, or there is nothing to draw."""


def heat_map(made: Triangle, path: Path, subtitle: str) -> None:
    """Rows by origin, columns by lag; the deeper the colour, the nearer to the row's latest."""
    rows = [row.cells for row in made.rows]
    width = max(map(len, rows), default=0)
    if not width:
        raise NoPicture("there are no cells to draw")
    step = made.question.development.months
    size = (min(3.2 + 0.62 * width, 15), min(1.9 + 0.32 * len(rows), 13))
    with _drawing(path, size) as (figure, axes):
        largest = max((abs(cell) for row in rows for cell in row), default=0) or 1
        shade = [[(cell / largest) for cell in row] + [None] * (width - len(row)) for row in rows]
        grid = pl.DataFrame(shade, orient="row", infer_schema_length=None).cast(pl.Float64)
        mesh = axes.pcolormesh(
            grid.to_numpy(), cmap=_colours(any(cell < 0 for row in rows for cell in row)),
            vmin=-1 if any(cell < 0 for row in rows for cell in row) else 0, vmax=1,
            edgecolors="white", linewidth=1.2,
        )  # fmt: skip
        axes.invert_yaxis()
        every = max(1, width // 18)
        axes.set_xticks([at + 0.5 for at in range(0, width, every)],
                        [str(at * step) for at in range(0, width, every)])  # fmt: skip
        tall = max(1, len(rows) // 30)
        axes.set_yticks([at + 0.5 for at in range(0, len(rows), tall)],
                        [made.label(row) for row in made.rows[::tall]])  # fmt: skip
        axes.tick_params(length=0)
        axes.xaxis.set_ticks_position("top")
        axes.xaxis.set_label_position("top")
        axes.set_xlabel("months of development", labelpad=8)
        for spine in axes.spines.values():
            spine.set_visible(False)
        if width <= READABLE:
            unit, scale = _unit(made, largest)
            _figures(axes, rows, scale, largest)
        else:
            unit, scale = _unit(made, largest)
            bar = figure.colorbar(mesh, ax=axes, fraction=0.03, pad=0.02)
            bar.outline.set_visible(False)
            bar.set_ticks(
                [0, 0.5, 1],
                labels=[_short(largest * at / scale, largest / scale) for at in (0, 0.5, 1)],
            )
        question = made.question
        title = (
            f"{question.measure.value.capitalize()}, {question.side.value}, {question.form.value}"
        )
        _titles(figure, title, f"{subtitle} · {unit}")


def development(ladder: ChainLadder, made: Triangle, path: Path, subtitle: str) -> None:
    """How each origin grew from lag to lag, the weighted factor, and how much is complete."""
    factors = [float(one) for one in ladder.link_ratios]
    if not factors:
        raise NoPicture("one column does not develop")
    step = made.question.development.months
    with _drawing(path, (9.2, 4.4), columns=2) as (figure, both):
        left, right = both
        for row in made.rows:
            grown = [(lag, b / a) for lag, (a, b) in
                     enumerate(zip(row.cells, row.cells[1:], strict=False)) if a > 0]  # fmt: skip
            left.plot([x * step for x, _ in grown], [y for _, y in grown], "o",
                      color=SOFT, markersize=4, zorder=2)  # fmt: skip
        lags = [at * step for at in range(len(factors))]
        left.plot(lags, factors, "-o", color=DEEP, linewidth=1.8, markersize=4.5, zorder=3,
                  label="weighted by volume")  # fmt: skip
        left.axhline(1, color=PALE, linewidth=0.8, zorder=1)
        seen = [b / a for row in made.rows for a, b in zip(row.cells, row.cells[1:], strict=False)
                if a > 0]  # fmt: skip
        top = max(*factors, sorted(seen)[int(len(seen) * 0.95)] if seen else 1)
        left.set_ylim(min(0.9, *factors) - 0.05, top * 1.08)
        left.set_title("to the next lag (dots: single origins)", fontsize=9, loc="left")
        complete = [float(one) * 100 for one in ladder.completion]
        ends = [at * step for at in range(len(complete))]
        right.fill_between(ends, complete, color=SOFT, alpha=0.6, linewidth=0)
        right.plot(ends, complete, "-o", color=DEEP, linewidth=1.8, markersize=4.5)
        right.axhline(100, color=PALE, linewidth=0.8)
        right.set_ylim(0, max(105, *complete) * 1.03)
        right.yaxis.set_major_formatter(lambda value, _: f"{value:.0f} %")
        right.set_title("share of the ultimate that is there", fontsize=9, loc="left")
        for axes in both:
            axes.grid(axis="y", color=GRID, linewidth=0.8)
            axes.set_axisbelow(True)
            axes.tick_params(length=0)
            axes.set_xlabel("months of development")
            axes.set_xticks(_lags(len(complete), step))
        left.legend(frameon=False, loc="upper right", fontsize=8)
        _titles(figure, "Development factors", subtitle)


def loss_ratio(table: pl.DataFrame, path: Path, subtitle: str) -> None:
    """By origin: earned premium, what is there of the loss and what it will come to, and the
    ratio of the last to the premium."""
    if not table.height:
        raise NoPicture("there are no origins to draw")
    origins = table["origin"].to_list()
    places = list(range(len(origins)))
    currency = table["currency"][0]
    minor = 10 ** exponent(currency)
    premium, latest, ultimate = (
        [(value or 0) / minor for value in table[name]]
        for name in ("earned_premium_minor", "latest_minor", "ultimate_minor")
    )
    largest = max([*premium, *ultimate, 1.0])
    word, scale = next((w, s) for w, s in _SCALES if largest >= s)
    with _drawing(path, (max(6.4, 2.2 + 0.42 * len(origins)), 4.6)) as (figure, axes):
        axes.bar(places, [x / scale for x in premium], 0.84, color=GRID, label="earned premium")
        axes.bar(places, [x / scale for x in ultimate], 0.5, color=SOFT, label="ultimate loss")
        axes.bar(places, [x / scale for x in latest], 0.5, color=DEEP, label="there so far")
        axes.set_ylabel(f"{word}{currency}")
        few = len(origins) <= 8
        axes.set_xticks(
            places, origins, rotation=0 if few else 60, ha="center" if few else "right",
            rotation_mode="anchor",
        )  # fmt: skip
        axes.tick_params(length=0)
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        ratio = axes.twinx()
        told = [(at, float(value) * 100) for at, value in enumerate(table["loss_ratio"])
                if value is not None]  # fmt: skip
        ratio.plot([x for x, _ in told], [y for _, y in told], "-o", color=WARM, linewidth=1.8,
                   markersize=4.5, label="loss ratio (right)")  # fmt: skip
        ratio.axhline(100, color=WARM, linewidth=0.8, linestyle=(0, (4, 4)))
        ratio.set_ylim(0, max([120, *(y for _, y in told)]) * 1.08)
        ratio.yaxis.set_major_formatter(lambda value, _: f"{value:.0f} %")
        ratio.tick_params(length=0)
        ratio.spines["right"].set_visible(False)
        ratio.spines["top"].set_visible(False)
        handles = [*axes.get_legend_handles_labels()[0], *ratio.get_legend_handles_labels()[0]]
        axes.legend(handles=handles, frameon=False, ncols=4, fontsize=8, loc="upper left",
                    bbox_to_anchor=(0, 1.1), borderaxespad=0, handlelength=1.2)  # fmt: skip
        _titles(figure, "Loss ratio by origin", subtitle)


_SCALES = (("billion ", 1e9), ("million ", 1e6), ("thousand ", 1e3), ("", 0.0))


@contextmanager
def _drawing(
    path: Path, size: tuple[float, float], columns: int = 1
) -> "Iterator[tuple[Figure, Any]]":
    """A figure to draw on, written to the file at the end."""
    if path.suffix.lower() not in (".png", ".svg"):
        raise NoPicture(f"{path.name} is neither .png nor .svg")
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    with pyplot.rc_context(STYLE):
        figure, axes = pyplot.subplots(1, columns, figsize=size, layout="constrained")
        try:
            yield figure, axes
            told = {"Date": None} if path.suffix.lower() == ".svg" else {"Software": None}
            figure.savefig(path, metadata=told, facecolor="white")
        finally:
            pyplot.close(figure)


def _titles(figure: "Figure", title: str, subtitle: str) -> None:
    """The title over the whole picture, and in paler letters what it stands on."""
    high = figure.get_figheight()
    engine: Any = figure.get_layout_engine()
    engine.set(rect=(0.01, 0.01, 0.98, 0.98 - 0.62 / high))
    figure.text(0.02, 1 - 0.14 / high, title, fontsize=13, fontweight="bold", va="top")
    figure.text(0.02, 1 - 0.42 / high, subtitle, fontsize=8.5, color=PALE, va="top")


def _figures(axes: "Axes", rows: Sequence[Sequence[int]], scale: float, largest: int) -> None:
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            colour = "white" if abs(cell) > 0.72 * largest else INK
            told = f"{cell:,}" if scale == 1 else _short(cell / scale, largest / scale)
            axes.text(x + 0.5, y + 0.5, told, ha="center", va="center", fontsize=8,
                      color=colour)  # fmt: skip


def _unit(made: Triangle, largest: int) -> tuple[str, float]:
    """In what the figures are told, and by what the cells are divided."""
    if made.question.measure.is_count:
        return "claims", 1.0
    minor = 10 ** exponent(made.currency)
    word, scale = next((w, s) for w, s in _SCALES if largest / minor >= s)
    return f"{word}{made.currency}", (scale or 1.0) * minor


def _short(value: float, largest: float) -> str:
    """As many decimals as the largest figure needs for three that matter."""
    decimals = 0 if largest >= 100 else 1 if largest >= 10 else 2
    return f"{value:,.{decimals}f}"


def _lags(count: int, step: int) -> list[int]:
    """Months to name on an axis of so many lags."""
    return [at * step for at in range(0, count, max(1, -(-count // 12)))]


def _colours(both_sides: bool) -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    ends = [WARM, "#ffffff", DEEP] if both_sides else ["#f1f6f8", SOFT, DEEP]
    return LinearSegmentedColormap.from_list("bima", ends)
