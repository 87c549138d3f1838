"""`Accept`: JSON with links, or the image itself."""

from typing import get_args

from imaging.codec.encode import CONTENT_TYPES
from serve_app.domain import ImageFormat

JSON = "application/json"
FORMATS: dict[str, ImageFormat] = {CONTENT_TYPES[name]: name for name in get_args(ImageFormat)}


def wanted_format(accept: str | None) -> ImageFormat | None:
    """The image format that an `Accept` header prefers to JSON, None for JSON.

    Wildcards mean JSON: a client that wants bytes names their type (RFC 9110, 12.5.1, for the weights).
    """
    best: ImageFormat | None = None
    best_weight = 0.0
    for part in (accept or "").split(","):
        media, _, parameters = part.partition(";")
        name = media.strip().lower()
        weight = _weight(parameters)
        if weight > best_weight and (name in FORMATS or name in (JSON, "*/*", "application/*")):
            best, best_weight = FORMATS.get(name), weight
    return best


def _weight(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
