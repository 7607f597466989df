"""Draws the icons of the Teams app: `python manifest/draw_icons.py` writes both files anew.

A shield with a tick: safeguarding, and a place that is booked. Microsoft wants a colour icon of
192 by 192 pixels whose picture keeps to the middle, and an outline icon of 32 by 32, white on
transparent.
"""

from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

FOLDER = Path(__file__).parent
SMOOTHING = 8
"""Each icon is drawn this many times larger and made small again, for smooth edges."""

TOP_COLOUR = (20, 122, 132)
BOTTOM_COLOUR = (8, 72, 92)

Point = tuple[float, float]


def _curve(
    start: Point, first: Point, second: Point, end: Point, *, steps: int = 60
) -> list[Point]:
    """Return points along a cubic Bézier curve."""
    points = []
    for step in range(steps + 1):
        t = step / steps
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
        corners = (start, first, second, end)
        points.append(
            (
                sum(weight * x for weight, (x, _) in zip(weights, corners, strict=True)),
                sum(weight * y for weight, (_, y) in zip(weights, corners, strict=True)),
            )
        )
    return points


def _shield() -> list[Point]:
    """Return the outline of a shield one unit wide, centred on (0, 0)."""
    right = [
        *_curve((0, -0.58), (0.14, -0.47), (0.30, -0.42), (0.47, -0.42)),
        *_curve((0.47, -0.42), (0.50, 0.12), (0.34, 0.44), (0, 0.60)),
    ]
    left = [(-x, y) for x, y in reversed(right)]
    return right + left


def _tick() -> list[Point]:
    return [(-0.21, 0.01), (-0.05, 0.17), (0.23, -0.15)]


def _placed(points: list[Point], *, size: int, scale: float) -> list[Point]:
    return [(size / 2 + x * scale, size / 2 + y * scale) for x, y in points]


def _stroke(draw: ImageDraw.ImageDraw, points: list[Point], *, width: float, fill: int) -> None:
    """Draw a line with round ends and corners."""
    draw.line(points, fill=fill, width=round(width), joint="curve")
    for x, y in points:
        radius = width / 2
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)


def _background(size: int) -> Image.Image:
    shades = Image.linear_gradient("L").resize((size, size))
    top = Image.new("RGB", (size, size), TOP_COLOUR)
    bottom = Image.new("RGB", (size, size), BOTTOM_COLOUR)
    return Image.composite(bottom, top, shades)


def colour_icon() -> Image.Image:
    """Return the icon of the app's page and of the bot's messages."""
    size = 192 * SMOOTHING
    scale = 112 * SMOOTHING
    shield = Image.new("L", (size, size))
    ImageDraw.Draw(shield).polygon(_placed(_shield(), size=size, scale=scale), fill=255)
    tick = Image.new("L", (size, size))
    _stroke(
        ImageDraw.Draw(tick),
        _placed(_tick(), size=size, scale=scale),
        width=12 * SMOOTHING,
        fill=255,
    )
    picture = _background(size)
    white = Image.new("RGB", (size, size), (255, 255, 255))
    picture.paste(white, mask=ImageChops.subtract(shield, tick))
    return picture.resize((192, 192), Image.Resampling.LANCZOS)


def outline_icon() -> Image.Image:
    """Return the icon of the app bar: its shape is in the transparency, its colour is white."""
    size = 32 * SMOOTHING
    scale = 23 * SMOOTHING
    shape = Image.new("L", (size, size))
    draw = ImageDraw.Draw(shape)
    outline = _placed(_shield(), size=size, scale=scale)
    _stroke(draw, [*outline, outline[0]], width=2.2 * SMOOTHING, fill=255)
    _stroke(draw, _placed(_tick(), size=size, scale=scale), width=2.4 * SMOOTHING, fill=255)
    alpha = shape.resize((32, 32), Image.Resampling.LANCZOS)
    white = Image.new("L", (32, 32), 255)
    return Image.merge("RGBA", (white, white, white, alpha))


if __name__ == "__main__":
    colour_icon().save(FOLDER / "color.png", optimize=True)
    outline_icon().save(FOLDER / "outline.png", optimize=True)
