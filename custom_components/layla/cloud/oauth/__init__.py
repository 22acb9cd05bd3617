"""Signing in by OAuth 2.0 (RFC 6749): tokens as values, the token endpoint, and a bearer that renews."""
