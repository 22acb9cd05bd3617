"""The history of units: what an account's sensors did not see is imported into their long-term statistics."""
