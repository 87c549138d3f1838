"""Settings, model routes, garments and banner templates: what a deployment of the service may change."""
