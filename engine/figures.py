"""matplotlib without a screen: figures as PNG files. No other module imports it; one thread."""

from __future__ import annotations

import io
import os
import tempfile
from typing import Any

_DPI = 110


def new_figure(width_inches: float, height_inches: float) -> Any:
    """A figure of matplotlib, whose parts find room by themselves."""
    _, figure_of = _matplotlib()
    return figure_of(figsize=(width_inches, height_inches), dpi=_DPI, layout="constrained")


def png_of(figure: Any) -> bytes:
    """The figure as a PNG file."""
    canvas_of, _ = _matplotlib()
    png = io.BytesIO()
    canvas_of(figure).print_png(png)
    return png.getvalue()


def _matplotlib() -> tuple[Any, Any]:
    """(canvas, figure) of matplotlib's object-oriented interface, which needs no screen and keeps no global state.

    Its list of fonts is not left in the user's folders: it is made once in a process, in less than a second.
    """
    name = "MPLCONFIGDIR"
    before = os.environ.get(name)
    with tempfile.TemporaryDirectory(prefix="resight-plot-") as folder:
        os.environ[name] = before or folder
        try:
            from matplotlib.backends.backend_agg import FigureCanvasAgg
            from matplotlib.figure import Figure
        finally:
            if before is None:
                del os.environ[name]
    return FigureCanvasAgg, Figure
