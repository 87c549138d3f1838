"""Use cases, one file an endpoint: plain Python over ports."""
