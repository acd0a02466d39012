"""Our top-level folders are import names (docs/adr/0008): nothing that is installed may own one."""

from importlib.metadata import packages_distributions

from tests.breakings import ROOT


def test_no_installed_distribution_owns_one_of_our_names() -> None:
    ours = {file.parent.name for file in ROOT.glob("*/__init__.py")}
    assert "contracts" in ours
    assert not ours & packages_distributions().keys()
