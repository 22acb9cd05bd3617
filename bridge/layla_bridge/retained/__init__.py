"""What the broker keeps of this bridge: read back, and swept when nothing stands behind it any more."""
