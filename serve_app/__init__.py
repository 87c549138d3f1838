"""The service: use cases over ports, their adapters and Ray Serve deployments, and the HTTP API in front."""
