"""What pyproject.toml cannot say of the wheel: the page libraries must be in it, and the town's data goes along."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
PAGE_LIBRARIES = ROOT / "app" / "static" / "vendor"
LIBRARIES = ("htmx.js", "fonts.css", "icons.svg", "icons-residents.svg", "LICENCES.txt")


class BuildComplete(build_py):
    """Builds what a town installs; refuses without the page libraries, as pages would then come without styles."""

    def run(self) -> None:
        if self.editable_mode:
            super().run()
            return
        if missing := [name for name in LIBRARIES if not (PAGE_LIBRARIES / name).is_file()]:
            raise SystemExit(
                f"guichet: {', '.join(missing)} not in app/static/vendor: run `make setup`, then build again"
            )
        super().run()
        shutil.copytree(ROOT / "data", Path(self.build_lib) / "data", dirs_exist_ok=True)


setup(cmdclass={"build_py": BuildComplete})
