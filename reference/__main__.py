"""Write every reference document anew: `python -m reference`."""

from reference.documents import documents

for path, text in documents().items():
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
