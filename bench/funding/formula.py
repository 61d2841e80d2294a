"""One formula of five lines over many learners, in Milepost and in OpenFisca-core, turn by turn.

    python bench/funding/formula.py --size small|full

Inputs are generated (seeded) and given to both as arrays; a run goes from the arrays to the last
line, and the figure is the median of seven. OpenFisca-core is installed from PyPI into an
environment of its own beneath .cache; where it cannot be, the peer is left out and the run says
so. OpenFisca computes in 32-bit floats and Milepost exactly, so a grant may differ by a dollar:
the run fails where one differs by more. `formula_reform_over_baseline` is the time of a reform
over that of the baseline. `small` is 1 million learners, `full` 1 million and 10 million.
"""

import subprocess
import sys
import tempfile
import time
import venv
from datetime import date
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from _report import figure, size  # noqa: E402

from milepost.funding.formulas.bound import Bound, bind  # noqa: E402
from milepost.funding.formulas.entities import population  # noqa: E402
from milepost.funding.formulas.formula import load  # noqa: E402
from milepost.funding.formulas.reform import reform, reformed  # noqa: E402
from milepost.funding.formulas.run import run  # noqa: E402

HERE = Path(__file__).parent
ENVIRONMENT = ROOT / ".cache" / "openfisca"
PEER = "openfisca-core==46.0.1"
RUNS = 15
SIZES = {"small": (1_000_000,), "full": (1_000_000, 10_000_000)}
Inputs = dict[str, np.ndarray]


def inputs(count: int) -> Inputs:
    """Return learners with what the formula needs of them."""
    rng = np.random.default_rng(5)
    return {
        "grade": rng.integers(0, 13, count).astype(np.int8),
        "at_risk": (rng.random(count) < 0.4).astype(np.int8),
        "share": rng.random(count).round(3),
        "classified": (rng.random(count) < 0.154).astype(np.int8),
        "local": rng.integers(0, 9000, count).astype(np.int32),
    }


def peer_python() -> Path | None:
    """Return the interpreter that has OpenFisca, made on the first run; none with the reason."""
    python = ENVIRONMENT / "bin" / "python"
    if python.exists():
        return python
    venv.create(ENVIRONMENT, with_pip=True)
    done = subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", PEER], capture_output=True, text=True
    )
    if done.returncode:
        python.unlink()
        print(f"without peer: {PEER} cannot be installed: {done.stderr[-200:]}", file=sys.stderr)
        return None
    return python


def once(bound: Bound, given: Inputs) -> tuple[float, np.ndarray]:
    """Return the seconds of one run from the arrays, and its grants."""
    count = len(given["grade"])
    start = time.perf_counter()
    people = population(bound.formula, {"learner": {"learner": range(count), **given}})
    grants = run(bound, people, keep={"grant"})["grant"]
    return time.perf_counter() - start, grants


def beside(bound: Bound, given: Inputs, python: Path) -> tuple[list[float], list[float]]:
    """Return the seconds of both, run by run in turn. Ends the run where the grants differ."""
    with tempfile.TemporaryDirectory() as folder:
        to, back = Path(folder) / "in.npz", Path(folder) / "out.npy"
        np.savez(to, **given)
        command = [str(python), str(HERE / "_openfisca.py"), str(to), str(back)]
        ours, theirs = [], []
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as peer:
            assert peer.stdin is not None
            assert peer.stdout is not None
            for _ in range(RUNS):
                peer.stdin.write("go\n")
                peer.stdin.flush()
                theirs.append(float(peer.stdout.readline()))
                seconds, grants = once(bound, given)
                ours.append(seconds)
            peer.stdin.close()
            peer.wait()
        apart = float(np.abs(np.load(back) - grants).max())
    if apart > 1:
        raise SystemExit(f"a grant differs by {apart} dollars between the two")
    return ours, theirs


def main() -> None:
    """Print the figures."""
    bound = bind(load(HERE / "formula_state"), date(2021, 1, 1))
    higher = reformed(bound, reform({"parameters": {"base": "+2%"}}))
    python = peer_python()
    for count in SIZES[size(__doc__)]:
        given = inputs(count)
        if python is None:
            ours, theirs = [once(bound, given)[0] for _ in range(RUNS)], []
        else:
            ours, theirs = beside(bound, given, python)
        rate = count / min(ours)
        peer = count / min(theirs) if theirs else None
        name = "formula_vs_openfisca" + ("" if count == 1_000_000 else f"_{count}")
        figure(
            name,
            rate,
            "learners/s",
            n=count,
            peer=PEER.replace("==", " ") if peer else None,
            peer_value=peer,
            peer_source="run" if peer else None,
        )
        pairs = [(once(higher, given)[0], once(bound, given)[0]) for _ in range(RUNS)]
        ratio = min(reform for reform, _ in pairs) / min(base for _, base in pairs)
        if count == 1_000_000:
            figure("formula_reform_over_baseline", ratio, "ratio", n=count)


if __name__ == "__main__":
    main()
