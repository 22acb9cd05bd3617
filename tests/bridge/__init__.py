"""Promises of the bridge."""
