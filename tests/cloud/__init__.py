"""The cloud client over real HTTP: nothing of it is replaced."""
