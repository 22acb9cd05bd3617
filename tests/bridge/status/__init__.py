"""Tests of the status page and what it shows."""
