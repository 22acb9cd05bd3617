"""How much of each property is shown, and whether it fits under Home Assistant's limit of entities."""
