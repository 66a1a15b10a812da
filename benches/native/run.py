"""Runs Keeprate and its peers on one file and prints times and ratios. `cargo xtask bench native` starts this and names
files and counts in the environment."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from figures import difference, figures_of_report

HERE = Path(__file__).parent
PROGRAM = os.environ["BENCH_KEEPRATE"]
FILE = os.environ["BENCH_FILE"]
ROWS = int(os.environ["BENCH_ROWS"])
LONG_FILE = os.environ["BENCH_LONG_FILE"]
LONG_ROWS = int(os.environ["BENCH_LONG_ROWS"])
RUNS = int(os.environ["BENCH_RUNS"])

KEEPRATE = "Keeprate"
# What runs it, and on which cores: as it comes, and on one as Keeprate.
PEERS = {
    "DuckDB": ["with_duckdb.py"],
    "Polars": ["with_polars.py"],
    "DuckDB, one core": ["with_duckdb.py", "1"],
    "Polars, one core": ["with_polars.py", "1"],
}
NAMES = [KEEPRATE, *PEERS]


def measure(output, command):
    """One run in a fresh process: its seconds, processor time and peak of memory; `output` gets what it prints."""
    measured = subprocess.run(
        [sys.executable, HERE / "measure.py", output, *command], stdout=subprocess.PIPE, check=False
    )
    if measured.returncode != 0:
        sys.exit("a program failed")
    return json.loads(measured.stdout)


def keeprate(output, file):
    """From the start of the program to its whole report."""
    taken = measure(output, [PROGRAM, "report", file, "--format", "json"])
    report = json.loads(output.read_text())
    version = report["generator"]["version"]
    return taken | {"took": taken["seconds"], "version": version, "figures": figures_of_report(report)}


def peer(output, script, *cores):
    """From a library that is loaded to the figures: neither its start nor Python's is held against it."""
    taken = measure(output, [sys.executable, HERE / script, FILE, *cores])
    found = json.loads(output.read_text())
    return taken | {"took": found["seconds"], "version": found["version"], "figures": found["figures"]}


def line(cells):
    print(cells[0].ljust(24) + "".join(cell.rjust(15) for cell in cells[1:]))


def ms(seconds):
    return f"{seconds * 1000:.0f}"


def print_table(results):
    typical = median(run["took"] for run in results[KEEPRATE])
    worked = median(run["processor"] for run in results[KEEPRATE])
    line(["way", "median ms", "min-max", "/ Keeprate", "rows/s", "whole process", "processor ms", "/ Keeprate", "peak MB"])
    for name, runs in results.items():
        took = [run["took"] for run in runs]
        line(
            [
                f"{name} ({runs[0]['version']})",
                ms(median(took)),
                f"{ms(min(took))}-{ms(max(took))}",
                f"{median(took) / typical:.2f} x",
                f"{ROWS / median(took) / 1e6:.2f} M",
                ms(median(run["seconds"] for run in runs)),
                ms(median(run["processor"] for run in runs)),
                f"{median(run['processor'] for run in runs) / worked:.2f} x",
                f"{median(run['peak'] for run in runs) / 1e6:.0f}",
            ]
        )


def print_figures(figures):
    last = figures["movements"][-1]
    amounts = ", ".join(f"{name} {amount / 100:.2f}" for name, amount in last.items() if name != "month")
    sizes = ", ".join(f"{cohort['month']} {cohort['active'][0]}" for cohort in figures["cohorts"][-3:])
    print(f"\nAll agree on every movement and cohort; MRR in {last['month']}: {amounts};")
    print(f"{len(figures['cohorts'])} cohorts, the last: {sizes}\n")


def print_scaling(runs, long):
    """What a longer file takes: the time of a row should not change."""
    typical = median(run["took"] for run in runs)
    times = LONG_ROWS / ROWS
    print(
        f"\n{KEEPRATE} with {LONG_ROWS} rows, once: {ms(long['took'])} ms, {long['took'] / typical:.2f} x the time "
        f"for {times:.0f} x the rows, {LONG_ROWS / long['took'] / 1e6:.2f} M rows/s, peak {long['peak'] / 1e6:.0f} MB"
    )


def main():
    results = {name: [] for name in NAMES}
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "output.json"
        for run in range(1, RUNS + 1):
            for name in NAMES:
                result = keeprate(output, FILE) if name == KEEPRATE else peer(output, *PEERS[name])
                results[name].append(result)
                expected = results[KEEPRATE][-1]["figures"]
                if different := difference(result["figures"], expected):
                    sys.exit(f"{name} computes other figures than {KEEPRATE}: {different}")
            times = ", ".join(f"{name} {ms(runs[-1]['took'])}" for name, runs in results.items())
            # Not kept back until the end by a pipe.
            print(f"run {run} of {RUNS}, ms: {times}", flush=True)
        long = keeprate(output, LONG_FILE)

    print_figures(results[KEEPRATE][-1]["figures"])
    print_table(results)
    print_scaling(results[KEEPRATE], long)
    print(
        f"\n{os.cpu_count()} cores, {ROWS} rows, {os.path.getsize(FILE)} bytes, {RUNS} runs in turns, each in a fresh "
        f"process; {KEEPRATE} on one core, from its start to the whole report; the others from a loaded library to "
        f"movements and cohorts, on every core if nothing is said"
    )


main()
