"""How long a real town's addresses take to load and to search: `python -m benchmarks.gazetteer [STREETS NUMBERS]`.

Writes an invented town of 7,000 streets and 250,000 doors by default (a city like Marseille has fewer), or takes the
one of `--file`; loads it, tells the memory it holds and times the forms residents use, in CPU time.
"""

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks.support.machine import memory_bytes
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


def timed(action: Callable[[], object]) -> float:
    """Milliseconds of CPU, which other programs on the machine do not lengthen."""
    start = time.process_time_ns()
    action()
    return (time.process_time_ns() - start) / 1e6


def spread(times: list[float]) -> str:
    return f"median {statistics.median(times):.2f} ms, p95 {statistics.quantiles(times, n=20)[-1]:.2f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("streets", nargs="?", type=int, default=7000)
    parser.add_argument("numbers", nargs="?", type=int, default=250_000)
    parser.add_argument("--file", type=Path, help="streets of the Base Adresse Nationale, one JSON object a line")
    options = parser.parse_args()
    if options.file:
        measure(options.file)
        return
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "streets.ndjson"
        names = invented_names(options.streets, chance)
        path.write_text("\n".join(lines(names, options.numbers, chance)), encoding="utf-8")
        measure(path)


def measure(path: Path) -> None:
    before, start = memory_bytes(os.getpid()), time.process_time()
    town = Gazetteer.load(path)
    took, held = time.process_time() - start, memory_bytes(os.getpid()) - before
    doors = sum(len(street.doors) for street in town.streets)
    print(f"load {len(town.streets)} streets, {doors} doors: {took:.2f} s CPU, {held / 1e6:.0f} MB")
    chance = random.Random(7)
    names = [street.name for street in town.streets]
    for query in QUERIES:
        texts = [spelt(query, chance.choice(names), chance.choice(names)) for _ in range(200)]
        print(f"find {query!r}: {spread([timed(partial(town.find, text)) for text in texts])}")
    points = [jittered(chance.choice(town.streets).position, chance) for _ in range(1000)]
    print(f"nearest: {spread([timed(partial(town.nearest, *point)) for point in points])}")


def spelt(query: str, name: str, other: str) -> str:
    """A query about a street, with its name, a slip in it, or without its kind."""
    return query.format(number=7, name=name, slip=name[:-2] + name[-1], bare=name.partition(" ")[2], other=other)


def jittered(point: tuple[float, float], chance: random.Random) -> tuple[float, float]:
    """A point some hundred metres around."""
    return point[0] + chance.uniform(-0.002, 0.002), point[1] + chance.uniform(-0.002, 0.002)


if __name__ == "__main__":
    main()
