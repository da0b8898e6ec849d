"""What servers of the fediverse do among themselves, and the tests that hold us to it.

Each row has a number, a need (A: a school cannot do without; B: it is better off with; C: it may)
and the tests that hold it, or why nothing does. `pytest -s` on this file prints the sum.
"""

import ast
from functools import cache
from pathlib import Path

import msgspec
import pytest

TESTS = Path(__file__).parent.parent


class Row(msgspec.Struct, frozen=True):
    """`held`: `path::name` of tests, from `tests/`. `missing`: what is not held, and why."""

    number: int
    need: str
    name: str
    held: tuple[str, ...] = ()
    missing: str = ""


def _row(number: int, need: str, name: str, *held: str, missing: str = "") -> Row:
    return Row(number, need, name, held, missing)


_FED, _PURE = "federation/test_", "activitypub/test_"

ROWS = (
    _row(
        1,
        "A",
        "webfinger",
        _FED + "discovery.py::test_a_teacher_is_found_by_handle_actor_and_page",
        _FED + "discovery.py::test_nobody_else_is_found",
        _FED + "remote.py::test_a_handle_may_live_on_another_domain_than_its_actor",
        _FED + "remote.py::test_a_domain_does_not_adopt_the_people_of_another",
    ),
    _row(
        2,
        "B",
        "host-meta",
        _FED + "discovery.py::test_host_meta_points_to_webfinger",
        missing="not read: WebFinger must answer where the handle is, or the actor must name it",
    ),
    _row(3, "A", "nodeinfo (FEP-f1d5)", _FED + "discovery.py::test_nodeinfo_counts_what_there_is"),
    _row(
        4,
        "A",
        "kinds of actors",
        _PURE + "peers.py::test_actor_of_every_peer_is_understood",
    ),
    _row(5, "A", "instance actor", _FED + "discovery.py::test_the_school_is_an_actor_of_its_own"),
    _row(
        6,
        "A",
        "cavage signatures out",
        _PURE + "signatures.py::test_our_own_signature_names_what_it_covers",
        "live/test_fedify.py::test_our_post_is_delivered_edited_and_deleted",
    ),
    _row(
        7,
        "A",
        "cavage signatures in",
        _PURE + "signatures.py::test_known_algorithms_are_believed",
        _PURE + "signatures.py::test_created_may_stand_for_the_date",
        _PURE + "signatures.py::test_query_string_may_be_left_out_of_the_target",
        _PURE + "signatures.py::test_the_window_is_twelve_hours_back_and_one_ahead",
        _FED + "senders.py::test_a_key_may_be_a_document_of_its_own",
    ),
    _row(
        8,
        "A",
        "RFC 9421 in",
        _FED + "senders.py::test_a_signed_activity_is_taken_in_by_any_inbox",
        _PURE + "signatures.py::test_rfc9421_components_that_cover_the_target_are_believed",
    ),
    _row(
        9,
        "B",
        "RFC 9421 out",
        _FED + "knocking.py::test_documents_are_asked_for_in_the_newer_way_too",
    ),
    _row(
        10,
        "B",
        "double knocking",
        _FED + "knocking.py::test_a_server_that_knows_the_newer_way_alone_is_found_out_once",
        _FED + "knocking.py::test_a_server_that_refuses_everything_is_not_asked_twice_each_time",
        missing="what hosts took is forgotten at a restart; the order is fixed",
    ),
    _row(
        11,
        "A",
        "new keys",
        _FED + "senders.py::test_a_new_key_is_looked_up_once",
        _FED + "senders.py::test_wrong_keys_do_not_make_us_ask_again_and_again",
        _FED + "senders.py::test_a_key_that_cannot_be_had_is_asked_for_once",
    ),
    _row(
        12,
        "A",
        "authorized fetch",
        _FED + "documents.py::test_who_asks_must_sign_where_the_school_says_so",
    ),
    _row(
        13,
        "A",
        "shared inbox",
        _FED + "senders.py::test_a_signed_activity_is_taken_in_by_any_inbox",
        "live/test_durability.py::test_post_reaches_every_inbox_once_when_the_kill_comes_before_the_delivery",
    ),
    _row(
        14,
        "A",
        "delivery that waits",
        "live/test_dead_hosts.py::test_hosts_that_refuse_or_hang_delay_nobody_else",
        "live/test_dead_hosts.py::test_inbox_that_is_gone_is_not_tried_again",
        "live/test_dead_hosts.py::test_delivery_is_given_up_after_days_and_not_before",
    ),
    _row(15, "C", "inbox forwarding", missing="peers fetch answers themselves"),
    _row(
        16,
        "B",
        "followers in step",
        _FED
        + "synchronization.py::test_a_private_post_says_whom_of_a_server_we_take_for_followers",
        _FED + "synchronization.py::test_a_list_that_differs_brings_both_sides_into_line",
        _FED + "synchronization.py::test_nothing_changes_on_a_doubtful_word",
    ),
    _row(
        17,
        "B",
        "integrity proofs",
        missing="needs Ed25519 keys of people; what is passed on is refetched",
    ),
    _row(18, "B", "Multikeys", missing="needs Ed25519 keys of people, which nobody has yet"),
    _row(
        20,
        "A",
        "origins",
        _FED + "remote.py::test_a_server_speaks_for_itself_alone",
        _FED + "remote.py::test_a_redirect_to_another_server_proves_nothing",
        _FED + "posts.py::test_nobody_posts_in_another_name",
    ),
    _row(
        21,
        "A",
        "media types",
        _FED + "documents.py::test_a_document_comes_in_the_type_that_is_asked_for",
        _FED + "remote.py::test_an_upload_is_no_post",
        _PURE + "parse.py::test_only_the_two_activitypub_media_types_are_allowed",
    ),
    _row(
        22,
        "A",
        "audiences",
        _FED + "posts.py::test_the_audience_is_the_author_s_choice",
        _PURE + "audience.py::test_the_public_has_three_names",
        _PURE + "audience.py::test_visibility_survives_the_way_through_to_and_cc",
    ),
    _row(
        23,
        "A",
        "posts that stay here",
        _FED + "outgoing.py::test_a_post_that_stays_here_reaches_no_other_server",
        "api/test_scheduled.py::test_what_is_to_stay_here_stays_here_later",
    ),
    _row(
        24,
        "A",
        "edits",
        _FED + "changes.py::test_an_edit_is_shown_with_its_history",
        _FED + "changes.py::test_an_old_version_does_not_replace_a_newer_one",
        _FED + "outgoing.py::test_who_touched_a_public_post_gets_its_new_version",
    ),
    _row(
        25,
        "A",
        "deletions",
        _FED + "changes.py::test_a_deleted_post_is_gone_for_good",
        _FED + "changes.py::test_a_deletion_that_comes_first_holds",
        _FED + "documents.py::test_a_deleted_post_leaves_a_tombstone",
    ),
    _row(
        26,
        "A",
        "people who leave",
        _FED + "changes.py::test_a_person_who_leaves_takes_everything_along",
        _FED + "changes.py::test_a_person_whose_key_left_first_takes_everything_along",
        _FED + "changes.py::test_nobody_is_erased_whose_server_still_knows_them",
    ),
    _row(
        27,
        "A",
        "undoing",
        _FED + "follows.py::test_an_undo_may_name_the_follow_by_its_id_alone",
        _FED + "follows.py::test_a_consent_taken_back_ends_the_follow",
        _FED + "follows.py::test_a_block_is_undone_by_its_id_alone",
        _FED + "deeds.py::test_a_favourite_is_taken_back",
        _FED + "deeds.py::test_a_boost_is_counted_once_told_and_taken_back",
    ),
    _row(
        28,
        "A",
        "follows",
        _FED + "follows.py::test_a_remote_person_follows_and_is_accepted",
        _FED + "follows.py::test_a_rejected_follow_is_over",
        "live/test_fedify_people.py::test_locked_account_here_decides_on_requests",
        "live/test_fedify_people.py::test_remover_of_a_follower_is_believed",
    ),
    _row(
        29,
        "A",
        "blocks",
        _FED + "follows.py::test_a_block_parts_both_and_can_be_undone",
        "api/test_relationships.py::test_blocked_person_elsewhere_is_turned_away",
    ),
    _row(
        30,
        "B",
        "moving",
        _FED + "move.py::test_leaver_is_the_other_account_and_followers_hear_it",
        _FED + "move.py::test_local_followers_go_along_with_somebody_elsewhere",
        _FED + "move.py::test_move_that_one_side_does_not_confirm_moves_nobody",
    ),
    _row(
        31,
        "A",
        "reports",
        _FED + "flags.py::test_a_report_from_another_server_reaches_the_staff",
        _FED + "flags.py::test_a_forwarded_report_arrives_signed_by_the_school",
    ),
    _row(
        32,
        "A",
        "boosts",
        _FED + "deeds.py::test_a_boosted_post_of_a_stranger_is_fetched_from_its_own_server",
        _FED + "deeds.py::test_a_private_post_is_not_spread_by_boosts",
        _FED + "deeds.py::test_a_boost_is_counted_once_told_and_taken_back",
    ),
    _row(33, "A", "favourites", _FED + "deeds.py::test_a_favourite_is_counted_once_and_told"),
    _row(
        34,
        "B",
        "emoji reactions (FEP-c0e0)",
        _FED + "deeds.py::test_a_favourite_is_counted_once_and_told",
    ),
    _row(
        35,
        "A",
        "polls",
        _FED + "polls.py::test_question_goes_out_with_its_options_and_end",
        _FED + "polls.py::test_votes_that_arrive_are_counted_and_their_sum_is_told_once",
        _FED + "polls.py::test_vote_goes_to_the_author_alone",
        _FED + "polls.py::test_counts_that_arrive_replace_ours",
    ),
    _row(
        36,
        "A",
        "mentions",
        _FED + "posts.py::test_a_person_who_is_named_is_told",
        _FED + "posts.py::test_a_person_addressed_but_not_named_may_see_it_and_is_not_told",
    ),
    _row(
        37,
        "A",
        "hashtags",
        _FED + "posts.py::test_a_post_is_shown_as_it_was_written",
        "api/test_featured_tags.py::test_other_servers_read_featured_hashtags",
    ),
    _row(
        38,
        "A",
        "custom emojis",
        _FED + "emoji.py::test_the_same_name_on_two_servers_is_two_emojis",
        _FED + "emoji.py::test_our_emojis_go_out_with_posts_and_profiles",
        _PURE + "peers.py::test_akkoma_reacts_with_an_emoji_of_null_id",
    ),
    _row(
        39,
        "A",
        "attachments",
        _FED + "posts.py::test_a_post_is_shown_as_it_was_written",
        _FED + "emoji.py::test_films_of_other_servers_come_with_what_is_said_of_them",
        _PURE + "peers.py::test_gotosocial_describes_pictures_by_summary_and_sends_single_values",
    ),
    _row(40, "C", "preview cards told", missing="each server makes its own preview"),
    _row(
        41,
        "A",
        "content warnings",
        _FED + "posts.py::test_a_post_is_shown_as_it_was_written",
        _PURE + "render.py::test_a_note_comes_back_as_it_was_written",
    ),
    _row(
        42,
        "A",
        "languages",
        _PURE + "parse.py::test_content_may_come_as_a_language_map_alone",
        _PURE + "parse.py::test_language_is_that_of_the_version_that_is_shown",
        _PURE + "render.py::test_a_note_comes_back_as_it_was_written",
    ),
    _row(
        43,
        "A",
        "threads",
        _FED + "posts.py::test_the_thread_above_a_post_is_fetched",
        _FED + "posts.py::test_a_thread_is_fetched_so_far_and_no_farther",
        _FED + "posts.py::test_a_thread_that_bites_its_tail_ends",
    ),
    _row(
        44,
        "B",
        "answers elsewhere",
        _FED + "documents.py::test_answers_are_listed_as_far_as_anybody_may_see_them",
        "api/test_async_refreshes.py::test_answers_that_we_missed_are_found_in_the_background",
        "api/test_async_refreshes.py::test_only_what_the_origin_says_is_believed",
    ),
    _row(
        45,
        "B",
        "threads as collections",
        _FED + "documents.py::test_answers_are_listed_as_far_as_anybody_may_see_them",
    ),
    _row(46, "C", "likes and shares", _FED + "documents.py::test_likes_and_shares_are_counted"),
    _row(
        47,
        "A",
        "pinned posts",
        _FED + "documents.py::test_pinned_posts_are_featured",
        _FED + "deeds.py::test_the_author_pins_and_unpins",
        _FED + "outgoing.py::test_a_pinned_post_is_told_to_followers_and_a_private_one_is_not",
        _FED + "acquaintance.py::test_pinned_posts_come_with_the_first_follow",
        _FED + "deeds.py::test_nobody_pins_to_another_s_profile",
    ),
    _row(
        48,
        "A",
        "collections of people and posts",
        _FED + "documents.py::test_the_outbox_holds_what_anybody_may_see",
        _FED + "acquaintance.py::test_the_first_follow_brings_what_was_posted_lately",
        _FED + "documents.py::test_followers_are_listed_unless_they_are_hidden",
    ),
    _row(
        49,
        "B",
        "profile fields",
        _PURE + "render.py::test_actor_comes_back_as_it_was_written",
        "api/test_profile.py::test_remote_peoples_links_are_proven_here_too",
    ),
    _row(
        50,
        "A",
        "who wants to be found (FEP-5feb)",
        _PURE + "render.py::test_actor_comes_back_as_it_was_written",
        _PURE + "render.py::test_actor_that_moved_or_is_suspended_says_so",
        "api/test_search_posts.py::test_public_posts_of_those_who_allow_it_are_found_by_their_words",
    ),
    _row(
        51,
        "C",
        "authors of web pages",
        "api/test_cards.py::test_attribution_domains_are_names_of_websites",
    ),
    _row(
        52,
        "B",
        "quotes",
        _FED + "quotes.py::test_request_is_granted_by_the_policy_and_documented",
        _FED + "quotes.py::test_quote_with_its_author_s_consent_stands",
        _FED + "quotes.py::test_only_the_author_takes_consent_back",
        _FED + "quotes.py::test_older_words_stand_for_one_s_own_posts_alone",
    ),
    _row(
        53,
        "B",
        "who may answer, like, boost",
        missing="only who may quote or recommend is told and heeded; answers need approvals first",
    ),
    _row(
        54,
        "A",
        "other kinds of objects",
        _FED + "posts.py::test_other_kinds_of_posts_are_shown_too",
        _PURE + "parse.py::test_event_tells_when_and_where",
        _PURE + "peers.py::test_peertube_video_is_attributed_to_the_person_and_links_to_its_page",
        _PURE + "peers.py::test_wordpress_article_shows_title_and_summary_but_no_warning",
    ),
    _row(
        55,
        "B",
        "groups elsewhere",
        _FED + "groups.py::test_what_a_member_posts_is_shown_as_the_group_s_boost",
        _FED + "groups.py::test_answers_in_a_group_join_their_thread_alone",
        _FED + "groups.py::test_a_group_does_not_delete_what_is_still_there",
        _FED + "groups.py::test_hearsay_counts_for_nothing",
        missing="favourites that a group passes on are not counted",
    ),
    _row(56, "B", "groups of our own", missing="comes with the rooms of a school"),
    _row(57, "C", "relays", missing="a school reads its own people and whom they follow"),
    _row(
        58,
        "A",
        "blocked servers",
        _FED + "domain_policy.py::test_inbox_of_a_blocked_server_is_refused",
        _FED + "domain_policy.py::test_limited_server_is_limited_with_its_newcomers",
        _FED + "domain_policy.py::test_subdomains_and_other_spellings_are_the_same_server",
    ),
    _row(
        59,
        "A",
        "allowed servers alone",
        _FED + "domain_policy.py::test_only_allowed_servers_are_spoken_to_where_the_school_says_so",
    ),
    _row(
        60,
        "A",
        "pictures through ours",
        "api/test_media_proxy.py::test_a_remote_picture_is_fetched_once_and_shown_from_here",
        "api/test_media_proxy.py::test_copies_go_after_a_week_and_come_again",
        "api/test_media_proxy.py::test_too_large_a_file_is_not_fetched_to_its_end",
    ),
    _row(
        61,
        "B",
        "taking along",
        "cli/test_exports.py::test_what_was_written_can_be_taken_in_again",
        "cli/test_exports.py::test_archive_holds_all_that_a_person_wrote",
    ),
    _row(
        62,
        "B",
        "following from elsewhere",
        "web/test_interact.py::test_every_way_to_name_a_person_or_post_is_understood",
        _FED + "discovery.py::test_a_teacher_is_found_by_handle_actor_and_page",
    ),
    _row(
        63,
        "A",
        "federation document (FEP-67ff)",
        "test_docs.py::test_proposals_that_the_federation_document_names_are_in_the_code_or_held",
        "test_docs.py::test_activities_that_the_federation_document_names_are_those_we_take_in",
    ),
    _row(
        64,
        "C",
        "the server's own address (FEP-d556)",
        _FED + "discovery.py::test_the_school_s_actor_is_found_by_its_address_and_by_nodeinfo",
    ),
    _row(
        65,
        "C",
        "nodeinfo names the server's actor (FEP-2677)",
        _FED + "discovery.py::test_the_school_s_actor_is_found_by_its_address_and_by_nodeinfo",
    ),
    _row(
        66,
        "B",
        "handles in documents (FEP-2c59)",
        _FED + "remote.py::test_a_handle_that_an_actor_gives_itself_counts_when_its_domain_agrees",
        _FED + "remote.py::test_a_teachers_actor_names_her_handle",
    ),
    _row(
        69,
        "A",
        "strange ids",
        _PURE + "parse.py::test_objects_without_a_usable_id_are_malformed",
        _PURE + "parse.py::test_any_object_is_understood_or_malformed",
    ),
    _row(
        70,
        "C",
        "collections of people (FEP-7aa9)",
        _FED + "collections.py::test_somebody_elsewhere_is_asked_and_then_shown",
        _FED + "collections.py::test_forged_consent_shows_nobody",
        _FED + "collections.py::test_consent_that_was_taken_back_is_not_given_again",
    ),
    _row(
        71,
        "A",
        "every server's shapes",
        _PURE + "peers.py::test_activity_of_every_peer_is_understood",
        _PURE + "peers.py::test_publication_of_every_peer_is_understood",
        _PURE + "parse.py::test_wrong_typed_values_count_as_absent",
        _FED + "senders.py::test_what_is_not_understood_is_left_quietly",
    ),
    _row(
        72,
        "A",
        "bounds",
        _FED + "senders.py::test_a_body_has_its_bounds",
        _PURE + "parse.py::test_bodies_that_are_no_sound_document_are_malformed",
        _PURE + "parse.py::test_counts_are_bounded",
        "ports/test_http_client.py::test_redirects_are_followed_three_times",
        "ports/test_http_client.py::test_the_deadline_covers_drips",
    ),
)


@cache
def _tests_of(path: str) -> frozenset[str]:
    tree = ast.parse((TESTS / path).read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.number} {row.name}")
def test_row_is_held_by_tests_that_exist_or_says_why_not(row: Row) -> None:
    assert row.held or row.missing

    for name in row.held:
        path, _, test = name.partition("::")
        assert test in _tests_of(path), name


def test_rows_are_numbered_and_needed() -> None:
    numbers = [row.number for row in ROWS]

    assert numbers == sorted(set(numbers))
    assert {row.need for row in ROWS} == {"A", "B", "C"}


def test_sum_is_printed() -> None:
    def told(need: str) -> str:
        asked = [row for row in ROWS if row.need == need]
        return f"{need} held {sum(bool(row.held) for row in asked)} of {len(asked)}"

    for row in ROWS:
        if row.missing:
            print(f"{row.need} {row.number} {row.name}: {row.missing}")
    print(f"{told('A')}, {told('B')}, {told('C')}")
