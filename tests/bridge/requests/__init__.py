"""Tests of requests to the bridge."""
