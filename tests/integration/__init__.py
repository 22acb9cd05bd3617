"""The integration in a real Home Assistant, against the simulator over real HTTP."""
