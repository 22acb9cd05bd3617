"""What users see when the cloud fails."""
