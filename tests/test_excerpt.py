"""The words a card shows, and how long a post takes to read."""

from __future__ import annotations

import pytest

from publisher.excerpt import TEASER, count_words, excerpt, reading_minutes

FORTY = " ".join(f"word{number}" for number in range(40))


def test_a_text_of_forty_words_is_shown_whole() -> None:
    assert excerpt("", [FORTY], 40) == FORTY


def test_a_text_of_forty_one_words_ends_in_an_ellipsis() -> None:
    assert excerpt("", [FORTY + " more"], 40) == FORTY + " …"


def test_words_run_on_over_paragraphs_and_are_joined_by_single_spaces() -> None:
    assert excerpt("", ["one\n two", "three", "four"], 3) == "one two three …"


def test_a_given_summary_wins_and_is_cut_the_same_way() -> None:
    assert excerpt("a b c d", ["text"], 3) == "a b c …"
    assert excerpt("a b c", ["text"], 3) == "a b c"


def test_a_blank_summary_is_none() -> None:
    assert excerpt(" \n", ["text"], 3) == "text"


def test_a_teaser_mark_ends_the_excerpt_earlier() -> None:
    assert excerpt("", ["first", TEASER, "second"], 40) == "first …"


def test_a_teaser_mark_at_the_end_cuts_nothing() -> None:
    assert excerpt("", ["first", TEASER], 40) == "first"


def test_a_teaser_mark_before_any_text_is_ignored() -> None:
    assert excerpt("", [TEASER, "first"], 40) == "first"


def test_a_teaser_mark_does_not_shorten_a_given_summary() -> None:
    assert excerpt("The summary", ["first", TEASER, "second"], 40) == "The summary"


def test_no_text_gives_no_excerpt() -> None:
    assert excerpt("", [], 40) == ""
    assert excerpt("", ["***", "—"], 40) == ""


def test_a_script_without_spaces_is_cut_by_characters() -> None:
    text = "吾輩は猫である名前はまだ無い" * 20
    assert excerpt("", [text], 40) == text[:120] + " …"
    assert excerpt("", [text[:120]], 40) == text[:120]


def test_thai_is_cut_by_characters() -> None:
    text = "ภาษาไทยไม่มีช่องว่างระหว่างคำ" * 10
    assert excerpt("", [text], 40) == text[:120] + " …"


def test_korean_and_english_with_a_few_ideographs_are_cut_by_words() -> None:
    assert excerpt("", ["한국어 문장 입니다 네"], 3) == "한국어 문장 입니다 …"
    assert excerpt("", ["the word 猫 means cat"], 4) == "the word 猫 means …"


@pytest.mark.parametrize(
    "boilerplate",
    [
        "Open In Colab",
        "Open in Google Colab",
        "Run in Google Colab",
        "launch binder",
        "View or download this notebook on nbviewer.",
        "This notebook originally appeared as a post on the blog Some Perambulations. The content is BSD licensed.",
        "This notebook first appeared as a post by Ann Author on Her Blog.",
        "By Jane Q. Doe",
        "by Jane Doe and John van Dyke, 12 March 2019",
        "Author: Jane Doe, University of Somewhere",
        "Authors: Jane Doe, John Smith",
        "Jane Doe",
        "Jane Doe December 2020",
        "@janedoe",
        "Table of Contents",
        "2019-03-12",
        "March 12, 2019",
        "Last updated: 12 March 2019",
        "Date: today",
        "< Previous | Contents | Next >",
        "← Back to Index",
        "MIT License: http://opensource.org/licenses/MIT",
        "Copyright 2018 Somebody",
        "---",
    ],
)
def test_boilerplate_is_not_part_of_an_excerpt(boilerplate: str) -> None:
    assert excerpt("", [boilerplate, "The text begins."], 40) == "The text begins."


@pytest.mark.parametrize(
    "sentence",
    [
        "By the end of this post you will know how colours work.",
        "By default nothing happens.",
        "Contents matter more than form.",
        "Dates are hard.",
        "In March 2019 we measured it.",
        "Opening a file costs more than reading it.",
        "Author names are often wrong in metadata.",
        "Jane Doe wrote this.",
        "We run this in Colab because it is free, and here is what we saw in a month of doing so every single day.",
    ],
)
def test_a_sentence_that_only_looks_like_boilerplate_stays(sentence: str) -> None:
    assert excerpt("", [sentence], 40) == sentence


def test_words_of_scripts_without_spaces_count_by_pairs_of_characters() -> None:
    assert count_words(["two words", TEASER, "吾輩は猫で"]) == 4


def test_reading_takes_at_least_a_minute() -> None:
    assert reading_minutes(0, 0) == 1
    assert reading_minutes(230 * 4, 0) == 4
    assert reading_minutes(230 * 4, 50) == 6


def test_a_text_without_spaces_is_cut_neither_within_a_word_of_latin_nor_before_a_mark() -> None:
    assert excerpt("", ["図" * 10 + "Python" + "図" * 20], 4) == "図" * 10 + " …"
    assert excerpt("", ["図" * 12 + "Python"], 4) == "図" * 12 + " …"
    assert excerpt("", ["か" * 11 + "か\u3099" + "か" * 20], 4) == "か" * 11 + "か\u3099 …"
