"""`python -m serve_app.cli`, the same as `mighty`."""

from serve_app.cli import app

if __name__ == "__main__":
    app(prog_name="mighty")
