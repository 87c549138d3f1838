"""Files for the web: responsive sets of pictures, and everything a site needs of a logo."""
