"""fedschool: a small federated microblog server for the teachers of a school."""

__version__ = "0.1.0"
