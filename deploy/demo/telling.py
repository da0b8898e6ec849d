"""What the demo prints: rich in a terminal, plain lines when piped."""

import socket

from rich.console import Console
from rich.text import Text

from demo import story
from demo.place import Place
from demo.school import School


class Teller:
    """Prints, in colours where the terminal has them; lines are never broken for being long."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)

    def line(self, text: str = "", style: str = "") -> None:
        self._console.print(Text(text, style), soft_wrap=True)

    def step(self, text: str) -> None:
        self.line(f"  · {text}")

    def heading(self, text: str) -> None:
        self.line()
        self.line(text, "bold")

    def trouble(self, school: str, text: str) -> None:
        self.line(f"{school}: {text}", "yellow")

    def failure(self, text: str) -> None:
        Console(stderr=True, highlight=False).print(Text(text, "red"), soft_wrap=True)

    def all_about(self, place: Place, schools: dict[str, School]) -> None:
        """Addresses, people and what to try."""
        self.heading("Two schools, each a server of its own")
        for school in schools.values():
            self.line(f"  {school.plan.title}   {school.url}")
        self.heading(f"Sign in by e-mail address or name; every password is {story.PASSWORD}")
        self._people(place)
        self._ways(schools)
        self.heading("Where it lies")
        self.line(f"  {place.folder}: the data of both, with a serve.log each; delete it to begin")
        self.line("  anew. Only this machine can reach the schools, and for the demo alone anybody")
        self.line("  may sign up at once and programs may sign in by password.")
        self.line()

    def _people(self, place: Place) -> None:
        for person in story.PEOPLE:
            page = f"{place.url(person.school)}/@{person.name}"
            role = "administrator" if person.role == "admin" else ""
            self._console.print(
                Text(f"  {person.display_name:<17}", "bold"),
                Text(f"{person.email:<19}"),
                Text(f"{page:<33}", "cyan"),
                Text(role or person.subject, "dim"),
                soft_wrap=True,
            )

    def _ways(self, schools: dict[str, School]) -> None:
        oak, elm = schools["oak"], schools["elm"]
        door, known = _door(oak)
        self.heading("To try")
        self.line(f"  In a browser: {oak.url} and {elm.url}, a profile such as")
        self.line(f"  {oak.url}/@mara, and the thread below her post on fractions.")
        self.line()
        self.line("  In a terminal, with toot (.venv/bin/pip install toot):")
        mara = story.person("mara")
        for command in (
            f"login_cli -i {door} -e {mara.email} -p {story.PASSWORD}",
            "timelines home",
            f'post "Who at Elm has a spare set of fraction tiles? @yuki@{elm.host} #maths"',
            "notifications",
            f"follow ben@{elm.host}",
            "search maths",
        ):
            self.line(f"    .venv/bin/toot {command}")
        self.line()
        self.line("  From anything else that speaks the Mastodon API:")
        self.line(f"    curl {door}/api/v1/timelines/public")
        self.line("  Apps that insist on https, such as Phanpy, Elk and those on phones, need a")
        self.line("  server with a certificate; deploy/README.md tells how to set one up.")
        if not known:
            self.line()
            self.line(f"  This machine's programs do not know the name {oak.host.split(':')[0]},")
            self.line(f"  only browsers do. Give programs {door} instead, as above; or let")
            self.line("  them know: add “127.0.0.1 oak.localhost elm.localhost” to /etc/hosts.")


def _door(school: School) -> tuple[str, bool]:
    """An address that programs on this machine can reach, and whether it is the school's own."""
    try:
        socket.getaddrinfo(school.host.partition(":")[0], school.port)
    except OSError:
        return f"http://localhost:{school.port}", False
    return school.url, True
