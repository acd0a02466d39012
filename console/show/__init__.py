"""How the console shows what it was told: words, sentences, templates. It asks nobody."""

from pathlib import Path

CONSOLE = Path(__file__).parents[1]
