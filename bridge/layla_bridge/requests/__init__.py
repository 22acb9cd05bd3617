"""What can be asked of the bridge itself."""
