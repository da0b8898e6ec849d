"""What is known to have gone wrong in other servers, by id, and where each is held against us.

One row for each flaw: its first id, then the others under which it is known. What has no id of
its own is named after the project or, as `class-…`, after the kind of flaw.
"""

ROWS: tuple[tuple[str, ...], ...] = (
    # Who said it
    ("CVE-2024-23832", "GHSA-3fjr-858r-92rw"),
    ("CVE-2024-25623", "GHSA-jhrq-qvrm-qr36"),
    ("CVE-2024-25636",),
    ("CVE-2023-42451", "GHSA-v3xf-c9qf-j667"),
    ("CVE-2022-24307",),
    ("CVE-2026-46349",),
    ("CVE-2026-48028", "GHSA-53m7-2wrh-q839"),
    ("CVE-2026-50128",),
    ("CVE-2026-46713", "GHSA-w8x2-gpq6-jxvf"),
    ("CVE-2026-42462", "GHSA-9rfg-v8g9-9367"),
    ("GHSA-2vxv-pv3m-3wvj",),
    ("GHSA-3f39-6537-3cgc",),
    ("CVE-2026-28432", "GHSA-grwc-c762-gcvp"),
    ("CVE-2024-52591", "CVE-2025-25306"),
    ("GHSA-7vgr-p3vc-p4h2",),
    ("CVE-2025-54888", "GHSA-6jcc-xgcr-q3h4"),
    ("CVE-2026-73090", "GHSA-g9p4-f7h8-hc86"),
    ("GHSA-37jf-59fg-9hpr",),
    ("Fedify-963",),
    ("Pleroma-2.9.1",),
    ("Pleroma-WebFinger",),
    ("Pleroma-containment",),
    ("Mastodon-37375",),
    ("class-digest",),
    ("class-coverage",),
    ("class-unasked-answer",),
    ("class-neighbour",),
    ("class-replay",),
    ("class-forged-deed",),
    ("GHSA-xmpx-2j2f-c7g7", "GHSA-gwfj-h8r7-792v"),
    ("CVE-2025-62605", "GHSA-8h43-rcqj-wpc6", "CVE-2026-33869", "GHSA-q4g8-82c5-9h33"),
    ("CVE-2026-47777", "GHSA-vg36-gxjg-2v46"),
    # Who may see or do it
    ("CVE-2024-37903", "GHSA-xjvf-fm67-4qc3"),
    ("CVE-2025-30741",),
    ("CVE-2024-25108", "GHSA-gccq-h3xj-jgvf"),
    ("CVE-2026-23961", "GHSA-5h2f-wg8j-xqwp"),
    ("GHSA-5fq7-3p3j-9vrf",),
    ("CVE-2026-22246", "GHSA-ww85-x9cp-5v24"),
    ("CVE-2026-23964", "GHSA-f3q8-7vw3-69v4"),
    ("GHSA-wr2m-38xh-rpc9",),
    ("CVE-2026-72915", "GHSA-hx34-2pfw-2qfj"),
    ("CVE-2026-72914", "GHSA-7jvv-fhmg-wpfw"),
    ("GHSA-62j4-hvj7-px3f",),
    ("CVE-2025-27399", "GHSA-94h4-fj37-c825"),
    ("CVE-2022-48364",),
    ("GHSA-95q8-x6r6-672m", "GHSA-jmxc-hhwx-gvv3"),
    ("GHSA-46g9-847m-qf8r",),
    ("CVE-2024-25619", "GHSA-7w3c-p9j8-mq3x"),
    ("CVE-2025-62175", "GHSA-r2fh-jr9c-9pxh"),
    ("CVE-2025-62176", "GHSA-7gwh-mw97-qjgp"),
    ("CVE-2024-25618", "GHSA-vm39-j3vx-pch3"),
    ("CVE-2025-24896",),
    ("CVE-2026-57574", "GHSA-2m5x-5mp6-6vpq"),
    ("GHSA-vx32-x96w-qq65",),
    ("CVE-2026-59825", "GHSA-3rhr-8phh-jm86"),
    ("CVE-2026-41259", "GHSA-5r37-qpwq-2jhh"),
    ("CVE-2025-54879", "CVE-2025-27157", "GHSA-q3rg-xx5v-4mxh"),
    (
        "CVE-2023-49952",
        "GHSA-c2r5-cfqr-c553",
        "GHSA-2hrg-7x4g-9vpg",
        "CVE-2025-66482",
        "GHSA-wwrj-3hvj-prpm",
    ),
    ("GHSA-xgg7-8hvq-8m65", "GHSA-qxrw-f6fh-34r7"),
    ("GHSA-wp9f-cmff-p8r2",),
    # Where it goes
    ("CVE-2023-42450", "GHSA-hcqf-fw2r-52g4"),
    ("CVE-2026-22245", "GHSA-xfrj-c749-jxxq"),
    ("CVE-2026-46348", "GHSA-crr4-7rm4-8gpw"),
    ("CVE-2026-47389", "GHSA-xx55-4rrg-8xg6", "GHSA-vwhj-3g83-v276"),
    ("CVE-2026-27477",),
    ("CVE-2026-33868",),
    ("CVE-2024-39687", "GHSA-p9cg-vqcc-grcx"),
    ("CVE-2026-50131", "GHSA-xw9q-2mv6-9fr8"),
    ("CVE-2026-77632", "GHSA-cxc3-7q96-6cpx"),
    ("CVE-2026-62857", "GHSA-hqph-j65v-8cq5"),
    ("CVE-2026-33693", "GHSA-q537-8fr5-cw35"),
    ("GHSA-7723-35v7-qcxw",),
    (
        "CVE-2026-42180",
        "GHSA-3jvj-v6w2-h948",
        "CVE-2026-42181",
        "GHSA-h6hf-9846-xwrq",
        "GHSA-c482-7gjx-pp36",
    ),
    ("CVE-2026-29178", "GHSA-jvxv-2jjp-jxc3"),
    ("CVE-2021-39195", "CVE-2024-52579", "GHSA-5q3h-wpfw-hjjw"),
    ("Owncast-5121",),
    ("class-addresses-of-others",),
    # What it carries
    ("CVE-2023-36459", "GHSA-ccm4-vgcc-73hp"),
    ("CVE-2023-36460", "GHSA-9928-3cp5-93fm"),
    ("CVE-2023-36462", "GHSA-55j9-c3mp-6fcq"),
    ("CVE-2023-42452", "GHSA-2693-xr3m-jhqr"),
    ("CVE-2025-46340",),
    ("Pleroma-2.0.1",),
    ("Lemmy-2023-emoji", "GHSA-2g66-9fr3-ppwj"),
    ("GHSA-jxwq-h9xv-hr28",),
    ("CVE-2026-73211", "GHSA-pqr4-34h8-g39x"),
    ("Mastodon-4.1.3",),
    ("CVE-2026-8461",),
    ("class-place-in-pictures",),
    ("class-address-elsewhere",),
    ("class-emoji-of-others",),
    # How much
    ("CVE-2023-36461", "GHSA-9pxv-6qvf-pjwc"),
    ("CVE-2022-46405",),
    ("CVE-2026-23962", "GHSA-gg8q-rcg7-p79g"),
    ("CVE-2026-23963",),
    ("CVE-2026-50129", "GHSA-qrgq-9fx2-vf2r"),
    ("GHSA-vgm8-frgh-rh2v",),
    ("CVE-2026-27468", "GHSA-qgmm-vr4c-ggjg"),
    ("CVE-2025-23221", "GHSA-c59p-wq67-24wx", "CVE-2026-34148", "GHSA-gm9m-gwc4-hwgp"),
    ("CVE-2025-68475", "GHSA-rchf-xwx2-hm93"),
    ("CVE-2026-69132", "GHSA-fx98-wc5v-jrg5"),
    ("CVE-2024-49363", "GHSA-gq5q-c77c-v236"),
    ("class-fetches-per-activity",),
    ("class-huge-documents",),
)

