"""Reference documents, made from the code: who may do what, who reads which event, which rule stands
where, and the services' HTTP. They are committed, so that a change of the code shows what it changes."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
