"""How an account is opened: by a token, or by signing in."""
