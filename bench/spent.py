"""What a program takes: `python -m bench.spent COMMAND …`.

Prints, as JSON, what the program printed on standard output, seconds by the clock, seconds of its processor
time, and the most memory that it held at once (bytes). A process of its own, and a small one: what the system
tells of a child's memory begins with that of whoever started it.
"""

import json
import resource
import subprocess
import sys
import time

if __name__ == "__main__":
    started = time.perf_counter()
    ended = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True, check=True)
    elapsed = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = [ended.stdout, elapsed, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024]
    print(json.dumps(found), flush=True)
