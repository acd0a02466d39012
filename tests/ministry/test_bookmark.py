"""Where a year stands."""

from pathlib import Path

from ministry.bookmark import Bookmark


def test_it_keeps_how_far_each_stage_has_come(tmp_path: Path) -> None:
    file = tmp_path / "year.json"
    bookmark = Bookmark(file)
    assert bookmark.reached("planning") == 0
    for persons in (1000, 2000):
        bookmark.note("planning", persons)
    bookmark.note("monitoring", 300)
    again = Bookmark(file)
    assert [again.reached(s) for s in ("planning", "monitoring", "appraisal")] == [2000, 300, 0]
    assert list(tmp_path.iterdir()) == [file]
