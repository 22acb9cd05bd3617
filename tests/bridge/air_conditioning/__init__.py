"""Tests of air conditioners."""
