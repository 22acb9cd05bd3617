"""Tests of what the broker shows of an account."""
