"""What can go wrong with weights.

WeightsError
├── WeightsMissingError       not in the weights folder, or not intact: says which command fetches them
├── WeightsForbiddenError     their licence forbids commercial use, and that was not allowed
├── WeightsUnavailableError   no source had them: lists each one tried, why it failed, and what to do
├── WeightsStorageError       the weights folder cannot be written: full, read-only, not a folder
└── SourceError               one source failed (the next one is tried)
    ├── SourceSkippedError    not set, not allowed offline, or its host is known to be unreachable
    ├── ChecksumError         it gave a file with another sha256
    └── ConversionError       its file is not what its name promises
"""


class WeightsError(RuntimeError):
    """Base of every error of this package; its text is a sentence for the operator."""


class WeightsMissingError(WeightsError):
    """A model's file is not in the weights folder, or is not the one that was put there."""


class WeightsForbiddenError(WeightsError):
    """A model may not be used commercially, and the settings do not say that this use is none."""


class WeightsUnavailableError(WeightsError):
    """Every source of a model failed."""


class WeightsStorageError(WeightsError):
    """The weights folder cannot be written."""


class SourceError(WeightsError):
    """One source could not give a file; its text is the reason."""


class SourceSkippedError(SourceError):
    """A source that was not asked; its text says why not."""


class ChecksumError(SourceError):
    """A file has another sha256 than the one pinned."""


class ConversionError(SourceError):
    """Published files that are not their model's, so that no engine may load them."""
