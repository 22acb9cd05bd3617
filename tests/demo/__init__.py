"""The demo: its parts, and the command that a person types."""
