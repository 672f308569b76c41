"""Build the sdist and the wheel, check their metadata, and run the first test of the README with each.

`tox -e package` runs it. Each package is installed into an empty environment; the results are in dist/.
"""

import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
DIST = ROOT / "dist"


def run(*command: object, cwd: Path = ROOT) -> None:
    """Run a command; stop if it fails."""
    print("$", *command, flush=True)
    subprocess.run([str(part) for part in command], cwd=cwd, check=True)


def check_files(package: Path) -> None:
    """Check that a package has every file that isn't Python."""
    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as wheel:
            names = wheel.namelist()
    else:
        with tarfile.open(package) as sdist:
            names = sdist.getnames()
    for path in sorted((ROOT / "moto_liveness").rglob("*.*")):
        packed = path.relative_to(ROOT).as_posix()
        if path.suffix in (".css", ".html", ".jpg", ".js", ".json", ".svg") and not any(
            name.endswith(packed) for name in names
        ):
            sys.exit(f"{package.name} lacks {packed}: add it to package_data in setup.cfg")


def check(package: Path) -> None:
    """Install a package into an empty environment, and run the first test of the README there."""
    check_files(package)
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
