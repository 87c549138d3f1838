"""The example logos, drawn from shapes and letters of open fonts."""
