"""What is due in evaluation: nothing yet. It draws its conclusions by itself, and no command takes up a
finding or an improvement action."""

from typing import Any

from chassis.duties import Declared

DUTIES = Declared[Any]("evaluation")
