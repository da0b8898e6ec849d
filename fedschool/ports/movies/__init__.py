"""Films, sounds and pictures that are decoded apart, in processes that may die of them."""

from fedschool.ports.movies.plan import LIMITS, Made, MovieLimits, Task
from fedschool.ports.movies.workshop import Finished, MovieWorkshop

__all__ = ["LIMITS", "Finished", "Made", "MovieLimits", "MovieWorkshop", "Task"]
