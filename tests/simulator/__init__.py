"""The simulator: what it promises to clients, over real HTTP."""
