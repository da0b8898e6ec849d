"""Whatever is sent to whatever route: a clear refusal, never a failure of ours, never a change."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule

from fedschool.model.account import Role
from tests.api.staff import STAFF_SCOPES
from tests.people import Answer, School, Teacher

NAMES = (
    "status", "media_ids", "in_reply_to_id", "sensitive", "spoiler_text", "visibility", "language",
    "scheduled_at", "poll", "id", "limit", "max_id", "since_id", "min_id", "q", "resolve",
    "offset", "types", "exclude_types", "display_name", "note", "fields_attributes", "source",
    "locked", "avatar", "header", "reblogs", "notify", "languages", "duration", "notifications",
    "any", "all", "none", "local", "only_media", "acct", "description", "focus", "file",
    "client_name", "redirect_uris", "scopes", "website", "grant_type", "client_id",
    "client_secret", "code", "redirect_uri", "scope", "username", "email", "password",
    "agreement", "locale", "token", "pinned", "tagged", "account_id", "type", "comment",
    "choices", "options", "expires_in",
    "following", "name", "value", "privacy", "quote_policy", "avatar_description",
    "header_description", "bot", "discoverable", "indexable", "hide_collections", "show_featured",
    "show_media", "show_media_replies", "attribution_domains", "remote", "active", "pending",
    "disabled", "silenced", "suspended", "sensitized", "staff", "by_domain", "ip", "origin",
    "permissions", "role_ids", "invited_by", "report_id", "text", "severity", "domain",
    "allow_with_approval", "canonical_email_hash", "keys", "start_at", "end_at", "frequency",
    "resolved", "target_account_id", "category", "rule_ids", "reject_media", "reject_reports",
    "obfuscate", "private_comment", "public_comment", "with_dismissed", "tag_name", "account_ids",
    "order", "keyword", "whole_word", "_destroy", "title", "context", "filter_action",
    "keywords_attributes", "status_id", "phrase", "irreversible", "timeline", "last_read_id",
    "home", "thumbnail", "grouped_types", "expand_accounts", "filter_not_following",
    "filter_not_followers", "filter_new_accounts", "filter_private_mentions", "include_filtered",
    "confidential", "token_endpoint_auth_method", "code_verifier", "url", "maxwidth", "maxheight",
    "format", "p256dh", "auth", "endpoint", "standard", "mention", "alerts", "policy",
    "subscription", "data", "quote_approval_policy", "quoted_status_id", "status_ids", "forward",
    "forward_to_domains", "exclude_unreviewed", "reason", "delete_media", "stream", "tag", "list",
    "exclude_replies", "exclude_reblogs", "tag_uses", "include_subdomains", "replies_policy",
    "exclusive", "for_not_following", "for_limited_accounts", "multiple", "hide_totals", "uri",
)  # fmt: skip
# Words that mean something somewhere, to come past the first check
WORDS = (
    "2026-11-24", "9999-12-31T23:59:59Z", "public", "day", "home", "warn", "accept", "silence",
    "followed", "none", "spam", "oak.test", "elm.test", "=1+1", "active_users", "tag_uses",
)  # fmt: skip
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False),
    st.text(max_size=40),
    st.sampled_from(
        ["", "0", "-1", "1e999", "9" * 30, "\x00", "\ud7ff\u202e", "../..", "' OR 1=1 --", "@@@"]
    ),
    st.sampled_from(WORDS),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*NAMES, "0", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)
BODIES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=16)
PLACES = st.sampled_from(["0", "1", "-1", "9" * 19, "9" * 40, "x", "%00", "ä", "1.0", "me", "self"])
RAW = [
    b"",
    b"{",
    b"[1]",
    b"null",
    b"\xff\xfe",
    b'"x"',
    b"[" * 2_000,
    b'{"a":' * 200,
    b"a=b&a[b]=c&a[]=d",
]
TYPES = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/x"]


def _routes(school: School) -> list[tuple[str, Rule]]:
    return [
        (method, rule)
        for rule in school.app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if rule.rule.startswith(("/api/", "/oauth/", "/.well-known/", "/nodeinfo", "/inbox"))
    ]


def _path(rule: Rule, place: str) -> str:
    path = rule.rule
    for name in rule.arguments:
        kind = next(part for part in path.split("<") if part.split(">")[0].endswith(name))
        path = path.replace(f"<{kind.split('>')[0]}>", place)
    return path


def _require_clear(answer: Answer, method: str, path: str) -> None:
    assert answer.status < 500 or answer.status == 501, (method, path, answer.text[:300])
    if answer.status >= 400 and "json" in answer.headers.get("Content-Type", ""):
        assert answer.json["error"], (method, path)


async def _fingerprint(teacher: Teacher) -> Any:
    """What a stranger's nonsense must not have changed."""
    profile = await teacher.reads("/api/v1/accounts/verify_credentials")
    statuses = await teacher.reads(f"/api/v1/accounts/{teacher.id}/statuses")
    return json.dumps([profile, statuses], sort_keys=True)


