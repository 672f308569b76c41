"""Build the sdist and the wheel, check their metadata and links, and run the first test of the README with each.

`tox -e package` runs it. Each package is installed into an empty environment; the results are in dist/.
"""

import email
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
DIST = ROOT / "dist"


def run(*command: object, cwd: Path = ROOT) -> None:
    """Run a command; stop if it fails."""
    print("$", *command, flush=True)
    subprocess.run([str(part) for part in command], cwd=cwd, check=True)


def files_of(package: Path) -> dict[str, bytes]:
    """Return the files in a package, by their paths in it."""
    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as wheel:
            return {name: wheel.read(name) for name in wheel.namelist()}
    with tarfile.open(package) as sdist:
        return {member.name: sdist.extractfile(member).read() for member in sdist if member.isfile()}


def check_files(package: Path, names: Iterable[str]) -> None:
    """Check that a package has every file that isn't Python."""
    for path in sorted((ROOT / "moto_liveness").rglob("*.*")):
        packed = path.relative_to(ROOT).as_posix()
        if path.suffix in (".css", ".html", ".jpg", ".js", ".json", ".svg") and not any(
            name.endswith(packed) for name in names
        ):
            sys.exit(f"{package.name} lacks {packed}: add it to package_data in setup.cfg")


def check_no_tests(package: Path, names: Iterable[str]) -> None:
    """Check that a package has no tests: without the helpers, which setuptools leaves out, they cannot run."""
    tests = sorted(name for name in names if "tests" in name.split("/"))
    if tests:
        sys.exit(f"{package.name} has {tests[0]}: MANIFEST.in leaves the tests out")


def dead_links(markdown: str) -> list[str]:
    """Return the links that lead nowhere from the page of an index: all but those to another site."""
    prose = re.sub(r"^```.*?^```$|`[^`\n]*`", "", markdown, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"""(?:\]\(|^\[[^\]]+\]: *|(?:href|src)=["'])(?!https://)([^)\s"']*)""", prose, re.MULTILINE)


def check_description(package: Path, files: Mapping[str, bytes]) -> None:
    """Check that the page of the index, which shows the long description, has no dead link."""
    (metadata,) = (name for name in files if re.fullmatch(r"[^/]+(\.dist-info/METADATA|/PKG-INFO)", name))
    dead = dead_links(email.message_from_bytes(files[metadata]).get_payload())
    if dead:
        sys.exit(f"the long description of {package.name} has dead links, which setup.py leaves out: {', '.join(dead)}")


def check(package: Path) -> None:
    """Check the files of a package, install it into an empty environment, and run the README's first test there."""
    files = files_of(package)
    check_files(package, files)
    check_no_tests(package, files)
    check_description(package, files)
    _, _, code = (ROOT / "README.md").read_text(encoding="utf-8").partition("```python\n")
    with tempfile.TemporaryDirectory() as folder:
        environment, suite = Path(folder, "environment"), Path(folder, "suite")
        venv.create(environment, with_pip=True)
        suite.mkdir()
        (suite / "test_readme.py").write_text(code.partition("```")[0], encoding="utf-8")
        python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
        run(python, "-m", "pip", "install", "--quiet", package, "pytest")
        run(python, "-m", "pytest", "--quiet", "test_readme.py", cwd=suite)


def main() -> None:
    """Build and check both packages."""
    # setuptools packs what an earlier build left behind.
    for stale in (DIST, ROOT / "build"):
        shutil.rmtree(stale, ignore_errors=True)
    run(sys.executable, "-m", "build", "--outdir", DIST)
    packages = sorted(DIST.iterdir())
    run(sys.executable, "-m", "twine", "check", "--strict", *packages)
    for package in packages:
        check(package)


if __name__ == "__main__":
    main()
