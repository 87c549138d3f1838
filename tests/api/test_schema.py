"""The API against its own OpenAPI document.

One check is left out: that what fits the document is accepted. Rules such as "exactly one image source" and
"this base64 is an image" have no form in JSON Schema.
"""

from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from configs.settings import Settings
from serve_app.api.create import create_api
from serve_app.wiring import create_services
from tests.api.conftest import KEY
from tests.local_engines import LocalEngines


def _schema() -> schemathesis.BaseSchema:
    own = Settings(_env_file=None, data_dir=Path("/nonexistent"), storage_url="memory://")
    return schemathesis.openapi.from_asgi(
        "/openapi.json", create_api(create_services(own, engines=LocalEngines(), device="cpu"))
    )


schema = _schema()


@schema.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_answers_are_as_documented(case: schemathesis.Case) -> None:
    """Whatever fits the document is answered as the document says, and never by a 5xx."""
    case.call_and_validate(headers=KEY, excluded_checks=[positive_data_acceptance])
