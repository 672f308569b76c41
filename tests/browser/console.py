"""What the tests of the console share: its names, and what a person does on its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

CONSOLE = "/moto-api/rekognition/face-liveness/console"
MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>"
TIMES = "\N{MULTIPLICATION SIGN}"
CREATE = "CreateFaceLivenessSession"
GET = "GetFaceLivenessSessionResults"
OpenConsole = Callable[..., "Page"]


def create(application: Any, **params: Any) -> str:
    session_id: str = application.create_face_liveness_session(**params)["SessionId"]
    return session_id


def poll(application: Any, session_id: str) -> dict[str, Any]:
    results: dict[str, Any] = application.get_face_liveness_session_results(SessionId=session_id)
    return results


def section(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name)


def press(place: Page | Locator, name: str) -> None:
    place.get_by_role("button", name=name, exact=True).click()


def news(page: Page, text: str) -> None:
    from playwright.sync_api import expect

    expect(page.get_by_role("status")).to_have_text(text)


def card(page: Page, session_id: str) -> Locator:
    return section(page, "Sessions").locator("#session-list > li").filter(has_text=session_id)


def expect_text(place: Locator, *texts: str) -> None:
    from playwright.sync_api import expect

    for text in texts:
        expect(place).to_contain_text(text)


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as raised:
        call()
    return str(raised.value.response["Error"]["Code"])
