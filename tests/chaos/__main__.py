"""`make chaos`: the long form of every scene, and a table of the figures at the end.

`python -m tests.chaos [-k NAME] [--collect-only]` passes on whatever pytest takes.
"""

import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    folder = str(Path(__file__).parent)
    sys.exit(pytest.main(["-m", "long", folder, "--verbose", *sys.argv[1:]]))
