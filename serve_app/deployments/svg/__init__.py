"""SVG rendering in a process of its own."""
