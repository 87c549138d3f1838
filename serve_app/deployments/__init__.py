"""What a replica owns: each deployment is a thin class around engines or pure image functions."""
