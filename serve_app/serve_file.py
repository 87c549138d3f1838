"""Serve config files, read strictly: Ray accepts misspelled keys in silence, this does not."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError
from ray.serve.config import AutoscalingConfig
from ray.serve.schema import ServeDeploySchema

from serve_app.args import AppArgs

UNTYPED: dict[str, type[BaseModel]] = {"args": AppArgs, "autoscaling_config": AutoscalingConfig}
"""Mappings that Ray's schema leaves open (or half open), by key."""
DEPLOYMENTS = frozenset({"Ingress", "Codec", "Upscaler", "Segmenter", "Renderer", "Dispatcher"})


class ServeFileError(ValueError):
    """A Serve config that would not do what it says; the text names each fault by its path."""


def read_serve_file(path: Path) -> ServeDeploySchema:
    """Read and validate a Serve config.

    Raises:
        ServeFileError: a key that nothing reads, a deployment that does not exist, or a value out of range.
    """
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ServeFileError(f"{path.name} is not a mapping.")
    faults = [*_unknown_keys(content, ServeDeploySchema, where=""), *_unknown_deployments(content)]
    if faults:
        raise ServeFileError(f"{path.name}: nothing reads {', '.join(faults)}.")
    try:
        for application in content.get("applications", []):
            AppArgs.model_validate(application.get("args") or {})
        return ServeDeploySchema.model_validate(content)
    except ValidationError as error:
        raise ServeFileError(f"{path.name}: {error}") from error


def _unknown_keys(content: Any, model: type[BaseModel], *, where: str) -> Iterator[str]:
    """Paths of keys, at any depth, that the model does not have."""
    if isinstance(content, list):
        for index, item in enumerate(content):
            yield from _unknown_keys(item, model, where=f"{where}[{index}]")
        return
    if not isinstance(content, dict):
        return
    for key, value in content.items():
        path = f"{where}.{key}" if where else str(key)
        field = model.model_fields.get(str(key))
        if field is None:
            yield path
            continue
        nested = UNTYPED.get(str(key)) or _model_in(field.annotation)
        if nested is not None:
            yield from _unknown_keys(value, nested, where=path)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation such as `list[Model] | None` holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        if (found := _model_in(argument)) is not None:
            return found
    return None


def _unknown_deployments(content: dict[str, Any]) -> Iterator[str]:
    for application in content.get("applications") or []:
        for index, deployment in enumerate(application.get("deployments") or []):
            name = deployment.get("name")
            if name not in DEPLOYMENTS:
                yield f"deployments[{index}].name {name!r}"


def main(paths: list[str]) -> int:
    """`python -m serve_app.serve_file FILE…`: say what is wrong with each file; 1 when anything is."""
    faults = 0
    for path in paths:
        try:
            read_serve_file(Path(path))
        except ServeFileError as error:
            faults += 1
            print(error, file=sys.stderr)  # noqa: T201 - a command-line tool
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
