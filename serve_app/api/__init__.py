"""The HTTP API: `create.create_api(services)` builds it without Ray, so that tests drive it over ASGI."""
