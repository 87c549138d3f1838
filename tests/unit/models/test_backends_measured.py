"""The choice among backends by measurement, and its memory."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from models.backends import measured
from models.backends.measured import KEPT_RECORDS, Choice, circumstances, fastest
from models.base import EngineError

GIVEN = "Some CPU [avx2], 2 threads, openvino 1, torch 2"


class Stub:
    """A candidate that takes a set time, counts its runs, or breaks."""

    def __init__(self, seconds: float | Exception) -> None:
        self.seconds, self.runs = seconds, 0

    def __call__(self) -> float:
        """Answer at once that it took so long."""
        self.runs += 1
        if isinstance(self.seconds, Exception):
            raise self.seconds
        return self.seconds


def ask(
    memory: Path, *, given: str = GIVEN, forced: str | None = None, **candidates: Callable[[], float]
) -> Choice:
    """Which candidate is best."""
    return fastest(candidates, question="net", given=given, memory=memory, forced=forced)


def test_the_fastest_is_chosen_and_remembered(tmp_path: Path) -> None:
    """The second question is answered from the file: nothing runs again."""
    memory = tmp_path / "new" / "backends.json"
    slow, fast = Stub(2.0), Stub(1.0)
    first = ask(memory, slow=slow, fast=fast)
    again = ask(memory, slow=slow, fast=fast)
    assert (first.name, first.remembered) == ("fast", False)
    assert again == Choice(name="fast", seconds={"slow": 2.0, "fast": 1.0}, remembered=True)
    assert (slow.runs, fast.runs) == (1, 1)


def test_a_few_percent_do_not_outweigh_the_order(tmp_path: Path) -> None:
    """A later candidate wins by more than a tenth, not by less."""
    assert ask(tmp_path / "a", lighter=Stub(1.0), heavier=Stub(0.95)).name == "lighter"
    assert ask(tmp_path / "b", lighter=Stub(1.0), heavier=Stub(0.85)).name == "heavier"


def test_other_circumstances_measure_anew(tmp_path: Path) -> None:
    """Another thread count or version is another question; the first answer stays known."""
    memory, stub = tmp_path / "backends.json", Stub(1.0)
    for given in (GIVEN, "other", GIVEN, "other"):
        assert ask(memory, given=given, stub=stub).name == "stub"
    assert stub.runs == 2


def test_a_candidate_that_is_gone_is_not_chosen(tmp_path: Path) -> None:
    """Where the memory speaks of a candidate that is not offered any more, what is left is measured."""
    memory = tmp_path / "backends.json"
    ask(memory, gone=Stub(0.1), stays=Stub(1.0))
    stays = Stub(1.0)
    assert ask(memory, stays=stays).name == "stays"
    assert stays.runs == 1


def test_a_broken_candidate_is_skipped_and_its_reason_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One that raises is out, with its reason in the log."""
    choice = ask(tmp_path / "m", bad=Stub(ImportError("no libfoo")), good=Stub(1.0))
    assert (choice.name, set(choice.seconds)) == ("good", {"good"})
    assert "no libfoo" in caplog.text


def test_all_broken_is_an_error(tmp_path: Path) -> None:
    """Without a candidate that runs there is no choice, and nothing is remembered."""
    with pytest.raises(EngineError, match="net: no backend could run it"):
        ask(tmp_path / "m", bad=Stub(OSError("x")))
    with pytest.raises(EngineError, match="none is installed"):
        ask(tmp_path / "m")
    assert not (tmp_path / "m").exists()


def test_force(tmp_path: Path) -> None:
    """A forced candidate is taken unmeasured; one that is not there is an error that lists the others."""
    slow, fast = Stub(2.0), Stub(1.0)
    assert ask(tmp_path / "m", forced="slow", slow=slow, fast=fast).name == "slow"
    assert slow.runs == fast.runs == 0
    with pytest.raises(EngineError, match="no backend 'absent' here; there are slow, fast"):
        ask(tmp_path / "m", forced="absent", slow=slow, fast=fast)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'{"half": ',
        json.dumps({f"net: {GIVEN}": {"stub": "soon"}}).encode(),
        json.dumps({f"net: {GIVEN}": {"stub": -1.0}}).encode(),
        json.dumps({f"net: {GIVEN}": {"stub": float("nan")}}).encode(),
        json.dumps({f"net: {GIVEN}": ["stub"]}).encode(),
    ],
)
def test_a_damaged_memory_is_replaced(tmp_path: Path, content: bytes) -> None:
    """Whatever the file holds, the candidates are measured and the file is sound afterwards."""
    memory = tmp_path / "backends.json"
    memory.write_bytes(content)
    assert ask(memory, stub=Stub(1.0)) == Choice(name="stub", seconds={"stub": 1.0}, remembered=False)
    assert ask(memory, stub=Stub(1.0)).remembered


def test_an_unwritable_memory_costs_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Where the file cannot be written, the choice stands and the log says so."""
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    assert ask(tmp_path / "file" / "backends.json", stub=Stub(1.0)).name == "stub"
    (tmp_path / "backends.json").mkdir()
    assert ask(tmp_path / "backends.json", stub=Stub(1.0)).name == "stub"
    assert caplog.text.count("not remembered") == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backends.json", "file"]


def test_replicas_that_start_together_leave_a_whole_file(tmp_path: Path) -> None:
    """Twelve writers at once leave valid JSON with sound records, and no temporary files."""
    memory, barrier = tmp_path / "backends.json", threading.Barrier(12)

    def start(number: int) -> None:
        barrier.wait()
        for round_ in range(5):
            ask(memory, given=f"{number} {round_}", stub=Stub(1.0))

    replicas = [threading.Thread(target=start, args=(number,)) for number in range(12)]
    for replica in replicas:
        replica.start()
    for replica in replicas:
        replica.join()
    records = json.loads(memory.read_bytes())
    assert records
    assert all(record == {"stub": 1.0} for record in records.values())
    assert [path.name for path in tmp_path.iterdir()] == ["backends.json"]


def test_the_memory_stays_small(tmp_path: Path) -> None:
    """The oldest records go when there are too many."""
    memory = tmp_path / "backends.json"
    for number in range(KEPT_RECORDS + 5):
        ask(memory, given=str(number), stub=Stub(1.0))
    records = json.loads(memory.read_bytes())
    assert len(records) == KEPT_RECORDS
    assert f"net: {KEPT_RECORDS + 4}" in records
    assert "net: 0" not in records


def test_circumstances_name_what_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processor, instructions that matter, threads and versions are in the key; an absent package is, too."""
    monkeypatch.setattr(measured, "cpu_name", lambda: "Some CPU")
    monkeypatch.setattr(measured, "cpu_flags", lambda: frozenset({"fpu", "avx2", "avx512_bf16"}))
    monkeypatch.setattr(measured, "_version", {"numpy": "2.0", "gone": "absent"}.__getitem__)
    expected = "Some CPU [avx2 avx512_bf16], 3 threads, gone absent, numpy 2.0"
    assert circumstances(threads=3, packages=["numpy", "gone"]) == expected


def test_versions_are_read_without_importing() -> None:
    """The version is the installed distribution's; one that is not installed is absent."""
    assert measured._version("no-such-distribution") == "absent"
    assert measured._version("pytest") == pytest.__version__
