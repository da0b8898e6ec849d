"""What those who run an instance write about it, in Markdown, as HTML; and what it says by itself.

Raw HTML is shown as typed, pictures are left out, and links go to http, https and mailto alone.
"""

import functools
from collections.abc import Callable

_SCHEMES = ("http://", "https://", "mailto:", "/", "#")


def render(text: str) -> str:
    """Markdown (CommonMark) as HTML that is safe to show."""
    return _renderer()(text)


@functools.cache
def _renderer() -> Callable[[str], str]:
    from markdown_it import MarkdownIt  # noqa: PLC0415  many a start shows no such text

    markdown = MarkdownIt("commonmark", {"html": False}).disable("image")
    markdown.validateLink = lambda url: url.lower().startswith(_SCHEMES)  # type: ignore[method-assign]
    return markdown.render


PRIVACY = """\
# What {title} keeps of you, and who sees it

This page tells what the server at {host} does with what you give it. Those who run it can write
their own; until then this one holds. It describes the software, so it is true of every day.

## What is kept

- **Your login**: username, e-mail address, language, and a scrambled form of your password from
  which the password cannot be read.
- **Your profile**: what you write there, your pictures, and the day you came.
- **Your posts**, with pictures and their descriptions, polls and votes, edits and when they were
  made. Places and other hidden data in pictures are removed when they arrive.
- **What you do**: whom you follow, block and mute, favourites, bookmarks, boosts, lists, filters,
  private notes, how far you have read, and which apps you let in.
- **Network addresses** from which you signed in, for a year after you last did so from there, so
  that misuse can be stopped. The pages and the API keep no record of what you read.
- **Notifications to devices**: if you ask an app for them, the address that its maker gives out for
  you. What is sent there is encrypted for your device alone.

There are no advertisements, no tracking, and nothing of other companies on our pages. The only
cookies keep you signed in and protect forms.

## Who sees it

- Posts go to whom you choose. *Public* and *unlisted* ones can be read by everybody in the world;
  *followers only* by your followers; those for *mentioned people* by them.
- Posts, and what you do with those of others, are handed to the servers of the people concerned.
  Those servers keep copies and are run by others; we ask them to delete what you delete, and cannot
  make them.
- **Private messages are not encrypted end to end.** Those who run this server, and those who run
  the servers of the people you write to, could read them. Send no secrets.
- Pictures of other servers come to you through this one, so their owners do not learn who looks.
- Staff see reports, and what is needed to answer them. What they do is written down.
- Nothing is sold or given to anybody else, unless the law demands it.

## How long

- Posts, pictures and your account stay until you delete them, or the account is deleted.
- Records of what other servers sent are deleted after 30 days, of what was sent to them after 7.
- Copies of other servers' pictures are deleted when nobody has looked at them for some time.
- Backups, and the log of the web server in front of this one, are in the hands of those who run it;
  ask them.

## Your rights

You can read and change your data in any app, and ask for a copy or for its deletion.
{contact}
"""
