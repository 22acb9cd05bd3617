"""The simulated house: rooms, weather, people, units, and time passing over them."""
