"""The whole bridge between a simulated cloud and a real broker: what was promised, as everybody else sees it."""
