"""Install and build the browser's files, or lock their versions: python -m deploy.assets [lock]"""

import sys

from deploy.assets import npm, prepare
from deploy.local import CannotStart

if __name__ == "__main__":
    try:
        npm.lock() if sys.argv[1:] == ["lock"] else prepare()
    except CannotStart as error:
        sys.exit(f"Kinerja: {error}")
