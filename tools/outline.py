"""Derives the outline of the world that Comity draws on its maps, from a file of the npm package `world-atlas`.

    npm pack world-atlas && tar xzf world-atlas-*.tgz
    python tools/outline.py package/countries-50m.json src/comity/ui/data/outline.json

The package holds Natural Earth, which is in the public domain, as TopoJSON: borders are stored once, as arcs that both
neighbours share. Each arc is simplified once, so that neighbours still meet; arcs in and around Europe keep more
points. The projection is Equal Earth (Šavrič, Patterson, Jenny 2018), centred so that the map is cut in the Bering
Strait. The same input always gives the same output.

Codes are ISO 3166-1 alpha-3. What has no code there is drawn as land without one, except where it lies within the
territory of one that has: those pieces are drawn with it (`BELONGS`).
"""

import heapq
import itertools
import json
import math
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pycountry

Point = tuple[float, float]
Ring = list[int]

WIDTH = 10_000
CENTRE = 11.0
NEAR = (-26.0, 26.0, 64.0, 72.0)  # west, south, east, north: where detail is kept
NEAR_LOSS, FAR_LOSS = 3.0, 60.0  # the area a point must span to be kept, in square units of the map
NEAR_ISLAND, FAR_ISLAND = 60.0, 500.0  # the area an island must have to be drawn
DOT_BELOW = 900.0  # a country smaller than this is given a dot as well
EUROPE = ((-25.0, 33.0), (51.0, 71.3))
# Pieces the source draws apart, with the code of the country in whose ISO 3166 territory they lie.
BELONGS = {"N. Cyprus": "CYP", "Somaliland": "SOM"}
CRIMEA = ((32.0, 44.0), (37.0, 46.4))
LEFT_OUT = {"ATA"}
META = {
    "source": "Natural Earth 1:50m, public domain (naturalearthdata.com), by way of the npm package world-atlas 2.0.2",
    "derived_by": "tools/outline.py",
    "projection": f"Equal Earth, central meridian {CENTRE:g}° E, {WIDTH} units wide",
    "codes": "ISO 3166-1 alpha-3; shapes without a code carry an empty one",
}


class Country(NamedTuple):
    """A country of the source: its code, its name, and its polygons as lists of rings of arcs."""

    code: str
    name: str
    polygons: list[list[Ring]]


def main(source: str, target: str) -> None:
    """Read the atlas, write the outline."""
    atlas = json.loads(Path(source).read_text("utf-8"))
    arcs = [list(simplified(arc)) for arc in decoded(atlas)]
    found = sorted(filter(None, (drawn(c, arcs) for c in countries(atlas, arcs))), key=lambda s: (-s.pop("area"), s["code"]))
    outline = {"meta": META, "views": views(), "shapes": found}
    text = json.dumps(outline, ensure_ascii=False, separators=(",", ":"))
    Path(target).write_text(text.replace('{"code"', '\n{"code"') + "\n", "utf-8")
    print(f"{len(found)} shapes, {len(text):,} characters", file=sys.stderr)


def decoded(atlas: dict[str, Any]) -> Iterator[list[Point]]:
    """The arcs in degrees: TopoJSON stores steps on a grid."""
    (kx, ky), (ox, oy) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    for arc in atlas["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * kx + ox, y * ky + oy))
        yield points


def countries(atlas: dict[str, Any], arcs: list[list[Point]]) -> list[Country]:
    """The countries of the atlas, with the pieces that belong to them joined on."""
    found: dict[str, Country] = {}
    astray: list[tuple[str, list[list[Ring]]]] = []
    for geometry in atlas["objects"]["countries"]["geometries"]:
        name = geometry["properties"]["name"]
        polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
        known = pycountry.countries.get(numeric=geometry.get("id") or "none")
        code = known.alpha_3 if known else ""
        if code == "RUS":
            astray.append(("UKR", [p for p in polygons if within(p[0], CRIMEA, arcs)]))
            polygons = [p for p in polygons if not within(p[0], CRIMEA, arcs)]
        if name in BELONGS:
            astray.append((BELONGS[name], polygons))
        elif code not in LEFT_OUT:
            key = code or name
            found[key] = Country(code, name, found[key].polygons + polygons if key in found else polygons)
    for code, polygons in astray:
        found[code] = found[code]._replace(polygons=joined(found[code].polygons + polygons, arcs))
    return list(found.values())


def within(ring: Ring, box: tuple[Point, Point], arcs: list[list[Point]]) -> bool:
    """Whether a ring lies inside a box."""
    (west, south), (east, north) = box
    return all(west <= x <= east and south <= y <= north for x, y in traced(ring, arcs))


def joined(polygons: list[list[Ring]], arcs: list[list[Point]]) -> list[list[Ring]]:
    """Polygons with the borders they share among themselves taken out."""
    used = {arc for polygon in polygons for ring in polygon for arc in ring}
    shared = {arc for arc in used if ~arc in used}
    apart = [p for p in polygons if not shared.intersection(p[0])]
    loose = [arc for p in polygons if shared.intersection(p[0]) for arc in p[0] if arc not in shared]
    holes = [ring for p in polygons if shared.intersection(p[0]) for ring in p[1:]]
    return apart + [[ring, *holes] for ring in chained(loose, arcs)]


def chained(loose: list[int], arcs: list[list[Point]]) -> Iterator[Ring]:
    """Rings out of arcs in any order: each arc starts where another ends."""
    starts = {ends(arc, arcs)[0]: arc for arc in loose}
    while starts:
        point, arc = next(iter(starts.items()))
        ring = []
        while point in starts:
            arc = starts.pop(point)
            ring.append(arc)
            point = ends(arc, arcs)[1]
        yield ring


def ends(arc: int, arcs: list[list[Point]]) -> tuple[Point, Point]:
    """Where an arc starts and ends; a negative number is the arc walked backwards."""
    points = arcs[arc] if arc >= 0 else arcs[~arc][::-1]
    return points[0], points[-1]


def traced(ring: Ring, arcs: list[list[Point]]) -> list[Point]:
    """The points of a ring, the first not repeated at the end."""
    points: list[Point] = []
    for arc in ring:
        points += (arcs[arc] if arc >= 0 else arcs[~arc][::-1])[:-1]
    return points


def simplified(arc: list[Point]) -> Iterator[Point]:
    """An arc without the points that span too little with their neighbours (Visvalingam and Whyatt); ends are kept."""
    flat = [projected(p) for p in arc]
    before, after = list(range(-1, len(arc) - 1)), list(range(1, len(arc) + 1))

    def span(i: int) -> tuple[float, int, int, int]:
        return area([flat[before[i]], flat[i], flat[after[i]]]) / loss(arc[i]), i, before[i], after[i]

    heap = [span(i) for i in range(1, len(arc) - 1)]
    heapq.heapify(heap)
    gone = set()
    while heap and heap[0][0] < 1:
        _, i, left, right = heapq.heappop(heap)
        if i in gone or (left, right) != (before[i], after[i]):
            continue
        gone.add(i)
        after[left], before[right] = right, left
        for neighbour in (left, right):
            if 0 < neighbour < len(arc) - 1:
                heapq.heappush(heap, span(neighbour))
    return (p for i, p in enumerate(arc) if i not in gone)


def loss(point: Point) -> float:
    """How much area may be lost with a point."""
    return NEAR_LOSS if is_near(point) else FAR_LOSS


def is_near(point: Point) -> bool:
    """Whether a point lies where detail is kept."""
    west, south, east, north = NEAR
    return west <= point[0] <= east and south <= point[1] <= north


def projected(point: Point) -> Point:
    """Equal Earth, in units of the map."""
    longitude, latitude = math.radians(point[0] - CENTRE), math.radians(point[1])
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    t = math.asin(math.sqrt(3) / 2 * math.sin(latitude))
    x = 2 * math.sqrt(3) * longitude * math.cos(t) / (3 * (9 * a4 * t**8 + 7 * a3 * t**6 + 3 * a2 * t**2 + a1))
    y = a4 * t**9 + a3 * t**7 + a2 * t**3 + a1 * t
    scale = WIDTH / 5.41325
    return (x * scale + WIDTH / 2, -y * scale + WIDTH * 0.2434)


def area(points: list[Point]) -> float:
    """The area within a ring."""
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs(points))) / 2


