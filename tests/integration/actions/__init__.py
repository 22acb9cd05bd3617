"""The actions, as automations call them."""
