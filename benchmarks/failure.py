"""Why nothing could be measured."""


class BenchFailed(Exception):
    """Something is missing or did not come. The text says what, and what to do about it."""
