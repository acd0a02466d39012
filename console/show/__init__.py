"""How the console shows what it was told: words, sentences, templates. It asks nobody."""
