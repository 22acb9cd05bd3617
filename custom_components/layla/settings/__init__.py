"""Settings of units and properties as entities: what is shared by switches, numbers, times and selects."""
