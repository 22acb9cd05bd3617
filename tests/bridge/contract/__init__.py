"""Tests of topics and payloads."""
