"""Tests of the bridge's command line."""
