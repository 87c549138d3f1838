"""The command `mighty`: what an operator does with the service.

Modules here hold the commands' names and options, and load nothing heavy; the package `work` does the work
and is loaded by the command that needs it.
"""

from serve_app.cli.commands import app

__all__ = ["app"]
