"""`mighty serve`."""

import runpy

from serve_app.cli.calls import Exit


def serve() -> Exit:
    """Run `python -m serve_app` in this process; it tells its own troubles, and ends with its own status."""
    runpy.run_module("serve_app", run_name="__main__", alter_sys=True)
    return Exit.DONE
