"""What is for some is not for others, whatever another server says or an office makes possible."""

from tests.api.staff import admin, moderator, orders, teacher
from tests.federation.stories import follows, home, known, notified
from tests.peers import Peer, Person, moment
from tests.people import School, Teacher


async def test_cve_2024_37903_nobody_opens_a_post_to_others(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    """Ada's post for followers is sent again, boosted, quoted and answered, to let Ben see it."""
    await follows(school, alice, ada)
    ben, mallory = await school.teacher("ben"), peer.person("mallory")
    await follows(school, ben, mallory)
    note = ada.note("For followers", to=[ada.followers])
    await ada.tells(school, ada.creates(note))
    wider = note | {
        "to": ["https://www.w3.org/ns/activitystreams#Public", "https://oak.test/users/ben"],
        "tag": [{"type": "Mention", "href": "https://oak.test/users/ben", "name": "@ben"}],
        "updated": moment(-1_000),
    }
    [status] = await alice.reads("/api/v1/timelines/home")

    for kind in ("Create", "Update", "Announce"):
        await mallory.sends(school, mallory.activity(kind, wider, to=wider["to"]))
    await mallory.sends(school, mallory.activity("Announce", note["id"], to=wider["to"]))
    answer = mallory.note("See", inReplyTo=note["id"], quote=note["id"], tag=wider["tag"])
    await mallory.sends(school, mallory.creates(answer))
    await ada.sends(school, ada.activity("Update", wider))
    await school.work()

    assert (await ben.get(f"/api/v1/statuses/{status['id']}")).status == 404
    assert (await school.stranger.get(f"/api/v1/statuses/{status['id']}")).status == 404
    assert not any("For followers" in content for content in await home(ben))
    [shown] = await alice.reads("/api/v1/timelines/home")
    assert shown["visibility"] == "private"


async def test_cve_2025_30741_whoever_waits_for_consent_is_no_follower(
    school: School, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    ben, carla = await school.teacher("ben"), await school.teacher("carla")
    await ben.does(f"/api/v1/accounts/{await known(school, ada)}/follow")

    await ada.tells(school, ada.creates(ada.note("For followers", to=[ada.followers])))

    assert await home(alice) == ["<p>For followers</p>"]
    [status] = await alice.reads("/api/v1/timelines/home")
    for other in (ben, carla, school.stranger):
        assert (await other.get(f"/api/v1/statuses/{status['id']}")).status == 404
    assert await home(ben) == []


async def test_cve_2026_23961_boosts_bring_nobody_back_who_is_suspended(
    school: School, other_peer: Peer, alice: Teacher, ada: Person
) -> None:
    ines, zoe = await admin(school), other_peer.person("zoe")
    await follows(school, alice, zoe)
    account = await follows(school, alice, ada)
    old, new = ada.note("Old words"), ada.note("New words")
    await ada.tells(school, ada.creates(old))
    await orders(ines, account, "suspend")

    for note in (old, new):
        await zoe.tells(school, zoe.activity("Announce", note["id"], to=zoe.note("x")["to"]))

    shown = str(await alice.reads("/api/v1/timelines/home"))
    assert "words" not in shown
    search = await alice.get(
        "/api/v2/search", query_string={"q": new["id"], "resolve": "true", "type": "statuses"}
    )
    assert search.json["statuses"] == []


async def test_ghsa_62j4_hvj7_px3f_who_is_switched_off_holds_no_office(school: School) -> None:
    ines, mona = await admin(school), await moderator(school)
    tom = await teacher(school)
    paths = ("/api/v1/admin/accounts", "/api/v1/admin/reports", "/api/v2/admin/accounts")
    assert [(await mona.get(path)).status for path in paths] == [200] * 3

    await orders(ines, mona, "disable")

    assert [(await mona.get(path)).status for path in paths] == [403] * 3
    act = await mona.post(f"/api/v1/admin/accounts/{tom.id}/action", json={"type": "silence"})
    assert act.status == 403


async def test_cve_2022_48364_nobody_is_told_who_of_the_staff_decided(school: School) -> None:
    mona, tom = await moderator(school), await teacher(school)

    await orders(mona, tom, "none", text="Please be kind")
    await school.work()

    assert await notified(tom) == ["moderation_warning"]
    told = str(await tom.reads("/api/v1/notifications"))
    assert "mona" not in told
    assert mona.id not in told
