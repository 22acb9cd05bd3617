"""The options of the whole suite."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add them."""
    parser.addoption(
        "--one-way",
        action="store_true",
        help="run every test by one way into the account alone, as if all were marked `once`",
    )
