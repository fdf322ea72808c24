from __future__ import annotations

from emulator.serving.http_messages import HttpRequest

REQUEST = HttpRequest("GET", "/feed/a%20b?versionId=3&x=", (("Host", "a"), ("X-Amz-Meta", "1"), ("x-amz-meta", "2")))


def test_path_and_query_stay_as_they_came() -> None:
    assert (REQUEST.path, REQUEST.query) == ("/feed/a%20b", "versionId=3&x=")
    assert (HttpRequest("GET", "/feed").path, HttpRequest("GET", "/feed").query) == ("/feed", "")


def test_a_header_is_found_in_any_spelling_with_all_its_values() -> None:
    assert REQUEST.header("HOST") == "a"
    assert REQUEST.header("x-amz-meta") == "1,2"
    assert REQUEST.header("date") is None


def test_headers_are_replaced_whatever_their_spelling() -> None:
    changed = REQUEST.having({"host": "b", "x-amz-meta": "3"})

    assert changed.headers == (("host", "b"), ("x-amz-meta", "3"))
    assert REQUEST.without(["X-AMZ-META"]).headers == (("Host", "a"),)
