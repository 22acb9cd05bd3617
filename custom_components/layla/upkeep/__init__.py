"""What an account's owner has to see to: found with each refresh, said as a repair issue, taken back when mended."""
