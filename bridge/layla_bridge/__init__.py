"""The bridge: a Layla account on MQTT."""
