"""Our top-level folders are import names (docs/adr/0008): nothing that is installed may own one."""

from importlib.metadata import packages_distributions

from tests.breakings import ROOT

OURS = {file.parent.name for file in ROOT.glob("*/__init__.py")}


def test_no_installed_distribution_owns_one_of_our_names() -> None:
    assert "contracts" in OURS
    assert not OURS & packages_distributions().keys()


def test_the_readme_says_what_each_folder_is() -> None:
    told = (ROOT / "README.md").read_text().partition("## Where things are")[2]
    assert not [name for name in OURS if f"{name}/ " not in told]
