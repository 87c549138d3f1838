"""The service's version."""

from importlib.metadata import version

VERSION = version("mighty-image-api")
