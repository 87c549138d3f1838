"""What the commands do. Each function gives an `Exit`; what it raises is told in one line."""
