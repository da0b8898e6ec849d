"""How a status reaches people: the outbox to other servers, homes and notifications here.

Functions take the caller's transaction first: what they write is written with the cause.
"""
