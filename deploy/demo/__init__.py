"""The demo: two schools on one machine, with people who know one another across them.

It knows no more of fedschool than anybody: the command line, and the Mastodon API over HTTP.
"""
