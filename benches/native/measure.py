"""Runs one program and prints, as one line of JSON, what it took: seconds, seconds of processor time over all cores, and
the most memory that it ever had, in bytes.

Usage: python3 measure.py OUTPUT PROGRAM [ARGUMENT]...

OUTPUT is the file for what the program prints. A process of its own, because a child's peak begins with that of the one
that starts it: this one stays below any program worth measuring.
"""

import json
import os
import subprocess
import sys
import time

with open(sys.argv[1], "wb") as output:
    begun = time.perf_counter()
    process = subprocess.Popen(sys.argv[2:], stdout=output)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun

process.returncode = os.waitstatus_to_exitcode(status)
if process.returncode != 0:
    sys.exit(f"{sys.argv[2]} failed ({process.returncode})")
# Linux counts in kilobytes, macOS in bytes.
unit = 1 if sys.platform == "darwin" else 1024
print(json.dumps({"seconds": seconds, "processor": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss * unit}))
