"""What can go wrong between artwork and garment.

GarmentError
├── GarmentFileError      a garment's own data is missing or wrong; names file and field
├── UnknownGarmentError   there is no such garment
├── UnknownSideError      the garment has no such side
├── UnknownZoneError      the side has no such print zone
├── PlacementError        a width, offset or size no mock-up or print file can be made of
└── LetteringError        a name or number that cannot be set
"""

from imaging.errors import ImagingError


class GarmentError(ImagingError):
    """Base of every error of this package."""


class GarmentFileError(GarmentError):
    """A garment's data cannot be used; the text names the file and the field."""


class UnknownGarmentError(GarmentError):
    """There is no garment of that id."""


class UnknownSideError(GarmentError):
    """The garment has no such side."""


class UnknownZoneError(GarmentError):
    """The side has no such print zone."""


class PlacementError(GarmentError):
    """A width, offset or picture size is out of range."""


class LetteringError(GarmentError):
    """A text cannot be set: empty, too long, or without a letter that any font has."""
