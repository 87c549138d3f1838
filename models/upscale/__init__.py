"""Super-resolution: the networks, and the engine that runs them."""
