"""How long a real town's addresses take to load and to search: `python -m benchmarks.gazetteer [STREETS] [NUMBERS]`.

Writes an invented town of 7,000 streets and 250,000 doors by default (a city like Marseille has fewer), then
loads it and times the forms residents use.
"""

import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from gazetteer.gazetteer import Gazetteer

KINDS = ["Rue", "Avenue", "Boulevard", "Impasse", "Chemin", "Place", "Allée", "Quai"]
SYLLABLES = [
    "bel",
    "bon",
    "cam",
    "cha",
    "dan",
    "fau",
    "gal",
    "jou",
    "lam",
    "mon",
    "nor",
    "per",
    "rou",
    "sal",
    "tho",
    "vil",
]
QUERIES = [
    "{number}|{name}",
    "devant le {number} {name}",
    "{name}",
    "{number} {slip}",
    "{bare}",
    "angle {name} et {other}",
]


def invented_names(count: int, chance: random.Random) -> list[str]:
    names: set[str] = set()
    while len(names) < count:
        words = (
            "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))).title() for _ in range(chance.randint(1, 2))
        )
        names.add(f"{chance.choice(KINDS)} {' '.join(words)}")
    return sorted(names)


def lines(names: list[str], numbers: int, chance: random.Random) -> Iterator[str]:
    for name in names:
        lat, lon = 43.3 + chance.uniform(-0.1, 0.1), 5.4 + chance.uniform(-0.1, 0.1)
        doors = {str(n): {"lat": lat + n * 1e-5, "lon": lon} for n in range(1, numbers // len(names) + 1)}
        yield json.dumps({"type": "street", "name": name, "lat": lat, "lon": lon, "housenumbers": doors})


def timed(action: object, repeat: int = 1) -> tuple[float, object]:
    assert callable(action)
    start = time.perf_counter()
    result = [action() for _ in range(repeat)][-1]
    return (time.perf_counter() - start) / repeat * 1000, result


def spread(times: list[float]) -> str:
    return f"median {statistics.median(times):.2f} ms, p95 {statistics.quantiles(times, n=20)[-1]:.2f} ms"


def main() -> None:
    streets, numbers = (int(value) for value in [*sys.argv[1:], "7000", "250000"][:2])
    chance = random.Random(7)
    names = invented_names(streets, chance)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "streets.ndjson"
        path.write_text("\n".join(lines(names, numbers, chance)), encoding="utf-8")
        took, town = timed(lambda: Gazetteer.load(path))
    assert isinstance(town, Gazetteer)
    print(f"load {streets} streets, {numbers} doors: {took / 1000:.2f} s")
    for query in QUERIES:
        times = []
        for _ in range(200):
            name, other = chance.choice(names), chance.choice(names)
            slip = name[:-2] + name[-1]
            text = query.format(number=7, name=name, slip=slip, bare=name.partition(" ")[2], other=other)
            times.append(timed(lambda text=text: town.find(text))[0])
        print(f"find {query!r}: {spread(times)}")
    points = [(43.3 + chance.uniform(-0.1, 0.1), 5.4 + chance.uniform(-0.1, 0.1)) for _ in range(1000)]
    times = [timed(lambda point=point: town.nearest(*point))[0] for point in points]
    print(f"nearest: {spread(times)}")


if __name__ == "__main__":
    main()
