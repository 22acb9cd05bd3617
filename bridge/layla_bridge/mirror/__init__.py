"""What the broker shows of an account: states, availability, and what outlives the bridge of them."""
