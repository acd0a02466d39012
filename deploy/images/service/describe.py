"""Print a bill of materials as every build of the same has it: without its own number and time. `python describe.py FILE`"""

import json
import sys
from pathlib import Path

told = json.loads(Path(sys.argv[1]).read_text())
del told["serialNumber"], told["metadata"]["timestamp"]
json.dump(told, sys.stdout, indent=1)
