"""Who is at the two schools, whom they follow, and what they write to one another."""

import msgspec


class SchoolPlan(msgspec.Struct, frozen=True):
    """A school before it runs; its address becomes `http://NAME.localhost:PORT`."""

    name: str
    title: str
    description: str
    port: int


class Person(msgspec.Struct, frozen=True):
    """A teacher. `colours`: background, clothes, hair, skin."""

    name: str
    school: str
    display_name: str
    subject: str
    note: str
    colours: tuple[str, str, str, str]
    role: str = "teacher"
    long_hair: bool = False

    @property
    def email(self) -> str:
        return f"{self.name}@{self.school}.example"


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody writes. In `text`, `{ada}` becomes ada's handle as the author types it."""

    key: str
    author: str
    text: str
    answers: str = ""
    warning: str = ""
    visibility: str = "public"
    picture: str = ""
    alt: str = ""


PASSWORD = "chalk-and-talk"

SCHOOLS = (
    SchoolPlan(
        "oak",
        "Oak School",
        "What the teachers of Oak School try, ask and pass on. Colleagues from elsewhere welcome.",
        8001,
    ),
    SchoolPlan(
        "elm",
        "Elm School",
        "Elm School's learning network: small questions, good finds, and the odd choir concert.",
        8002,
    ),
)

PEOPLE = (
    Person(
        "mara",
        "oak",
        "Mara Lindqvist",
        "mathematics",
        "Mathematics, years 7 to 10. I collect first problems for a Monday. #maths",
        ("#f2c14e", "#2d5d7b", "#6b3e26", "#f1c9a5"),
        long_hair=True,
    ),
    Person(
        "tom",
        "oak",
        "Tom Okafor",
        "physics",
        "Physics, and the cupboard with the good magnets. Experiments that fit in a shoe box.",
        ("#8ecae6", "#b23a48", "#1f1a17", "#8d5a3b"),
    ),
    Person(
        "ines",
        "oak",
        "Inês Duarte",
        "deputy head",
        "Deputy head of Oak School. I read everything here on Friday after school. #leadership",
        ("#b8d8ba", "#4a4063", "#2b2118", "#e0ac7e"),
        "admin",
        long_hair=True,
    ),
    Person(
        "ada",
        "elm",
        "Ada Nováková",
        "history and library",
        "History, and the school library. Primary sources before opinions. #history #library",
        ("#e5b8c2", "#38618c", "#b5502f", "#f3d3bd"),
        long_hair=True,
    ),
    Person(
        "ben",
        "elm",
        "Ben Hughes",
        "music",
        "Music, year 3 and up. The choir meets on Thursday and is louder than it looks. #music",
        ("#cdb4db", "#52796f", "#d9a441", "#f6d7c3"),
    ),
    Person(
        "yuki",
        "elm",
        "Yuki Tanaka",
        "computing",
        "Computing, with and without computers. Ask me about sorting people. #computing",
        ("#ffd6a5", "#343a40", "#14110f", "#eec39a"),
        "admin",
    ),
)

# Who follows whom at the other school; at their own, all follow one another.
ACROSS = (
    ("mara", "yuki"),
    ("mara", "ada"),
    ("tom", "ben"),
    ("ines", "ada"),
    ("ada", "ines"),
    ("ben", "tom"),
    ("yuki", "mara"),
    ("yuki", "tom"),
)

POSTS = (
    Post(
        key="welcome",
        author="ines",
        text="Good morning, and welcome to our learning network. Three habits to start with: say "
        "what you tried, ask what you could not solve, and leave pupils' names out of it. "
        "#leadership",
    ),
    Post(
        key="fractions",
        author="mara",
        text="Which first problem gets a class of twelve-year-olds talking about fractions? I "
        "have used paper folding so often that they finish it before I do. #maths #fractions",
    ),
    Post(
        key="ribbon",
        author="yuki",
        answers="fractions",
        text="{mara} A ribbon and the task to cut it into fifths, without a ruler. Mine argued "
        "for twenty minutes about what counts as a fold.",
    ),
    Post(
        key="inspection",
        author="ben",
        warning="Inspection week, at length",
        text="They came on Tuesday, in the middle of the recorder lesson. What I would do the same "
        "way again: let two pupils explain the plan for the lesson. What I would not: tune "
        "anything while somebody takes notes.",
    ),
    Post(
        key="dice",
        author="tom",
        picture="dice",
        alt="Bar chart. A hundred dice, and after each throw all sixes are taken out: 100, 83, "
        "69, 58, 48, 40, 34, 28, 23, 19 and 16 dice are left. A line marks the half, which is "
        "reached between the third and the fourth throw.",
        text="Radioactive decay for the price of a hundred dice: throw, take out the sixes, count, "
        "repeat. Ten minutes, and nobody asks what a half-life is any more. #physics #experiment",
    ),
    Post(
        key="sources",
        author="ada",
        text="For anybody who needs pictures and papers to work from instead of about: Europeana "
        "lets you filter by country, century and licence. https://www.europeana.eu/ #history "
        "#sources",
    ),
    Post(
        key="sorting",
        author="yuki",
        text="Does somebody have an hour on sorting algorithms that works in the corridor, without "
        "a single computer? #computing #ask",
    ),
    Post(
        key="unplugged",
        author="mara",
        answers="sorting",
        text="{yuki} The sorting network from CS Unplugged, drawn on the floor with tape. It is "
        "maths, too, so I count it as mine. https://www.csunplugged.org/ #computing",
    ),
    Post(
        key="thanks",
        author="yuki",
        answers="unplugged",
        text="{mara} Taped, run and photographed. They want to race it against your class.",
    ),
    Post(
        key="choir",
        author="ben",
        text="The round that never fails with tired voices: start it from the back row. #music",
    ),
    Post(
        key="cover",
        author="ines",
        visibility="private",
        text="For those who follow me: Thursday's meeting is half an hour, standing, and only "
        "about the timetable.",
    ),
    Post(
        key="corridor",
        author="tom",
        answers="fractions",
        text="{mara} Gear wheels. Ask how often the small one turns. You may borrow the box.",
    ),
    Post(
        key="library",
        author="ada",
        text="A quiet success: the shelf “Books our teachers liked at your age” is empty on most "
        "days. Send me a title and one sentence. #library #reading",
    ),
)

BOOSTS = (("ines", "sources"), ("yuki", "dice"), ("ben", "dice"), ("mara", "ribbon"))
FAVOURITES = (
    ("mara", "ribbon"),
    ("ada", "welcome"),
    ("yuki", "unplugged"),
    ("tom", "choir"),
    ("mara", "library"),
)


def person(name: str) -> Person:
    return next(found for found in PEOPLE if found.name == name)


def of_school(name: str) -> list[Person]:
    return [found for found in PEOPLE if found.school == name]


def post(key: str) -> Post:
    return next(found for found in POSTS if found.key == key)


def apart(one: str, other: str) -> bool:
    """Whether two people are at different schools."""
    return person(one).school != person(other).school


def followers_elsewhere(name: str) -> list[str]:
    return [follower for follower, followed in ACROSS if followed == name]
