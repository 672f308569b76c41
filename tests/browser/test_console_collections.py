"""The section of the console about collections."""

from __future__ import annotations

from typing import Any

import pytest

from moto_liveness import photo
from tests.browser.console import OpenConsole, expect_text, section

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed here")


def test_collections_show_who_is_in_them(open_console: OpenConsole, application: Any) -> None:
    from playwright.sync_api import expect

    page = open_console()
    collections = section(page, "Collections")
    expect_text(collections, "No collection yet.")

    application.create_collection(CollectionId="users")
    users = collections.get_by_role("listitem")
    expect_text(users, "users", "0 faces")
    users.locator("summary").click()
    expect_text(users, "nobody")

    application.index_faces(CollectionId="users", Image={"Bytes": photo("alice", "<b>bob</b>")}, MaxFaces=1)
    expect_text(users, "1 face", "alice")
    application.index_faces(CollectionId="users", Image={"Bytes": photo("<b>bob</b>")})
    expect_text(users, "2 faces", "alice, <b>bob</b>")
    expect_text(section(page, "Sessions"), "users: <b>bob</b> is indexed as face")

    application.delete_collection(CollectionId="users")
    expect(users).to_have_count(0)
