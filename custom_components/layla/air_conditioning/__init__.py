"""The air conditioners that units drive by infrared."""
