"""`mighty serve`."""

from serve_app.__main__ import main
from serve_app.cli.calls import Exit


def serve() -> Exit:
    """Run the service; it tells its own troubles."""
    status = main()
    return Exit(status) if status in set(Exit) else Exit.FAILED
