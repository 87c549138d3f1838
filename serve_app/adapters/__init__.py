"""The outside world behind ports: deployments by handle, object storage, remote images, keys."""
