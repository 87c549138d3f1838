"""Numbers as short text."""

DECIMALS = 2
"""A hundredth of a pixel of the traced image."""


def number(value: float, decimals: int = DECIMALS) -> str:
    """Rounded, without trailing zeros or a minus zero."""
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text
