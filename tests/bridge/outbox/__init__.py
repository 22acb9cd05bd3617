"""Tests of events on their way to the broker."""
