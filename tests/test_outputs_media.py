"""Sound, film and PDF in outputs and in text."""

from __future__ import annotations

import io
import re
import struct
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from publisher import markdown, outputs, words
from publisher.article import Notes
from publisher.build import Options, publish
from publisher.config import Settings
from publisher.markup import tame
from publisher.outputs.images import adopt
from publisher.report import QuietReporter
from tests.support.notebooks import cell

ENGLISH = words.of("en")
WAV = b"RIFF\x24\0\0\0WAVEfmt " + bytes(20)
MP3 = b"ID3\x04" + bytes(20)
WEBM = b"\x1aE\xdf\xa3\x01\0\0\0\0\0\0\x1fB\x86\x81\x01webm"
PDF = b"%PDF-1.4\n%%EOF"


def mp4(width: int, height: int) -> bytes:
    header = bytes(76) + struct.pack(">HHHH", width, 0, height, 0)
    return b"\0\0\0\x18ftypisom" + bytes(12) + struct.pack(">I", 92) + b"tkhd" + header


def encoded(data: bytes) -> str:
    return b64encode(data).decode()


def show(**data: Any) -> tuple[str, Notes]:
    notes = Notes("a.ipynb", cell=3)
    bundle = {mime.replace("_", "/", 1): value for mime, value in data.items()}
    output = {"output_type": "display_data", "data": bundle, "metadata": {}}
    return "".join(outputs.show([output], outputs.Wishes(), notes)), notes


def only_file(notes: Notes) -> tuple[str, bytes]:
    ((path, data),) = notes.files.items()
    return path, data


@pytest.mark.parametrize(
    ("content", "element", "suffix"),
    [
        (WAV, "audio", ".wav"),
        (MP3, "audio", ".mp3"),
        (b"fLaC" + bytes(9), "audio", ".flac"),
        (b"OggS" + bytes(40), "video", ".ogg"),
        (b"\0\0\0\x18ftypM4A ", "audio", ".m4a"),
        (mp4(320, 240), "video", ".mp4"),
        (WEBM, "video", ".webm"),
    ],
)
def test_the_bytes_tell_what_is_played_whatever_the_author_says(content: bytes, element: str, suffix: str) -> None:
    html, notes = show(video_x=encoded(content), text_plain="<Video>")
    path, data = only_file(notes)
    named = "audio" if suffix == ".ogg" else element
    assert re.match(rf'<figure class="figure"><{named} controls preload="metadata" src="asset:{path}"', html)
    assert path.endswith(suffix)
    assert data == content


@pytest.mark.parametrize(
    "content", [b"<html><script>alert(1)</script>", b"<!--ftypmp42-->", b"\0\0\0\x18ftypavif", b"RIFF....AVI "]
)
def test_what_no_browser_plays_becomes_no_file(content: bytes) -> None:
    html, notes = show(audio_mpeg=encoded(content))
    assert not notes.files
    assert "cannot be shown here" in html
    assert (notes.problems[0].cell, notes.problems[0].message) == (3, "has a sound that no browser can open")


def test_a_sound_within_html_becomes_a_file() -> None:
    inner = f'<source src="data:audio/wav;base64,{encoded(WAV)}" type="audio/wav"/>'
    source = f'<audio controls="controls">{inner}No.</audio>'
    html, notes = show(text_html=source)
    path, data = only_file(notes)
    assert data == WAV
    assert "data:" not in html
    assert f'<audio controls preload="metadata" src="asset:{path}" aria-label="Audio">' in html


def test_a_film_keeps_its_size_so_that_nothing_moves() -> None:
    film = f'<video controls src="data:video/mp4;base64,{encoded(mp4(640, 480))}"'
    assert ' width="640" height="480"' in show(text_html=f"{film}></video>")[0]
    assert ' width="300" height="200"' in show(text_html=f'{film} width="300px" height="200"></video>')[0]


