"""The way from an empty or old database to `tables.py`. A script that was released never changes."""
