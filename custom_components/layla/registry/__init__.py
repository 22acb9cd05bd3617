"""What of an account is in Home Assistant's device registry: what comes, goes, and belongs to which entry."""
