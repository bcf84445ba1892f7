"""Which posts are like each other."""

from __future__ import annotations

from publisher import related

PLOTS = "matplotlib figure axes legend colour plot scatter ticks labels"
SOUND = "sound frequency pitch tone octave spectrum sampling aliasing filter"


def signature(title: str, text: str, *tags: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return related.terms(title, text), tags


def test_posts_on_one_subject_are_related_and_others_are_not() -> None:
    found = related.related(
        {
            "axes": signature("Axes", PLOTS),
            "legends": signature("Legends", PLOTS),
            "tones": signature("Tones", SOUND),
            "pitch": signature("Pitch", SOUND),
        }
    )
    assert found == {"axes": ("legends",), "legends": ("axes",), "tones": ("pitch",), "pitch": ("tones",)}


def test_the_most_similar_comes_first_and_three_are_named() -> None:
    posts = {f"p{number}": signature("", PLOTS.rpartition(" ")[0]) for number in range(4)}
    found = related.related(
        {**posts, "whole": signature("", PLOTS), "twin": signature("", PLOTS), "s": signature("", SOUND)}
    )
    assert found["whole"][0] == "twin"
    assert len(found["whole"]) == 3


def test_a_common_tag_brings_posts_nearer() -> None:
    text = "matplotlib figure axes"
    posts = {name: signature("", text, *tags) for name, tags in (("a", ["x"]), ("b", []), ("c", ["X"]))}
    assert related.related({**posts, "s": signature("", SOUND)})["a"] == ("c", "b")


def test_what_all_posts_share_makes_none_related() -> None:
    posts = {f"p{number}": signature("", f"notebook word{'abcdefgh'[number] * 3}") for number in range(8)}
    assert not any(related.related(posts).values())


def test_order_of_posts_changes_nothing() -> None:
    posts = {name: signature(name, PLOTS) for name in "abcdef"}
    assert related.related(posts) == related.related(dict(reversed(posts.items())))


def test_the_words_of_the_title_lead_and_frequent_ones_say_nothing() -> None:
    assert related.terms("Noise", "the signal and the signal with this") == ("noise", "signal")


def test_scripts_without_spaces_are_compared_by_pairs_of_letters() -> None:
    assert related.terms("", "円周率") == ("円周", "周率")


def test_what_is_linked_otherwise_is_not_named_again() -> None:
    posts = {name: signature(name, PLOTS) for name in "abc"} | {"s": signature("", SOUND)}
    assert related.related(posts, {"a": ("b",), "b": ("a",)}) == {"a": ("c",), "b": ("c",), "c": ("a", "b"), "s": ()}
