"""Where networks run: devices, precisions, threads."""
