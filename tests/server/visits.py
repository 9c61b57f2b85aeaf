"""Somebody of the agency at the centre's pages, over the wire."""

import re

import httpx

NAME, PASSWORD = "ani", "kata sandi yang panjang"


def form_of(page: httpx.Response) -> str:
    """The token that the forms of a page carry."""
    found = re.search(r'name="form" value="([0-9a-f]{64})"', page.text)
    assert found, page.text
    return found[1]


def log_in(
    client: httpx.Client, name: str = NAME, password: str = PASSWORD, after: str = "/console"
) -> httpx.Response:
    filled = {"form": form_of(client.get("/login")), "name": name, "password": password, "next": after}
    return client.post("/login", data=filled)
