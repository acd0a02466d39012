"""When people are reminded of what they owe, as an agency settles it."""

from typing import Annotated

from pydantic import Field

from contracts.distinct import Distinct
from contracts.event import Part


class Reminders(Part):
    """When people are reminded of what they owe, besides the day on which it comes up and its last day: so
    many working days before the last day (`before`), and after it each time as many have gone by (`again`; null
    for never). When so many have (`superior`; null for never), whoever appraises them is told as well. `hour` is
    when the day's one mail goes out where the person's unit is."""

    before: Distinct[Annotated[int, Field(ge=1, le=60)]] = Field(max_length=10)
    again: int | None = Field(ge=1, le=60)
    superior: int | None = Field(ge=1, le=60)
    # Before four in the east it is yesterday in the west.
    hour: int = Field(ge=4, le=20)
