"""Draws a trace as one SVG page: panels one below the other, over the same time."""

import html
import math

WIDTH, LEFT, RIGHT = 1100, 90, 30
PANEL, GAP, TOP = 190, 54, 96
EVENTS_LINE = 15
COLOURS = ["#1b6ca8", "#d1495b", "#2e8b57", "#b8860b", "#6a4c93", "#008b8b", "#8b4513", "#555555"]
LOST = "#d1003f"
POINTS_MAX = 1500  # for each line: more cannot be seen


def thinned(points):
    """As many points as can be seen: of each stretch the first, the smallest and the largest."""
    if len(points) <= POINTS_MAX:
        return points
    size = math.ceil(3 * len(points) / POINTS_MAX)
    kept = []
    for i in range(0, len(points), size):
        stretch = points[i : i + size]
        kept += sorted({stretch[0], min(stretch, key=lambda p: p[1]), max(stretch, key=lambda p: p[1])})
    return kept + [points[-1]]


def round_step(span, wanted):
    """A step of 1, 2 or 5 times a power of ten that cuts `span` into about `wanted` parts."""
    raw = max(span, 1e-9) / wanted
    power = 10 ** math.floor(math.log10(raw))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw)


def bytes_text(value):
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if value >= size:
            return f"{value / size:g} {unit}"
    return f"{value:g} B"


def counted(number, noun):
    return f"{number} {noun}" + ("" if number == 1 else "s")