@pytest.mark.parametrize("signed_in", [True, False], ids=["signed in", "stranger"])
async def test_unreadable_bodies_are_refused(school: School, signed_in: bool) -> None:
    victim = await school.teacher("victim")
    await victim.says("Leave me alone")
    before = await _fingerprint(victim)
    caller = await school.teacher("caller") if signed_in else school.stranger

    for method, rule in _routes(school):
        path = _path(rule, "1")
        for raw in RAW:
            for type_ in TYPES if len(raw) < 20 else TYPES[:1]:
                headers = {"Content-Type": type_}
                answer = await caller.call(method, path, data=raw, headers=headers)
                _require_clear(answer, method, path)

    assert await _fingerprint(victim) == before


@pytest.mark.parametrize("role", [Role.TEACHER, Role.ADMIN])
async def test_nonsense_values_never_fail_us_nor_touch_others(school: School, role: Role) -> None:
    victim = await school.teacher("victim")
    await victim.says("Leave me alone", visibility="private")
    before = await _fingerprint(victim)
    caller = await school.teacher("caller", STAFF_SCOPES, role=role)
    routes = _routes(school)
    cases: list[tuple[dict[str, Any], str]] = []

    @settings(
        max_examples=40,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(body=BODIES, place=PLACES)
    def gather(body: dict[str, Any], place: str) -> None:
        cases.append((body, place))

    gather()
    for n, (body, place) in enumerate(cases):
        for method, rule in routes[n % 3 :: 3]:
            path = _path(rule, place)
            if method == "GET":
                query = {k: v for k, v in body.items() if isinstance(v, str | int)}
                answer = await caller.call(method, path, query_string=query)
            else:
                answer = await caller.call(method, path, json=body)
            _require_clear(answer, method, path)

    assert await _fingerprint(victim) == before


async def test_ids_of_others_open_nothing(school: School) -> None:
    victim, eve = await school.teacher("victim"), await school.teacher("eve")
    secret = await victim.says("Only mine", visibility="direct")

    for method, rule in _routes(school):
        if "status_id" in rule.arguments:
            path = _path(rule, secret["id"])
            answer = await eve.call(method, path, json={"status": "taken over"})
            assert answer.status in (404, 422), (method, path, answer.text)
    assert (await victim.reads(f"/api/v1/statuses/{secret['id']}"))["content"] == "<p>Only mine</p>"


@pytest.mark.parametrize("path", ["/oauth/token", "/api/v1/apps", "/auth/sign_in"])
async def test_endless_forms_are_not_read_to_their_end(school: School, path: str) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}

    long = await school.stranger.post(path, data=b"a=1&" * 200_000, headers=kind)
    many = await school.stranger.post(path, data=b"a=1&" * 2_000, headers=kind)

    assert long.status in (400, 413)
    assert "too large" in long.text
    assert many.status == 400
    assert "too many fields" in many.text


@pytest.mark.parametrize("number", ["²", "9" * 19, "9" * 30, "-1", "1.5"])
async def test_what_looks_like_an_id_and_is_none_is_refused(school: School, number: str) -> None:
    ada = await school.teacher("ada")

    reply = await ada.post("/api/v1/statuses", json={"status": "x", "in_reply_to_id": number})
    media = await ada.post("/api/v1/statuses", json={"status": "x", "media_ids": [number]})

    assert reply.status == 404
    assert media.status == 422