def pairs(points: list[Point]) -> Iterable[tuple[Point, Point]]:
    """Each point with the next, the last with the first."""
    return zip(points, points[1:] + points[:1], strict=True)


def drawn(country: Country, arcs: list[list[Point]]) -> dict[str, Any] | None:
    """A country as it is written to the file; none if nothing of it is large enough to see."""
    outer = [unrolled(traced(polygon[0], arcs)) for polygon in country.polygons]
    inner = [traced(ring, arcs) for polygon in country.polygons for ring in polygon[1:]]
    sized = sorted(((area(flat := [projected(p) for p in ring]), ring[0], flat) for ring in outer), reverse=True)
    if not sized or (not country.code and sized[0][0] < NEAR_ISLAND):
        return None
    large = [flat for size, start, flat in sized if size >= (NEAR_ISLAND if is_near(start) else FAR_ISLAND)]
    rings = (large or [sized[0][2]]) + [[projected(p) for p in ring] for ring in inner]
    total = sum(size for size, _, _ in sized)
    shape: dict[str, Any] = {"code": country.code, "path": "".join(written(r) for r in rings if len(r) > 2), "area": total}
    if country.code and total < DOT_BELOW:
        shape["dot"] = centre(sized[0][2])
    return shape


def unrolled(ring: list[Point]) -> list[Point]:
    """A ring that runs on across the 180th meridian instead of jumping, laid within the map."""
    longitudes = [ring[0][0]]
    for x, _ in ring[1:]:
        longitudes.append(x + 360 * round((longitudes[-1] - x) / 360))
    turn = 360 * round((CENTRE - sum(longitudes) / len(longitudes)) / 360)
    return [(x + turn, y) for x, (_, y) in zip(longitudes, ring, strict=True)]


def written(ring: list[Point]) -> str:
    """A ring as an SVG path in whole units, each point relative to the one before."""
    whole = [(round(x), round(y)) for x, y in ring]
    steps = [(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in itertools.pairwise(whole)]
    lines = " ".join(f"{x} {y}" for x, y in steps if (x, y) != (0, 0)).replace(" -", "-")
    return f"M{whole[0][0]} {whole[0][1]}l{lines}z"


def centre(points: list[Point]) -> list[int]:
    """The middle of a small ring."""
    return [round(sum(p[axis] for p in points) / len(points)) for axis in (0, 1)]


def views() -> dict[str, str]:
    """The view boxes of the map: what a reader of either sees first, not every last island."""
    left, right = projected((-168.0, 62.0))[0], projected((179.0, -46.0))[0]
    top, bottom = projected((CENTRE, 83.8))[1], projected((CENTRE, -56.0))[1]
    (west, south), (east, north) = EUROPE
    x1, x2 = projected((west, 62))[0], projected((east, 40))[0]
    y1, y2 = projected((CENTRE, north))[1], projected((CENTRE, south))[1]
    boxes = {"world": (left, top, right - left, bottom - top), "europe": (x1, y1, x2 - x1, y2 - y1)}
    return {name: " ".join(str(round(v)) for v in box) for name, box in boxes.items()}


if __name__ == "__main__":
    main(*sys.argv[1:])
