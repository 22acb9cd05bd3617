"""The demo: a simulated cloud and a real Home Assistant that shows it, for people, for pictures and for checks."""
