"""Build the sdist and the wheel, check their metadata, and run the first test of the README with each.

`tox -e package` runs it. Each package is installed into an empty environment; the results are in dist/.
"""

import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
DIST = ROOT / "dist"


def run(*command: object, cwd: Path = ROOT) -> None:
    """Run a command; stop if it fails."""
    print("$", *command, flush=True)
    subprocess.run([str(part) for part in command], cwd=cwd, check=True)


def check(package: Path) -> None:
    """Install a package into an empty environment, and run the first test of the README there."""
    _, _, code = (ROOT / "README.md").read_text().partition("```python\n")
    with tempfile.TemporaryDirectory() as folder:
        environment, suite = Path(folder, "environment"), Path(folder, "suite")
        venv.create(environment, with_pip=True)
        suite.mkdir()
        (suite / "test_readme.py").write_text(code.partition("```")[0])
        python = environment / "bin" / "python"
        run(python, "-m", "pip", "install", "--quiet", package, "pytest")
        run(python, "-m", "pytest", "--quiet", "test_readme.py", cwd=suite)


# setuptools packs what an earlier build left behind.
for stale in (DIST, ROOT / "build"):
    shutil.rmtree(stale, ignore_errors=True)
run(sys.executable, "-m", "build", "--outdir", DIST)
packages = sorted(DIST.iterdir())
run(sys.executable, "-m", "twine", "check", "--strict", *packages)
for package in packages:
    check(package)
