"""Visibility and addresses say the same thing in both directions."""

import pytest

from fedschool.activitypub import audience
from fedschool.activitypub.vocab import PUBLIC
from fedschool.model.status import Visibility

FOLLOWERS = "https://school.example/users/ada/followers"
BOB = "https://other.example/users/bob"


@pytest.mark.parametrize("visibility", list(Visibility))
def test_visibility_survives_the_way_through_to_and_cc(visibility: Visibility) -> None:
    found = audience.addresses(visibility, FOLLOWERS, [BOB, BOB])

    assert audience.visibility(found.to, found.cc, FOLLOWERS) is visibility
    assert (*found.to, *found.cc).count(BOB) == 1


@pytest.mark.parametrize("name", [PUBLIC, "as:Public", "Public"])
def test_the_public_has_three_names(name: str) -> None:
    assert audience.visibility([name], [], None) is Visibility.PUBLIC
    assert audience.visibility([BOB], [name], None) is Visibility.UNLISTED


def test_only_the_authors_followers_make_a_post_for_followers() -> None:
    theirs = "https://evil.example/users/eve/followers"

    assert audience.visibility([theirs], [], FOLLOWERS) is Visibility.DIRECT
    assert audience.visibility([BOB], [FOLLOWERS], FOLLOWERS) is Visibility.PRIVATE
    assert audience.visibility([FOLLOWERS], [], None) is Visibility.DIRECT
    assert audience.visibility([], [], "") is Visibility.DIRECT


def test_private_addresses_never_name_the_public() -> None:
    for visibility in (Visibility.PRIVATE, Visibility.DIRECT):
        found = audience.addresses(visibility, FOLLOWERS, [BOB])
        assert not any(audience.is_public(each) for each in (*found.to, *found.cc))
    assert audience.addresses(Visibility.DIRECT, FOLLOWERS, [BOB]).to == (BOB,)
