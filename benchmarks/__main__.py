"""Lists what can be measured: `python -m benchmarks`."""

import ast
from pathlib import Path


def main() -> None:
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        sentence = (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]
        print(f"python -m benchmarks.{path.stem}\n    {sentence}")


if __name__ == "__main__":
    main()
