"""Tests of how the bridge is packed and started."""
