"""The topic contract: what is published where, how it is written, and what comes in."""
