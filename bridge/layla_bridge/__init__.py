"""The bridge between the cloud and an MQTT broker."""
