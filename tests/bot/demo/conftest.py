"""The tests of the demo that start it for real need what the browser tests need."""

from tests.browser.conftest import pytest_runtest_setup

__all__ = ["pytest_runtest_setup"]
