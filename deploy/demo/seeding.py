"""Tells the story to two running schools: people, follows, posts, and what comes of them."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from demo import joining, story
from demo.place import Place
from demo.school import School
from demo.teacher import Teacher
from demo.waiting import until

Say = Callable[[str], None]


class Seeding:
    """One telling. What is done already, by an earlier run that was cut short, is not repeated."""

    def __init__(self, place: Place, schools: dict[str, School], say: Say) -> None:
        self._place = place
        self._memory = place.memory
        self._schools = schools
        self._say = say
        self._teachers: dict[str, Teacher] = {}

    async def run(self) -> None:
        """From the first account to the last favourite that crossed."""
        async with AsyncExitStack() as stack:
            await self._people()
            for person in story.PEOPLE:
                teacher = self._teacher(person)
                self._teachers[person.name] = teacher
                stack.push_async_callback(teacher.close)
            await asyncio.gather(*(teacher.dress() for teacher in self._teachers.values()))
            self._say(f"{len(self._teachers)} teachers, three at each school")
            await self._follows()
            await self._posts()
            await self._deeds()
        self._memory.told = True
        self._place.save()

    # People

    async def _people(self) -> None:
        joined = await asyncio.gather(
            *(joining.staff(school, self._memory.tokens) for school in self._schools.values())
        )
        for tokens in joined:
            self._memory.tokens |= tokens
        self._place.save()

    def _teacher(self, person: story.Person) -> Teacher:
        return Teacher(person, self._schools[person.school], self._memory.tokens[person.name])

    # Follows

    async def _follows(self) -> None:
        begun = time.monotonic()
        at_school = [
            (one.name, other.name)
            for one in story.PEOPLE
            for other in story.of_school(one.school)
            if one is not other
        ]
        await asyncio.gather(*(self._follow(*pair) for pair in (*at_school, *story.ACROSS)))
        self._say(
            f"{len(story.ACROSS)} follows asked and accepted between the schools, "
            f"in {time.monotonic() - begun:.1f} s"
        )

    async def _follow(self, follower: str, followed: str) -> None:
        one, other = self._teachers[follower], self._teachers[followed]
        account_id = await one.find(other)
        if await one.follows(account_id):
            return
        await one.follow(account_id)
        await until(lambda: one.follows(account_id), f"{other.handle} to accept {follower}")

    # Posts

    async def _posts(self) -> None:
        slowest, arrivals = 0.0, 0
        for post in story.POSTS:
            readers = self._readers(post)
            begun = time.monotonic()
            uri = await self._post(post)
            await asyncio.gather(*(self._arrival(reader, post, uri) for reader in readers))
            if readers:
                arrivals += len(readers)
                slowest = max(slowest, time.monotonic() - begun)
        self._say(
            f"{len(story.POSTS)} posts; {arrivals} times one arrived at somebody of the other "
            f"school, after {slowest:.1f} s at most"
        )

    def _readers(self, post: story.Post) -> list[Teacher]:
        """Who of the other school must get it: followers, or who is answered."""
        if not post.answers:
            return [self._teachers[name] for name in story.followers_elsewhere(post.author)]
        asker = story.post(post.answers).author
        return [self._teachers[asker]] if story.apart(asker, post.author) else []

    async def _post(self, post: story.Post) -> str:
        known = self._memory.posts.get(post.key)
        if known:
            return known
        author = self._teachers[post.author]
        answers = await self._seen(author, post.answers) if post.answers else None
        handles = {name: f"@{other.handle_for(author)}" for name, other in self._teachers.items()}
        uri = await author.write(post, post.text.format(**handles), answers=answers)
        self._memory.posts[post.key] = uri
        self._place.save()
        return uri

    async def _arrival(self, reader: Teacher, post: story.Post, uri: str) -> None:
        await until(
            lambda: self._reached(reader, post, uri),
            f"“{post.key}” of {post.author} to reach {reader.handle}",
        )

    async def _reached(self, reader: Teacher, post: story.Post, uri: str) -> str:
        if post.answers:
            return await reader.told_of("mention", self._teachers[post.author], uri)
        return await reader.at_home(uri)

    async def _seen(self, reader: Teacher, key: str) -> str:
        """The id under which `reader` knows a post: from home, or from being told of it."""
        uri = self._memory.posts[key]
        post = story.post(key)

        async def look() -> str:
            told = await reader.told_of("mention", self._teachers[post.author], uri)
            return told or await reader.at_home(uri)

        return await until(look, f"{reader.handle} to see “{key}” of {post.author}")

    # Deeds

    async def _deeds(self) -> None:
        crossed = await self._each(story.BOOSTS, Teacher.boost, "reblog")
        self._say(f"{len(story.BOOSTS)} boosts, {crossed} of a post of the other school")
        crossed = await self._each(story.FAVOURITES, Teacher.favourite, "favourite")
        self._say(f"{len(story.FAVOURITES)} favourites, {crossed} across")

    async def _each(
        self,
        deeds: tuple[tuple[str, str], ...],
        do: Callable[[Teacher, str], Awaitable[None]],
        kind: str,
    ) -> int:
        """Does it, and waits until each author of the other school was told; how many were."""
        crossed = 0
        for name, key in deeds:
            fan, author = self._teachers[name], self._teachers[story.post(key).author]
            await do(fan, await self._seen(fan, key))
            uri = self._memory.posts[key]
            crossed += story.apart(name, author.person.name)

            async def told(author: Teacher = author, fan: Teacher = fan, uri: str = uri) -> str:
                return await author.told_of(kind, fan, uri)

            await until(told, f"{author.handle} to hear of a {kind} by {fan.handle}")
        return crossed
