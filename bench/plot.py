"""A picture of how deliveries come in, as SVG by hand: the same numbers give the same bytes."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from html import escape

#: Seconds that the picture shows, and between two points of a curve.
SPAN, STEP = 40, 0.25
WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 696, 48, 344
#: Where the legend begins, between the curves, and how far apart its lines are.
KEY, KEY_STEP = (RIGHT - 200, BOTTOM - 150), 19
#: Told apart also by people who do not see all colours, after Okabe and Ito.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#555555")
TITLE = "200 pipelines start within one second: who has delivered?"


def drawn(curves: Mapping[str, Sequence[float]], *, total: int) -> str:
    """The picture: for each name the seconds to each delivery, in order, out of `total`."""
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
    """The grid, its numbers, and what they mean."""
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
    """How the share grows."""
    moments = [step * STEP for step in range(round(SPAN / STEP) + 1)]
    points = [(x(moment), y(bisect_right(times, moment) / total)) for moment in moments]
    path = " ".join(f"{across:.1f},{down:.1f}" for across, down in points)
    return (
        f'<polyline points="{path}" fill="none" stroke="{COLOURS[number]}"'
        f' stroke-width="{thickness(number)}" stroke-linejoin="round"/>'
    )


def box(count: int) -> str:
    """The legend's ground, which hides the grid."""
    place = f'x="{KEY[0] - 10}" y="{KEY[1] - 12}" width="210" height="{KEY_STEP * count + 5}"'
    return f'<rect {place} fill="#ffffff"/>'


def entry(number: int, name: str) -> Iterator[str]:
    """A line of the legend."""
    across, down = KEY[0], KEY[1] + KEY_STEP * number
    yield line((across, down), (across + 28, down), COLOURS[number], thickness(number))
    yield text(across + 36, down + 4, name, "start")


def thickness(number: int) -> float:
    """The first curve is the one to look at."""
    return 2.0 if number else 3.5


def line(start: tuple[float, float], end: tuple[float, float], colour: str, width: float) -> str:
    """A straight line."""
    ends = f'x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width}"/>'


def text(across: float, down: float, words: str, anchor: str, *, size: int = 13) -> str:
    """Words on the base line at a point."""
    place = f'x="{across:.1f}" y="{down:.1f}" text-anchor="{anchor}" font-size="{size}"'
    return f"<text {place}>{escape(words)}</text>"


def x(seconds: float) -> float:
    """Where a moment is, across."""
    return LEFT + (RIGHT - LEFT) * seconds / SPAN


def y(share: float) -> float:
    """Where a share is, down."""
    return BOTTOM - (BOTTOM - TOP) * share
