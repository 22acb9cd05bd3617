"""What automations are made of: triggers and a condition of our own."""
