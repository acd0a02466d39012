"""Lay out the image's Kafka: the jars of the lock, server.properties, and options for the JVM.

python stage.py FOLDER
"""

import json
import shutil
import sys
from pathlib import Path

from deploy.local import jars, kafka

folder = Path(sys.argv[1])
libs = folder / "libs"
libs.mkdir(parents=True)
for jar in jars.fetch():
    shutil.copy(jar, libs)

settings = kafka.PROPERTIES.format(
    host="localhost", port=9092, controller=9093, data="/var/lib/kafka/data"
)
(folder / "server.properties").write_text(settings)
# Java's argument files read quotes and backslashes as JSON does.
(folder / "jvm.options").write_text("\n".join(json.dumps(option) for option in kafka.JVM))
