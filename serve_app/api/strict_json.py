"""JSON bodies, read strictly: what two parsers could read differently is refused."""

import json
import math
from typing import Any

from serve_app.errors import InvalidJsonError

MAX_DEPTH = 64


def loads(body: bytes) -> dict[str, Any]:
    """One JSON object in UTF-8.

    Refused beside syntax errors: other encodings and byte-order marks, NaN and infinities (also as 1e999),
    a key twice in one object, lone surrogates, nesting deeper than 64.

    Raises:
        InvalidJsonError: with the reason.
    """
    try:
        text = body.decode("utf-8")
        value = json.loads(
            text, parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_unique_keys
        )
        text_ok(value)
    except UnicodeDecodeError as error:
        raise InvalidJsonError("The body is not UTF-8.") from error
    except RecursionError as error:
        raise InvalidJsonError(f"The body is nested deeper than {MAX_DEPTH}.") from error
    except ValueError as error:
        raise InvalidJsonError(f"The body is not well-formed JSON: {error}") from error
    if not isinstance(value, dict):
        raise InvalidJsonError("The body is not a JSON object.")
    return value


def text_ok(value: Any, depth: int = 0) -> None:
    """Raise `ValueError` for strings that UTF-8 cannot hold and for deep nesting."""
    if depth > MAX_DEPTH:
        raise RecursionError
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            text_ok(key, depth + 1)
            text_ok(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            text_ok(item, depth + 1)


def _check_text(text: str) -> None:
    """By the encoder, not letter by letter: that took four seconds for an image of 50 MB in base64."""
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("a string holds a lone surrogate") from error


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits[:20]} is too large a number")
    return number


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("an object has the same key twice")
    return result
