"""LaylaElectric homes on MQTT. Imports nothing of Home Assistant."""
