"""Discovery, as Home Assistant understands it."""