class Page:
    def __init__(self, trace, title):
        self.trace = trace
        self.end = max(trace.end(), 1)
        self.parts = []
        self.top = TOP
        self.text(LEFT, 32, title, size=20, weight="bold")
        role = f"{trace.vantage} {trace.role}".strip()
        self.text(LEFT, 54, f"{role}, connection {trace.connection[:40]}: {counted(trace.packets_sent, 'packet')} sent, "
                            f"{trace.packets_received} received, {len(trace.losses)} lost, {self.end / 1000:.3f} s")

    def x(self, time):
        return LEFT + (WIDTH - LEFT - RIGHT) * time / self.end

    def text(self, x, y, text, size=12, anchor="start", weight="normal", colour="#222"):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" font-weight="{weight}" '
                          f'fill="{colour}">{html.escape(text)}</text>')

    def line(self, x1, y1, x2, y2, colour="#ddd", width=1.0):
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
                          f'stroke-width="{width}"/>')

    def panel(self, title, lines, value_text, steps=True, ticks=None):
        """`lines`: (name, colour, points). The values begin at 0. `ticks`: (name, colour, times), short ones at the bottom."""
        lines = [(name, colour, points) for name, colour, points in lines if points]
        top, bottom = self.top, self.top + PANEL
        highest = max((value for _, _, points in lines for _, value in points), default=1) or 1
        step = round_step(highest, 4)
        limit = step * math.ceil(highest / step)
        self.text(LEFT, top - 10, title, size=14, weight="bold")
        for i in range(round(limit / step) + 1):
            y = bottom - PANEL * i * step / limit
            self.line(LEFT, y, WIDTH - RIGHT, y)
            self.text(LEFT - 8, y + 4, value_text(i * step), anchor="end", size=11)
        self.times(top, bottom)
        for name, colour, points in lines:
            self.curve([(self.x(t), bottom - PANEL * v / limit) for t, v in thinned(points)], colour, steps)
        if not lines:
            self.text((LEFT + WIDTH) / 2, (top + bottom) / 2, "nothing in this trace", anchor="middle", colour="#888")
        if ticks:
            for x in sorted({round(self.x(time), 1) for time in ticks[2]}):
                self.line(x, bottom - 14, x, bottom, colour=ticks[1], width=1.2)
        self.legend(top, lines + ([ticks] if ticks else []))
        self.top = bottom + GAP

    def legend(self, top, entries):
        """The names over a panel, from the right."""
        x = WIDTH - RIGHT
        for name, colour, _ in reversed(entries):
            self.text(x, top - 10, name, anchor="end", colour=colour, weight="bold")
            x -= 7.5 * len(name) + 18

    def times(self, top, bottom):
        step = round_step(self.end, 10)
        for i in range(int(self.end / step) + 1):
            x = self.x(i * step)
            self.line(x, top, x, bottom)
            self.text(x, bottom + 15, f"{i * step:g} ms" if self.end < 10000 else f"{i * step / 1000:g} s", anchor="middle",
                      size=11)

    def curve(self, points, colour, steps):
        path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
        for x, y in points[1:]:
            path += f"H{x:.1f}V{y:.1f}" if steps else f"L{x:.1f} {y:.1f}"
        self.parts.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.4" stroke-linejoin="round"/>')
        if len(points) == 1:
            self.parts.append(f'<circle cx="{points[0][0]:.1f}" cy="{points[0][1]:.1f}" r="2.5" fill="{colour}"/>')

    def streams(self):
        """The largest streams by name, all others as one line of their sum."""
        found = []
        for streams, direction in ((self.trace.sent, "sent"), (self.trace.received, "received")):
            for stream, points in streams.items():
                top, climbing = 0, []
                for time, end in points:
                    top = max(top, end)
                    climbing.append((time, top))
                found.append((top, f"stream {stream} {direction}", climbing))
        found.sort(key=lambda entry: -entry[0])
        shown = [(name, COLOURS[i % len(COLOURS)], points) for i, (_, name, points) in enumerate(found[:5])]
        title = "Stream offsets"
        if len(found) > 5:
            title += f" (the 5 largest of {len(found)})"
        self.panel(title, shown, bytes_text, steps=False)

    def events(self):
        """Key and path events, a line each; many of the same name become one line with all its ticks."""
        groups = {}
        for time, kind, text in self.trace.events:
            groups.setdefault((kind, text), []).append(time)
        top = self.top
        self.text(LEFT, top - 10, "Key and path events", size=14, weight="bold")
        bottom = top + max(1, len(groups)) * EVENTS_LINE + 6
        self.times(top, bottom)
        for row, ((kind, text), times) in enumerate(sorted(groups.items(), key=lambda group: group[1][0])):
            y = top + EVENTS_LINE * (row + 1)
            colour = "#6a4c93" if kind == "key" else "#2e8b57"
            for x in sorted({round(self.x(time), 1) for time in times}):
                self.parts.append(f'<circle cx="{x}" cy="{y - 4}" r="3" fill="{colour}"/>')
            last = self.x(times[-1])
            self.line(self.x(times[0]), y - 4, last, y - 4, colour=colour, width=0.5)
            label = text if len(times) == 1 else f"{text}, {len(times)} times"
            if last < WIDTH * 0.7:
                self.text(last + 8, y, label, size=11, colour=colour)
            else:
                self.text(self.x(times[0]) - 8, y, label, size=11, colour=colour, anchor="end")
        self.top = bottom + GAP

    def svg(self):
        height = self.top - 10
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
                'font-family="DejaVu Sans, Helvetica, Arial, sans-serif">\n'
                f'<rect width="{WIDTH}" height="{height}" fill="white"/>\n' + "\n".join(self.parts) + "\n</svg>\n")


def draw(trace, title):
    """The SVG page of a trace."""
    page = Page(trace, title)
    lost = [time for time, _ in trace.losses]
    page.panel("Congestion window and bytes in flight", [
        ("slow start threshold", "#b0b0b0", trace.threshold),
        ("bytes in flight", COLOURS[3], trace.in_flight),
        ("congestion window", COLOURS[0], trace.congestion_window),
    ], bytes_text, ticks=(f"{counted(len(lost), 'packet')} lost", LOST, lost) if lost else None)
    page.panel("Round-trip time", [
        ("latest", COLOURS[3], trace.latest_rtt),
        ("smoothed", COLOURS[0], trace.smoothed_rtt),
        ("smallest", COLOURS[2], trace.min_rtt),
    ], lambda value: f"{value:g} ms")
    page.streams()
    page.events()
    return page.svg()
