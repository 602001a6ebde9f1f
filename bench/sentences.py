"""How long a sentence takes to be read, in milliseconds: `python bench/sentences.py`. Needs no database."""

import argparse
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PROJECT / "src"), str(PROJECT)]
LIMIT = 5.0


def main() -> int:
    """Print what the sentences of the tests take; 1 when one in twenty takes longer than the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    from keen.activities.domain.sentence.reading import read
    from tests.activities.domain.sentences import cases

    scenes = [(case.text, case.scene()) for case in cases()]
    taken = []
    for number in range(chosen.rounds + 1):
        for text, scene in scenes:
            began = time.perf_counter()
            read(text, scene)
            if number:  # the first round warms up
                taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    p50, p95 = taken[len(taken) // 2], taken[len(taken) * 95 // 100]
    print(f"{len(scenes)} sentences: p50 {p50:.2f} ms, p95 {p95:.2f} ms, worst {taken[-1]:.2f} ms")
    return 0 if p95 <= LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
