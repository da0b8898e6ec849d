"""`python -m fedschool` is the `fedschool` command."""

from fedschool.cli.main import main

main()
