"""Draw the share of deliveries over time as an SVG. Equal numbers give equal bytes."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from html import escape

#: Seconds of the whole time axis, and between two points of a curve.
SPAN, STEP = 40, 0.25
WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 696, 48, 344
#: Position of the legend, and the distance between its lines.
KEY, KEY_STEP = (RIGHT - 200, BOTTOM - 150), 19
#: Colours that colour-blind people can distinguish (Okabe and Ito, "Color Universal Design").
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#555555")
TITLE = "200 pipelines start within one second: who has delivered?"


def drawn(curves: Mapping[str, Sequence[float]], *, total: int) -> str:
    """Return the SVG. `curves` has sorted seconds to each delivery, of `total`, by name."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        ' font-family="sans-serif" font-size="13" fill="#222222">'
    )
    lines = [
        head,
        f"<title>{TITLE}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        text(LEFT, 28, TITLE, "start", size=16),
        *axes(),
    ]
    lines.append(box(len(curves)))
    for number, (name, times) in enumerate(curves.items()):
        lines += [curve(number, times, total), *entry(number, name)]
    return "\n".join([*lines, "</svg>", ""])


def axes() -> Iterator[str]:
    """Yield the grid, its numbers and the titles of the axes."""
    for share in range(0, 101, 20):
        yield line((LEFT, y(share / 100)), (RIGHT, y(share / 100)), "#dddddd", 1)
        yield text(LEFT - 8, y(share / 100) + 4, f"{share} %", "end")
    for seconds in range(0, SPAN + 1, 5):
        yield line((x(seconds), BOTTOM), (x(seconds), BOTTOM + 5), "#222222", 1)
        yield text(x(seconds), BOTTOM + 20, str(seconds), "middle")
    yield line((LEFT, BOTTOM), (RIGHT, BOTTOM), "#222222", 1)
    yield line((LEFT, TOP), (LEFT, BOTTOM), "#222222", 1)
    yield text(
        (LEFT + RIGHT) / 2, BOTTOM + 42, "seconds since a pipeline's first request", "middle"
    )
    turned = f'<g transform="translate(16 {(TOP + BOTTOM) / 2:.1f}) rotate(-90)">'
    yield f"{turned}{text(0, 0, 'share delivered', 'middle')}</g>"


def curve(number: int, times: Sequence[float], total: int) -> str:
    """Return the curve of the share delivered over time."""
    moments = [step * STEP for step in range(round(SPAN / STEP) + 1)]
    points = [(x(moment), y(bisect_right(times, moment) / total)) for moment in moments]
    path = " ".join(f"{across:.1f},{down:.1f}" for across, down in points)
    return (
        f'<polyline points="{path}" fill="none" stroke="{COLOURS[number]}"'
        f' stroke-width="{thickness(number)}" stroke-linejoin="round"/>'
    )


def box(count: int) -> str:
    """Return the background of the legend, which hides the grid."""
    place = f'x="{KEY[0] - 10}" y="{KEY[1] - 12}" width="210" height="{KEY_STEP * count + 5}"'
    return f'<rect {place} fill="#ffffff"/>'


def entry(number: int, name: str) -> Iterator[str]:
    """Yield an entry of the legend."""
    across, down = KEY[0], KEY[1] + KEY_STEP * number
    yield line((across, down), (across + 28, down), COLOURS[number], thickness(number))
    yield text(across + 36, down + 4, name, "start")


def thickness(number: int) -> float:
    """Return the width of a curve: the first, annotate's own, is thicker."""
    return 2.0 if number else 3.5


def line(start: tuple[float, float], end: tuple[float, float], colour: str, width: float) -> str:
    """Return a straight line."""
    ends = f'x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width}"/>'


def text(across: float, down: float, content: str, anchor: str, *, size: int = 13) -> str:
    """Return a text whose base line is at `down`."""
    place = f'x="{across:.1f}" y="{down:.1f}" text-anchor="{anchor}" font-size="{size}"'
    return f"<text {place}>{escape(content)}</text>"


def x(seconds: float) -> float:
    """Return the horizontal position of a time."""
    return LEFT + (RIGHT - LEFT) * seconds / SPAN


def y(share: float) -> float:
    """Return the vertical position of a share."""
    return BOTTOM - (BOTTOM - TOP) * share
