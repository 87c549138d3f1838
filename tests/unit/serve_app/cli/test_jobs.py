"""`mighty jobs`."""

import json

import pytest

from configs.settings import Settings
from tests.unit.serve_app.cli.installation import add_file, add_job, mighty


def test_jobs_of_everybody(installed: Settings) -> None:
    """An operator sees and cancels every owner's jobs."""
    ids = [f"job_{number:032x}" for number in range(3)]
    for job_id, owner in zip(ids, ("club-1", "club-2", "club-2"), strict=True):
        add_job(installed, job_id, owner=owner)
    assert [job["id"] for job in json.loads(mighty("jobs", "list", "--json").stdout)] == ids[::-1]
    mine = json.loads(mighty("jobs", "list", "--owner", "club-2", "--limit", "1", "--json").stdout)
    assert [(job["id"], job["state"]) for job in mine] == [(ids[2], "queued")]
    assert mighty("jobs", "cancel", ids[0]).exit_code == 0
    cancelled = json.loads(mighty("jobs", "list", "--state", "cancelled", "--json").stdout)
    assert [job["id"] for job in cancelled] == [ids[0]]
    assert "ended already: cancelled" in mighty("jobs", "cancel", ids[0]).stderr
    assert json.loads(mighty("jobs", "show", ids[1], "--json").stdout)["owner"] == "club-2"
    assert "club-2" in mighty("jobs", "show", ids[1]).stdout
    assert all(job_id in mighty("jobs", "list").stdout for job_id in ids)


def test_inputs_go_with_a_cancelled_job(installed: Settings) -> None:
    """What was sent for a job that waits is removed when it is cancelled; another job's stays."""
    keys = {}
    for number, job_id in enumerate(("job_a", "job_b")):
        keys[job_id] = add_file(installed, number, owner="club-1", parent_id=job_id)
        add_job(installed, job_id, inputs={"image": keys[job_id]})
    assert mighty("jobs", "cancel", "job_a").exit_code == 0
    objects = installed.data_dir / "objects"
    assert [(objects / keys[job_id]).exists() for job_id in ("job_a", "job_b")] == [False, True]
    assert json.loads(mighty("cleanup", "--json", "--dry-run").stdout)["orphans"] == 0


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("command", ["show", "cancel"])
def test_no_such_job(command: str) -> None:
    """A job that does not exist is an error in one line."""
    result = mighty("jobs", command, "job_none")
    assert (result.exit_code, result.stderr) == (1, "mighty: There is no job job_none.\n")
