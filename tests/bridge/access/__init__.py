"""Tests of the way into the account."""
