"""What files are by their first bytes."""

from __future__ import annotations

import codecs

import pytest

from publisher import magic

# As browsers look for them in what has no type, and as they may be hidden.
PAGES = (
    "<!DOCTYPE html>", "<html>", "<HEAD >", "<script>x", "<iframe>", "<h1>", "<div>", "<font>", "<table>", "<a href=x>",
    "<style>", "<title>", "<b>", "<body>", "<br>", "<p>", "<!-- x -->", "<!--x", "<?xml version='1.0'?>", "<svg/>",
    "<svg:svg>", "<s:svg xmlns:s='http://www.w3.org/2000/svg'>", "<rss>", "<feed>", "<img src=x>", "<x-y>", "</p><p>",
    "<?php", "<%", "<!ENTITY", "<math>", "<frameset>", "<object>", "<plaintext>", "<xmp>",
)  # fmt: skip
BEFORE = ("", " ", "\n\t\r\f ", "\x00", "\x01\x02", "\x0b\x1b\x7f", " " * 4000, "\ufeff", "\ufeff\n ", " \ufeff")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_what_begins_like_markup_is_told_in_every_encoding(page: str, encoding: str) -> None:
    hidden = [before for before in BEFORE if len(before) < 1000 or encoding == "utf-8"]
    assert [before for before in hidden if not magic.is_markup(f"{before}{page}".encode(encoding))] == []


@pytest.mark.parametrize(
    "data",
    [
        b"", b"<", b"< 5", b"<5", b"<-- x", b"<\xc3\xa4>", b"a,b\n<p>", b"{}", b'["<p>"]', b"# <p>", b"%PDF-1.4",
        b"\x93NUMPY\x01\0v\0", b"\x89PNG\r\n\x1a\n", b"\x80\x04\x95", b"PK\x03\x04", b"\x1f\x8b\x08\0<p>", b"GIF89a<p>",
        b"RIFF<!--WEBP", b"SQLite format 3\0", b"=cmd", b" " * 5000 + b"<p>", codecs.BOM_UTF16_LE + b"a\0",
    ],
)  # fmt: skip
def test_what_begins_otherwise_is_no_markup(data: bytes) -> None:
    assert not magic.is_markup(data)


def test_a_page_is_no_picture_by_a_name_within_it() -> None:
    assert magic.mime(b"<!--ftypavif--><script>") == ""
    assert magic.mime(b"\0\0\0\x20ftypavif") == "image/avif"
