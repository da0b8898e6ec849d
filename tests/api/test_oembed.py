"""Our posts on other people's pages: oEmbed, and the page that the frame shows."""

import re
from urllib.parse import unquote

import pytest

from tests.api import contract
from tests.people import School

PAGE = "https://oak.test"


async def test_public_post_can_be_embedded(school: School) -> None:
    ada = await school.teacher("ada")
    await ada.patch("/api/v1/accounts/update_credentials", json={"display_name": 'A"da <b>'})
    status = await ada.says("Hello, pages")

    answer = await school.stranger.get(f"/api/oembed?url={status['url']}")
    sized = await school.stranger.get(
        f"/api/oembed?url={status['uri']}&maxwidth=300&maxheight=500&format=json"
    )

    contract.check("GET", "/api/oembed", answer)
    assert (answer.json["type"], answer.json["width"], answer.json["height"]) == ("rich", 400, None)
    assert answer.json["author_url"] == f"{PAGE}/@ada"
    assert f'src="{status["url"]}/embed"' in answer.json["html"]
    assert "<b>" not in answer.json["html"]
    assert "<script" not in answer.json["html"]
    assert (sized.json["width"], sized.json["height"]) == (300, 500)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


async def test_page_of_a_post_leads_to_its_embedding(school: School) -> None:
    ada = await school.teacher("ada")
    status = await ada.says("Hello, pages")

    html = (await school.stranger.get(status["url"].removeprefix(PAGE))).text
    found = re.search(r'type="application/json\+oembed" href="([^"]+)"', html)

    assert found
    path = unquote(found.group(1)).removeprefix(PAGE)
    assert (await school.stranger.get(path)).json["html"].startswith("<iframe")


async def test_embedded_page_may_be_framed_and_runs_nothing(school: School) -> None:
    ada = await school.teacher("ada")
    status = await ada.says("Hello, pages <script>alert(1)</script>")

    answer = await school.stranger.get(f"/@ada/{status['id']}/embed")

    policy = answer.headers["Content-Security-Policy"]
    assert answer.status == 200
    assert "Hello, pages" in answer.text
    assert "<script" not in answer.text
    assert "default-src 'none'" in policy
    assert "frame-ancestors *" in policy
    assert "X-Frame-Options" not in answer.headers
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("visibility", ["private", "direct"])
async def test_what_is_not_for_all_is_not_embedded(school: School, visibility: str) -> None:
    ada = await school.teacher("ada")
    status = await ada.says("For some", visibility=visibility)

    assert (await ada.get(f"/api/oembed?url={status['url']}")).status == 404
    assert (await ada.get(f"/@ada/{status['id']}/embed")).status == 404


async def test_only_posts_of_ours_are_embedded(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    status = await ada.says("Mine")
    boost = await ben.does(f"/api/v1/statuses/{status['id']}/reblog")

    for url in (
        "",
        "nonsense",
        "https://elm.test/@ada/1",
        f"{PAGE}/@ada",
        f"{PAGE}/@ben/{status['id']}",
        f"{PAGE}/@ben/{boost['id']}",
        f"{PAGE}/@ada/1",
    ):
        assert (await ada.get("/api/oembed", query_string={"url": url})).status == 404, url
    assert (await ada.get(f"/api/oembed?url={status['url']}&format=xml")).status == 501
    assert (await ada.get(f"/@ada/{status['id']}x/embed")).status == 404
