"""Refuses an understanding that got worse: scores on phrases the model never saw, against floors.

The floors stand a little under what was measured when they were set, so that noise passes and a loss does not.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HELD_OUT = "tests/intents/heldout.tsv"
FLOORS = {"accuracy": 0.94, "accuracy_fr": 0.93, "accuracy_en": 0.94, "macro_f1": 0.94, "out_of_scope_auroc": 0.97}


def main() -> int:
    guichet = ROOT / ".venv" / "bin" / "guichet"
    shown = subprocess.run(
        [guichet, "intents", "evaluate", HELD_OUT], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if shown.returncode:
        print(shown.stderr.strip())
        return 1
    scores = json.loads(shown.stdout)
    low = [f"{name} {scores[name]:.3f} < {floor}" for name, floor in FLOORS.items() if scores[name] < floor]
    print("; ".join(low) or "; ".join(f"{name} {scores[name]:.3f}" for name in FLOORS))
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