@pytest.mark.parametrize("width", ["1 onload=alert(1)", '1" onload="alert(1)', "-3", "9999999", "1e9"])
def test_a_size_is_a_number_or_nothing(width: str) -> None:
    notes = Notes("a.ipynb", cell=3)
    output = {"data": {"video/mp4": encoded(mp4(0, 0))}, "metadata": {"video/mp4": {"width": width}}}
    html = "".join(outputs.show([{"output_type": "display_data", **output}], outputs.Wishes(), notes))
    assert "width" not in html
    assert "onload" not in html


def test_a_film_beside_the_notebook_comes_along() -> None:
    notes = Notes("a.ipynb", cell=3)
    html = adopt(markdown.render('<video src="a b.mp4" onerror="x()"></video>\n\n![Waves](waves.webm)', notes), notes)
    assert [link.href for link in notes.links] == ["a%20b.mp4", "waves.webm"]
    assert html.count("<video controls") == 2
    assert 'aria-label="Waves"' in html
    assert "onerror" not in html
    assert not notes.figures


def test_a_film_from_elsewhere_is_a_link() -> None:
    for source in ("https://x.test/a.mp4", "//x.test/a.mp4", "\\\\x.test/a.mp4"):
        assert tame(f'<video src="{source}"></video>', ENGLISH).html.startswith(
            '<p class="embed"><a href="https://x.test/a.mp4">'
        )
    assert tame('<video src="file:///etc/passwd"></video>', ENGLISH).html == ""


def test_an_attached_sound_is_played() -> None:
    notes = Notes("a.ipynb", cell=3, attachments={"a.wav": {"audio/wav": encoded(WAV)}})
    assert "<audio controls" in adopt('<audio src="attachment:a.wav"></audio>', notes)
    assert only_file(notes)[1] == WAV


def test_a_pdf_is_a_file_with_its_size() -> None:
    html, notes = show(application_pdf=encoded(PDF), text_plain="<PDF>")
    path, data = only_file(notes)
    assert (path[-4:], data) == (".pdf", PDF)
    assert html == f'<p class="file"><a href="asset:{path}">PDF</a> (14 bytes)</p>'
    assert not show(application_pdf=encoded(b"<script>"))[1].files


@pytest.mark.parametrize(
    ("source", "href", "words"),
    [
        ("//www.youtube.com/embed/x?rel=0", "https://www.youtube.com/watch?v=x", "Video on YouTube"),
        ("https://player.vimeo.com/video/12", "https://vimeo.com/12", "Video on Vimeo"),
        ("https://open.spotify.com/embed/x", "https://open.spotify.com/embed/x", "Audio on Spotify"),
        ("https://x.test/a", "https://x.test/a", "Embedded page"),
    ],
)
def test_an_embedded_page_is_a_card_that_names_its_service(source: str, href: str, words: str) -> None:
    html = tame(f'<iframe src="{source}"></iframe>', ENGLISH).html
    assert html.startswith(f'<p class="embed"><a href="{href}"><strong>{words}</strong> <span>')
    titled = tame(f"""<iframe title='A "talk" &lt;b&gt;' src="{source}"></iframe>""", ENGLISH).html
    assert "<strong>A &quot;talk&quot; &lt;b&gt;</strong>" in titled


def test_what_an_article_brings_along_is_in_the_site(write_notebook: Callable[..., Path], tmp_path: Path) -> None:
    sound = {"output_type": "display_data", "metadata": {}, "data": {"audio/wav": encoded(WAV)}}
    file = write_notebook("a.ipynb", "# A\n\n![Film](b.mp4)\n", cell("play()", "code", outputs=[sound]))
    (file.parent / "b.mp4").write_bytes(mp4(2, 2))
    wanted = Options(now=datetime(2026, 1, 1, tzinfo=UTC))
    summary = publish(Settings(root=tmp_path), wanted, QuietReporter(io.StringIO()))
    assert not summary.warnings
    page = (tmp_path / "public/a/index.html").read_text("utf-8")
    sources = re.findall(r'<(?:audio|video) controls preload="metadata" src="/([^"]*)"', page)
    assert [(tmp_path / "public" / source).read_bytes() for source in sources] == [mp4(2, 2), WAV]
