"""The way into the account: its token, or a sign-in and the tokens that it brings."""
