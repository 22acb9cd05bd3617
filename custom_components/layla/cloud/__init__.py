"""The cloud client and the model: one account in, one snapshot and its events out.

Nothing here imports Home Assistant; the integration and the bridge share these files.
"""
