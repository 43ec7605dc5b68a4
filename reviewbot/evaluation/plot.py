"""Two plots of a run: recall against noise as the threshold moves, and how far the confidence
can be believed. matplotlib is an extra, and imported when a plot is asked for."""

from __future__ import annotations

import importlib
import io
from typing import TYPE_CHECKING

from reviewbot.errors import UsageError
from reviewbot.evaluation.summary import Document
from reviewbot.plain import plain_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIZE = (9.0, 4.2)


def check_plotter() -> None:
    """Raises UsageError where matplotlib is missing: before hours of work, not after them."""
    try:
        importlib.import_module("matplotlib")
    except ImportError:
        raise UsageError(
            "--plot needs matplotlib, which is not installed",
            "install the extra: pip install 'reviewbot[evaluation]', or: pip install matplotlib",
        ) from None


def svg(document: Document) -> str:
    """The same document gives the same bytes."""
    check_plotter()
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.hashsalt": "reviewbot", "text.parse_math": False}):
        figure = Figure(figsize=_SIZE, layout="constrained")
        left, right = figure.subplots(1, 2)
        header = document.header
        figure.suptitle(plain_line(f"{header.model} on {header.suite}"))
        _draw_curve(left, document)
        _draw_reliability(right, document)
        stream = io.BytesIO()
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": "reviewbot"})
    return stream.getvalue().decode("utf-8")


def _draw_curve(axes: Axes, document: Document) -> None:
    points = [point for point in document.curve if None not in (point.noise, point.recall)]
    # Above the surest finding nothing is said at all.
    noise = [*(point.noise or 0.0 for point in points), 0.0]
    recall = [*(point.recall or 0.0 for point in points), 0.0]
    axes.plot(noise, recall, marker="o", markersize=3, color="tab:blue")
    chance = document.scores["placed_chance"].value
    if chance is not None:
        axes.axhline(chance, color="tab:gray", linestyle=":", label="one line at random")
        axes.legend(loc="lower right", fontsize="small")
    axes.set(xlabel="findings per clean diff", ylabel="recall", ylim=(-0.02, 1.02))
    axes.set_xlim(left=-0.02)
    axes.set_title("recall and noise by threshold", fontsize="medium")


def _draw_reliability(axes: Axes, document: Document) -> None:
    axes.plot([0, 1], [0, 1], color="tab:gray", linestyle=":")
    for item in document.reliability:
        axes.plot(item.confidence, item.precision, marker="o", color="tab:orange")
        axes.annotate(f" {item.findings}", (item.confidence, item.precision), fontsize="small")
    axes.set(xlabel="confidence", ylabel="precision", xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    axes.set_title("reliability (findings in each bin)", fontsize="medium")
