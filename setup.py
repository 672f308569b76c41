"""The long description: the README without its links into the repository, which would be dead on an index."""

import re
from pathlib import Path

from setuptools import setup

README = Path(__file__).with_name("README.md").read_text(encoding="utf-8")

setup(long_description=re.sub(r"\[([^\]]+)\]\((?!https://)[^)]*\)", r"\1", README))
