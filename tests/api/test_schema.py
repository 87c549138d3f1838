"""The API against its own OpenAPI document.

One check is left out: that what fits the document is accepted. Rules such as "exactly one image source" and
"this base64 is an image" have no form in JSON Schema.
"""

import asyncio
import atexit
import shutil
import tempfile
from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from configs.settings import Settings
from serve_app.api.create import create_api
from serve_app.dispatcher import build_runtime
from serve_app.wiring import create_services, open_database, open_jobs
from tests.api.conftest import KEY
from tests.local_engines import LocalEngines


async def _prepare(own: Settings) -> None:
    """Make every table; a dispatcher has been there and is gone: jobs are accepted and stay queued."""
    database, queue = open_database(own), open_jobs(own)
    await database.migrate()
    await database.close()
    runtime = build_runtime(own, engines=LocalEngines(), device="cpu", queue=queue)
    await runtime.start()
    await runtime.close()
    await queue.close()


def _schema() -> schemathesis.BaseSchema:
    folder = Path(tempfile.mkdtemp(prefix="mighty-schema-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    own = Settings(_env_file=None, data_dir=folder, storage_url="memory://")
    asyncio.run(_prepare(own))
    services = create_services(own, engines=LocalEngines(), device="cpu")
    made = schemathesis.openapi.from_asgi("/openapi.json", create_api(services))
    # Every call sends the key, so a case that leaves it out would be taken for one that was let in; a query
    # may say more than this API knows.
    made.config.generation.update(with_security_parameters=False, allow_extra_parameters=False)
    return made


schema = _schema()


@schema.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_answers_are_as_documented(case: schemathesis.Case) -> None:
    """Whatever fits the document is answered as the document says, and never by a 5xx."""
    case.call_and_validate(headers=KEY, excluded_checks=[positive_data_acceptance])
