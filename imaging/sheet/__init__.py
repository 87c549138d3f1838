"""Contact sheets: one page that shows all files of a pack."""
