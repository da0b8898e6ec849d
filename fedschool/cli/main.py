"""The `fedschool` command: run the instance, and look after it."""

import click

from fedschool import __version__
from fedschool.cli import (
    announcements,
    database,
    doctor,
    emojis,
    moderation,
    people,
    serve,
    servers,
    suggestions,
    texts,
    transfer,
)

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=_CONTEXT)
@click.version_option(__version__, prog_name="fedschool")
def main() -> None:
    """A small federated microblog server for the teachers of a school.

    Settings come from the environment (FEDSCHOOL_*) and from a .env file in this folder;
    README.md describes each.
    """


main.add_command(serve.serve)
main.add_command(people.account)
main.add_command(people.token)
main.add_command(moderation.audit)
main.add_command(database.db)
main.add_command(servers.server)
main.add_command(doctor.doctor)
main.add_command(suggestions.suggestion)
main.add_command(announcements.announcement)
main.add_command(emojis.emoji)
main.add_command(texts.instance)
main.add_command(transfer.export)
main.add_command(transfer.take_in)
