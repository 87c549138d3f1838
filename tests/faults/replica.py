"""A replica without Ray, as a process to be killed: `python -m tests.faults.replica api|dispatcher PORT`.

Everything but the networks and Serve is real (see `tests.local_engines`); the settings come from the
environment, as those of the service do.
"""

import asyncio
import sys

import uvicorn

from configs.settings import Settings
from serve_app.api.create import create_api
from serve_app.dispatcher import build_runtime, start
from serve_app.wiring import create_services, open_database, open_jobs
from tests.local_engines import LocalEngines


async def api(settings: Settings, *, port: int) -> None:
    """Answer HTTP until a signal comes."""
    services = create_services(settings, engines=LocalEngines(), device="cpu")
    config = uvicorn.Config(create_api(services), host="127.0.0.1", port=port, log_level="warning")
    await uvicorn.Server(config).serve()
    await services.close()


async def dispatcher(settings: Settings) -> None:
    """Work on jobs until killed."""
    await open_database(settings).migrate()
    queue = open_jobs(settings)
    runtime = build_runtime(settings, engines=LocalEngines(), device="cpu", queue=queue)
    await start(runtime)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asked = Settings(_env_file=None)
    asyncio.run(api(asked, port=int(sys.argv[2])) if sys.argv[1] == "api" else dispatcher(asked))
