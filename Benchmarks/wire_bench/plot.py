"""Curves as an SVG: bytes a token over the length of a stream, one panel for each way of flushing."""

import math

WIDTH, HEIGHT, GAP, MARGIN = 300, 230, 30, 46
TOP, LEGEND = 40, 150
COLOURS = ("#1b6ca8", "#d1495b", "#2e933c", "#b07d2b", "#6a4c93", "#3a3a3a", "#0f9d9d")


class Panel:
    def __init__(self, title, curves, lengths, top):
        """`curves`: name -> {length: bytes a token}; `top`: the axis ends there, and what is above is not drawn."""
        self.title, self.curves, self.lengths, self.top = title, curves, lengths, top

    def x(self, length):
        low, high = math.log2(self.lengths[0]), math.log2(self.lengths[-1])
        return WIDTH * (math.log2(length) - low) / (high - low)

    def y(self, value):
        return HEIGHT * (1 - value / self.top)

    def draw(self, left, colours):
        parts = [f'<g transform="translate({left},{TOP})">',
                 f'<text x="{WIDTH / 2}" y="-12" text-anchor="middle" font-weight="bold">{self.title}</text>']
        for value in range(self.top + 1):
            y = self.y(value)
            parts.append(f'<line x1="0" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
                         f'<text x="-6" y="{y + 4:.1f}" text-anchor="end">{value}</text>')
        for length in self.lengths[::2]:
            parts.append(f'<text x="{self.x(length):.1f}" y="{HEIGHT + 16}" text-anchor="middle">{length:,}</text>')
        for name, curve in self.curves.items():
            points = [(self.x(length), self.y(value)) for length, value in sorted(curve.items()) if value <= self.top]
            line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            parts.append(f'<polyline points="{line}" fill="none" stroke="{colours[name]}" stroke-width="2"/>')
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colours[name]}"/>' for x, y in points]
        return parts + ["</g>"]


def draw(title, panels):
    """The drawing's text."""
    names = list(dict.fromkeys(name for panel in panels for name in panel.curves))
    colours = dict(zip(names, COLOURS))
    width = MARGIN + len(panels) * (WIDTH + GAP + MARGIN // 2) + LEGEND
    height = TOP + HEIGHT + 60
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
             'font-family="sans-serif" font-size="12">', f"<title>{title}</title>",
             f'<rect width="{width}" height="{height}" fill="white"/>']
    for index, panel in enumerate(panels):
        parts += panel.draw(MARGIN + index * (WIDTH + GAP + MARGIN // 2), colours)
    left = width - LEGEND
    for index, name in enumerate(names):
        y = TOP + 10 + index * 20
        parts.append(f'<rect x="{left}" y="{y - 9}" width="14" height="10" fill="{colours[name]}"/>'
                     f'<text x="{left + 20}" y="{y}">{name}</text>')
    parts.append(f'<text x="{MARGIN}" y="{height - 12}">bytes a token (body) over the ids of a stream; {title}</text></svg>')
    return "\n".join(parts) + "\n"