_SIGNATURES = "tests/activitypub/test_signatures.py"
_PARSE = "tests/activitypub/test_parse.py"
_SENDERS = "tests/federation/test_senders.py"
_REMOTE = "tests/federation/test_remote.py"
_CHANGES = "tests/federation/test_changes.py"
_STAFF = "tests/api/test_admin_accounts.py"
_CLIENT = "tests/ports/test_http_client.py"
_GUARD = (
    "tests/ports/test_http_guard.py"
    "::test_addresses_that_are_not_public_are_refused_as_literals_and_behind_names"
)
_PROXY = "tests/api/test_media_proxy.py"
_CARDS = "tests/api/test_cards.py"

HELD_ELSEWHERE: dict[str, str | tuple[str, ...]] = {
    "CVE-2024-25623": f"{_REMOTE}::test_an_upload_is_no_post",
    "CVE-2024-25636": f"{_SENDERS}::test_an_actor_with_the_wrong_type_of_content_is_none",
    "CVE-2023-42451": (
        "tests/activitypub/test_uris.py::test_what_can_be_misread_has_no_host",
        "tests/activitypub/test_uris.py::test_lookalikes_of_a_local_person_name_nobody",
    ),
    "GHSA-3f39-6537-3cgc": f"{_SENDERS}::test_nobody_speaks_for_another_server",
    "CVE-2026-28432": (
        f"{_SIGNATURES}::test_tampering_with_the_request_is_refused",
        f"{_SENDERS}::test_a_request_that_was_changed_is_refused",
    ),
    "GHSA-7vgr-p3vc-p4h2": (
        f"{_PARSE}::test_objects_without_a_usable_id_are_malformed",
        f"{_SENDERS}::test_an_activity_has_its_id_on_its_own_server",
    ),
    "Pleroma-2.9.1": (
        f"{_REMOTE}::test_a_redirect_to_another_server_proves_nothing",
        f"{_REMOTE}::test_an_upload_is_no_post",
        f"{_REMOTE}::test_an_address_of_nothing_leads_nowhere",
        f"{_PARSE}::test_emoji_names_are_limited",
    ),
    "Pleroma-WebFinger": (
        f"{_REMOTE}::test_a_domain_does_not_adopt_the_people_of_another",
        f"{_REMOTE}::test_an_actor_does_not_take_a_handle_elsewhere",
    ),
    "Mastodon-37375": f"{_SIGNATURES}::test_tampering_with_the_signature_header_is_refused",
    "class-digest": (
        f"{_SIGNATURES}::test_weak_and_wrong_digests_are_refused_even_when_signed",
        f"{_SIGNATURES}::test_rfc9421_weak_and_wrong_digests_are_refused",
    ),
    "class-coverage": (
        f"{_SIGNATURES}::test_truly_signed_but_too_little_is_refused",
        f"{_SENDERS}::test_a_signature_for_another_inbox_is_refused",
        f"{_SENDERS}::test_a_signature_of_another_day_is_refused",
    ),
    "class-unasked-answer": (
        "tests/federation/test_follows.py::test_nobody_consents_for_somebody_else",
        "tests/federation/test_follows.py::test_an_answer_that_nobody_waits_for_changes_nothing",
    ),
    "class-neighbour": (
        f"{_CHANGES}::test_nobody_else_edits",
        f"{_CHANGES}::test_nobody_else_deletes_not_even_what_is_yet_to_come",
        f"{_CHANGES}::test_an_old_version_does_not_replace_a_newer_one",
    ),
    "class-replay": (
        f"{_SENDERS}::test_the_same_activity_counts_once",
        f"{_SENDERS}::test_a_replayed_follow_does_not_undo_its_undoing",
        f"{_CHANGES}::test_a_deleted_post_is_gone_for_good",
        f"{_CHANGES}::test_a_deletion_that_comes_first_holds",
    ),
    "CVE-2025-62605": (
        "tests/federation/test_quotes.py"
        "::test_forged_consent_lets_nothing_stand_and_spoils_nothing",
        "tests/federation/test_quotes.py::test_consent_that_was_taken_back_is_gone_for_good",
    ),
    "CVE-2024-25108": (
        "tests/api/test_bad_input.py::test_ids_of_others_open_nothing",
        "tests/store/test_visibility.py::test_clause_agrees_with_the_oracle_on_every_case",
    ),
    "GHSA-5fq7-3p3j-9vrf": (
        "tests/federation/test_conversations.py::test_strangers_direct_post_waits_as_a_request"
    ),
    "CVE-2026-23964": (
        "tests/api/test_push.py::test_each_token_has_one_subscription_and_the_last_counts"
    ),
    "GHSA-wr2m-38xh-rpc9": "tests/api/test_media.py::test_uploads_of_others_are_not_found",
    "CVE-2026-72915": f"{_STAFF}::test_nobody_without_an_office_gets_anywhere",
    "CVE-2026-72914": (
        "tests/api/test_admin_measures.py::test_moderators_look_and_teachers_do_not"
    ),
    "CVE-2025-27399": (
        "tests/api/test_oauth.py::test_person_waits_for_confirmation_and_then_approval",
        "tests/api/test_instance_texts.py"
        "::test_the_school_decides_who_reads_which_servers_are_blocked",
    ),
    "GHSA-95q8-x6r6-672m": (
        "tests/federation/test_domain_policy.py"
        "::test_only_allowed_servers_are_spoken_to_where_the_school_says_so"
    ),
    "GHSA-46g9-847m-qf8r": (
        f"{_CHANGES}::test_whom_the_reader_blocked_does_not_edit_a_direct_message"
    ),
    "CVE-2024-25619": (
        "tests/web/test_access.py::test_app_that_is_shut_out_does_nothing_more",
        "tests/api/test_streaming.py::test_revoked_token_ends_its_streams_at_once",
    ),
    "CVE-2025-62175": f"{_STAFF}::test_open_streams_of_who_is_shut_out_end_at_once",
    "CVE-2025-62176": (
        "tests/api/test_streaming.py"
        "::test_notification_needs_its_scope_and_arrives_on_both_user_streams"
    ),
    "CVE-2025-24896": (
        "tests/web/test_signin.py::test_signing_out_ends_the_session_and_every_copy_of_its_cookie"
    ),
    "CVE-2026-59825": f"{_CLIENT}::test_tls_is_verified_against_the_given_authorities",
    "CVE-2026-41259": (
        "tests/api/test_registration_rules.py::test_accepted_address_has_one_reading"
    ),
    "CVE-2025-54879": (
        "tests/web/test_signin.py::test_guessing_is_slowed_down",
        "tests/api/test_oauth.py"
        "::test_sign_ups_are_limited_whatever_the_client_says_of_its_address",
    ),
    "CVE-2023-49952": (
        "tests/api/test_limits.py::test_a_client_s_own_word_for_its_address_does_not_count"
    ),
    "GHSA-xgg7-8hvq-8m65": (
        "tests/web/test_signin.py::test_unknown_person_and_wrong_password_get_one_answer",
        "tests/web/test_signup.py::test_known_address_gets_the_answer_of_an_unknown_one",
    ),
    "GHSA-wp9f-cmff-p8r2": (
        "tests/web/test_signup.py::test_nobody_makes_themselves_an_administrator"
    ),
    "CVE-2026-22245": _GUARD,
    "CVE-2026-46348": _GUARD,
    "CVE-2026-47389": _GUARD,
    "CVE-2024-39687": f"{_REMOTE}::test_private_servers_are_not_asked",
    "CVE-2026-50131": _GUARD,
    "CVE-2026-77632": (
        f"{_CLIENT}::test_redirects_are_under_the_same_guard",
        f"{_CLIENT}::test_every_hop_is_signed_anew_and_secrets_stay_with_their_origin",
    ),
    "CVE-2026-33693": (
        f"{_CLIENT}::test_a_name_that_turns_private_is_refused_and_never_connected_to",
        f"{_CLIENT}::test_the_checked_address_itself_is_connected_to",
    ),
    "GHSA-7723-35v7-qcxw": f"{_REMOTE}::test_a_strange_domain_is_nobody_s",
    "CVE-2026-42180": (
        f"{_CARDS}::test_pages_lead_nowhere_private",
        f"{_CARDS}::test_private_addresses_are_not_asked_at_all",
    ),
    "CVE-2026-29178": f"{_PROXY}::test_only_our_own_addresses_make_us_fetch",
    "CVE-2021-39195": f"{_PROXY}::test_private_addresses_are_not_asked",
    "CVE-2023-36459": (
        f"{_CARDS}::test_rich_embeds_without_a_safe_frame_are_links",
        f"{_CARDS}::test_oembed_video_is_one_https_frame",
    ),
    "CVE-2023-36460": (
        "tests/ports/test_images.py::test_what_is_no_picture_of_ours_is_refused",
        "tests/api/test_media_video.py::test_what_is_no_film_fails_and_is_gone",
    ),
    "CVE-2023-36462": "tests/text/test_html.py::test_profile_field_is_one_line_with_nothing_hidden",
    "CVE-2025-46340": f"{_CARDS}::test_hostile_page_is_only_text",
    "GHSA-jxwq-h9xv-hr28": (
        "tests/web/test_pages.py::test_profile_text_cannot_break_out_of_the_page",
        "tests/web/test_pages.py::test_title_of_the_place_is_text_and_nothing_else",
    ),
    "Mastodon-4.1.3": (
        "tests/api/test_media.py::test_files_are_served_so_that_they_can_do_no_harm",
        "tests/ports/test_images.py::test_polyglots_lose_their_other_half",
    ),
    "CVE-2026-8461": (
        "tests/api/test_media_video.py::test_a_decoder_that_crashes_takes_nothing_with_it",
        "tests/api/test_media_video.py::test_a_hanging_decoder_is_killed_and_nothing_stays",
    ),
    "class-place-in-pictures": (
        "tests/ports/test_images.py::test_nothing_but_the_pixels_survives",
        "tests/ports/test_images.py::test_avatars_and_headers_are_bare_too",
    ),
    "class-address-elsewhere": (
        f"{_PARSE}::test_page_on_another_host_is_not_believed",
        f"{_REMOTE}::test_links_of_an_actor_to_other_servers_are_dropped",
    ),
    "class-emoji-of-others": (
        "tests/federation/test_emoji.py::test_the_same_name_on_two_servers_is_two_emojis"
    ),
    "CVE-2023-36461": (
        f"{_CLIENT}::test_the_deadline_covers_drips",
        f"{_CLIENT}::test_the_deadline_covers_a_server_that_never_answers",
    ),
    "CVE-2022-46405": (
        "tests/federation/test_posts.py::test_naming_a_crowd_does_not_make_us_ask_for_all_of_them",
        "tests/federation/test_posts.py::test_a_thread_is_fetched_so_far_and_no_farther",
    ),
    "CVE-2026-23963": (
        "tests/api/test_filters.py::test_filters_are_bounded_in_number",
        "tests/api/test_filters.py::test_what_no_filter_can_be_is_refused",
        "tests/api/test_lists.py::test_lists_are_bounded_in_number",
        "tests/api/test_lists.py::test_list_needs_a_title_and_a_known_policy",
    ),
    "CVE-2026-50129": "tests/text/test_html.py::test_malformed_mathematics_breaks_nothing",
    "GHSA-vgm8-frgh-rh2v": (
        f"{_PARSE}::test_bodies_that_are_no_sound_document_are_malformed",
        f"{_PARSE}::test_a_document_may_be_31_levels_deep_and_its_context_anything",
    ),
    "CVE-2025-23221": (
        f"{_CLIENT}::test_redirects_are_followed_three_times",
        f"{_SENDERS}::test_a_key_that_cannot_be_had_is_asked_for_once",
    ),
    "CVE-2025-68475": (
        f"{_CARDS}::test_head_without_end_is_cut",
        "tests/text/test_html.py::test_hostile_documents_take_linear_time",
    ),
    "CVE-2024-49363": f"{_PROXY}::test_we_never_fetch_from_ourselves",
    "class-huge-documents": (
        f"{_SENDERS}::test_a_body_has_its_bounds",
        f"{_CLIENT}::test_a_gzip_bomb_is_never_unpacked_past_the_limit",
        f"{_PARSE}::test_bodies_that_are_no_sound_document_are_malformed",
    ),
}

CANNOT_ARISE: dict[str, str] = {
    "CVE-2026-22246": (
        "Follows that were cut are told by their number; exports are made at the terminal."
    ),
    "CVE-2024-25618": "There is no sign-in by another service, so no address is bound to one.",
    "CVE-2026-57574": "There are no one-time passwords.",
    "GHSA-vx32-x96w-qq65": "Every login has a password of its own; there is no second factor.",
    "CVE-2026-27477": "There is no provider of anything that could be registered with an address.",
    "CVE-2026-62857": "What other servers say of themselves (NodeInfo) is never asked for.",
    "CVE-2023-42452": "No service translates posts.",
    "CVE-2026-27468": "There is no provider that could start a backfill.",
}

NOT_YET: dict[str, str] = {}
