"""What a print shop wants to know of artwork, and what can be mended before it prints."""
