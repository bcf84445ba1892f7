"""The settings of a blog: `[tool.publisher]` of its pyproject.toml, checked whole."""

from __future__ import annotations

import os
import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct
from msgspec.structs import replace

from publisher import regular
from publisher.config import checks, editing, listings, looks, services, toml
from publisher.config.settings import Analytics, CheckSettings, Comments, ImageSettings, LimitSettings, Settings, Theme
from publisher.errors import Problem, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

FILE = "pyproject.toml"
SECTION = ("tool", "publisher")


class Key(Struct, frozen=True):
    """One setting: its name, how a value is checked, and what it is for."""

    name: str
    check: Callable[[object], object]
    help: str


IMAGE_KEYS = (
    Key("widths", checks.widths, "Widths of the variants of a figure, in pixels."),
    Key("quality", checks.number(1, 100, "quality = 80"), "Quality of compressed images, from 1 to 100."),
    Key("card-size", checks.card_size, "Width and height of a card's thumbnail, in pixels."),
    Key(
        "max-pixels",
        checks.number(1, 10**9, "max-pixels = 40_000_000"),
        "Images with more pixels are a file to download.",
    ),
    Key(
        "keep-bytes",
        checks.number(0, 10**8, "keep-bytes = 32_768"),
        "PNG, WebP and JPEG images up to this size are kept as they are.",
    ),
    Key("optimize", checks.true_or_false("optimize = true"), "Take the time that smaller files and larger cards cost."),
)
LIMIT_KEYS = (
    Key("seconds", checks.number(0, 86_400, "seconds = 120"), "Seconds that one notebook may take; 0 is no limit."),
    Key("memory", checks.number(0, 10**6, "memory = 2048"), "Megabytes that one notebook may take; 0 is no limit."),
    Key(
        "characters",
        checks.number(0, 10**9, "characters = 150_000"),
        "Characters of one text output that a page shows whole; 0 is no limit.",
    ),
    Key("rows", checks.number(0, 10**9, "rows = 1000"), "Rows of one table that a page shows; 0 is no limit."),
    Key("notebook", checks.number(0, 10**6, "notebook = 50"), "Megabytes of the file of a notebook; 0 is no limit."),
)
THEME_KEYS = (
    Key("accent", looks.optional_colour, "The setting `accent`, for those who want all of the look in one table."),
    Key("accent-dark", looks.optional_colour, "Colour of links in the dark; else derived from the accent."),
    Key("text-font", checks.choice(*looks.TEXT_FONTS), "Font of the text."),
    Key("heading-font", checks.choice(*looks.TEXT_FONTS), "Font of headings, tables and small print."),
    Key("code-font", checks.choice(*looks.CODE_FONTS), "Font of code."),
    Key("width", looks.width, 'Width of the text: narrow, normal, wide, or such as "40rem".'),
    Key("corners", looks.corners, "How round corners are: square, round, or pixels."),
)
ANALYTICS_KEYS = (
    Key("script", services.script, "Address of the script that counts readers."),
    Key("attributes", services.attributes, "Attributes of that script."),
    Key("snippet", services.snippet, "The HTML that a service says to paste, in place of a script."),
    Key("hosts", services.hosts, "What hosts pages may load from and report to."),
)
COMMENTS_KEYS = (
    Key("repository", services.github_repository, "Repository on GitHub whose discussions hold the comments."),
    Key("repository-id", checks.one_line, "Its id, which giscus.app tells."),
    Key("category", checks.one_line, "Category of the discussions."),
    Key("category-id", checks.one_line, "Its id, which giscus.app tells."),
    Key("mapping", checks.choice("pathname", "url", "title"), "By what a discussion belongs to a post."),
    Key("reactions", checks.true_or_false("reactions = false"), "Whether readers can react to the post itself."),
)
CHECK_KEYS = (
    Key(
        "missing-alt",
        editing.budget,
        "How many images may be without an alternative text; with more nothing is published.",
    ),
    Key("ignore", editing.ignore, "Kinds of findings that are none here: a list, or a table of globs and lists."),
    Key(
        "page-kilobytes",
        checks.number(0, 10**9, "page-kilobytes = 5_000"),
        "From which size on a page is heavy; 0 is never.",
    ),
    Key(
        "image-kilobytes",
        checks.number(0, 10**9, "image-kilobytes = 800"),
        "From which size on an image is heavy; 0 is never.",
    ),
)
KEYS = (
    Key("title", checks.required_text, "Name of the blog; the folder's name if not given."),
    Key("description", checks.one_line, "A sentence or two above the listing."),
    Key("base-url", checks.address, "Where the site will be, with its path: needed for feeds and canonical links."),
    Key("language", checks.language, 'Language of the posts, such as "en" or "pt-BR".'),
    Key("timezone", checks.timezone, 'Time zone of dates that name none, such as "Europe/Berlin".'),
    Key("authors", checks.authors, "Who writes, for posts that do not say: names, or tables of name and url."),
    Key("navigation", checks.navigation, "Links at the top of each page: tables of title and url."),
    Key("page-size", checks.number(1, 10_000, "page-size = 12"), "Cards on one page of the listing."),
    Key("view", listings.view, "What listings show of a post: cards, compact (a line each) or full (whole articles)."),
    Key("listings", listings.listings, "Listings of folders: tables of folder, title, url and view."),
    Key("tags", listings.tags, "What a tag is about, for its page: a table of name and description."),
    Key(
        "defaults", listings.defaults, "Front matter that the notebooks of a folder have if they do not say otherwise."
    ),
    Key("excerpt-words", checks.number(1, 10_000, "excerpt-words = 40"), "Words of a card's text."),
    Key("feed-size", checks.number(1, 10_000, "feed-size = 20"), "Posts in a feed: the newest."),
    Key("permalink", checks.permalink, "Address of a post, made of {slug}, {year}, {month}, {day} and {path}."),
    Key("exclude", checks.texts('exclude = ["scratch/*"]'), "Globs of notebooks that are no posts."),
    Key("source", checks.folder, "Folder of the notebooks."),
    Key("output", checks.folder, "Folder of the finished site."),
    Key("static", checks.folder, "Folder of files that are copied as they are."),
    Key("repository", checks.address, "Address of the source repository."),
    Key("accent", checks.colour, 'Colour of links, such as "#1f4e8c".'),
    Key("social-font", checks.font, "File of a font for social cards and icons, in place of the packaged one."),
    Key(
        "remote-images",
        checks.choice("link", "allow"),
        "What becomes of an image by URL: a link to it, or the image.",
    ),
    Key("allowed-leaks", checks.marks, "Marks of what may be published although it looks like a secret."),
    Key("search", checks.search, "Whether the site has a search: true, false, or auto, which is where Pagefind is."),
    Key(
        "search-outputs",
        checks.true_or_false("search-outputs = true"),
        "Whether the search finds what cells put out.",
    ),
    Key("cache", checks.folder, "Folder in which work is kept for the next publish; it may be lost at any time."),
    Key("images", lambda value: value, "How figures become files."),
    Key("limits", lambda value: value, "What one notebook may take, and how much of it a page shows."),
    Key("trust", checks.trust, "Whose notebooks may keep their HTML: author or guest, for all or by glob."),
    Key("theme", lambda value: value, "Colours, fonts, width and corners."),
    Key("logo", looks.picture, "Picture in place of the blog's name at the top of each page."),
    Key("footer", looks.footer, "Markdown at the end of each page, in one line."),
    Key("social", services.social, "The blog elsewhere, at the end of each page: tables of title and url."),
    Key("head", services.head, "HTML for the head of each page: meta and link elements."),
    Key("license", checks.one_line, "Licence of posts that name none."),
    Key("cite", checks.true_or_false("cite = true"), "Whether articles end with how to cite them."),
    Key("repository-branch", checks.required_text, "Branch of the repository that holds the notebooks."),
    Key("repository-folder", looks.folder_of_repository, "Folder of the blog in the repository."),
    Key("open-in", services.open_in, "Where readers can open a notebook: colab, binder, jupyterlite."),
    Key("jupyterlite", services.https, "Address of a JupyterLite that has the repository's files."),
    Key("analytics", lambda value: value, "A script that counts readers. Off by default."),
    Key("comments", lambda value: value, "Comments by giscus, at a click. Off by default."),
    Key("check", lambda value: value, "What `invoke check` finds, and what is too much of it."),
)


TABLES = {
    "images": IMAGE_KEYS,
    "limits": LIMIT_KEYS,
    "theme": THEME_KEYS,
    "analytics": ANALYTICS_KEYS,
    "comments": COMMENTS_KEYS,
    "check": CHECK_KEYS,
}


def load(root: Path, **overrides: object) -> Settings:
    """Return the settings of the blog in `root`; an override that is not None replaces the setting of its name.

    No file and no section means the defaults. Raises SettingsError with everything that is wrong.
    """
    text = _read(root / FILE)
    checking = _Checking(toml.Lines(text))
    values = checking.section(_data(text))
    values.update(checking.options(overrides))
    settings = _settings(root, cast("dict[str, Any]", dict(values)))
    checking.problems.extend(_folders_apart(settings, checking.origin))
    checking.problems.extend(checking.together(settings, values))
    if checking.problems:
        raise SettingsError(*checking.problems)
    return settings


def problem_at(root: Path, names: Sequence[str], message: str, hint: str, kind: str = "") -> Problem:
    """Return what is wrong with a setting that only shows later, with the line that it is in, if it is in one."""
    line, column, source = toml.Lines(_read(root / FILE)).find((*SECTION, *names), at_value=True)
    return Problem(FILE, message, hint, line=line, column=column, source=source, kind=kind)


def _settings(root: Path, values: dict[str, Any]) -> Settings:
    title = values.pop("title", "") or spoken(root.resolve().name)
    images = ImageSettings(**values.pop("images", {}))
    limits = LimitSettings(**values.pop("limits", {}))
    theme = Theme(**values.pop("theme", {}))
    analytics = Analytics(**values.pop("analytics", {}))
    comments = Comments(**values.pop("comments", {}))
    tables: dict[str, Any] = {
        "images": images,
        "limits": limits,
        "theme": theme,
        "analytics": analytics,
        "comments": comments,
        "check": CheckSettings(**values.pop("check", {})),
    }
    settings = Settings(root=root, title=title, **tables, **values)
    return replace(settings, accent=theme.accent) if theme.accent else settings


def spoken(name: str) -> str:
    """Return the name of a folder as one would say it."""
    words = " ".join(re.sub(r"[-_]+", " ", name).split())
    return words[:1].upper() + words[1:] or "Notebook"


def _read(file: Path) -> str:
    try:
        return regular.read_linked(file).decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise SettingsError(Problem(FILE, f"is not UTF-8 text: byte {error.start + 1}", "save it as UTF-8")) from None
    except OSError as error:
        raise SettingsError(Problem(FILE, f"cannot be read: {error.strerror}", "check the file")) from None


def _data(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, line, column = toml.reason(error, text)
        source = text.splitlines()[line - 1] if line and line <= len(text.splitlines()) else ""
        problem = Problem(FILE, f"is not TOML: {message}", "mend this line", line=line, column=column, source=source)
        raise SettingsError(problem) from None
    except ValueError as error:  # a number of thousands of digits
        raise SettingsError(Problem(FILE, f"cannot be read: {error}", "check the file")) from None
    except RecursionError:
        raise SettingsError(Problem(FILE, "is nested too deeply", "check the file")) from None


class _Checking:
    """Checks settings one by one and keeps what is wrong with them; `origin` knows where each value came from."""

    def __init__(self, lines: toml.Lines) -> None:
        self.lines = lines
        self.problems: list[Problem] = []
        self.origin: dict[str, Callable[[str, str], Problem]] = {}
        self.failed: set[str] = set()

    def section(self, data: Mapping[str, Any]) -> dict[str, object]:
        """Check the section whole."""
        tool = data.get("tool", {})
        if isinstance(tool, dict) and "publisher" not in tool:
            for name in get_close_matches("publisher", tool, n=1, cutoff=0.8):
                self.problems.append(
                    self._problem(("tool", name), f"[tool.{name}] is nobody's", "did you mean [tool.publisher]?")
                )
        section = tool.get("publisher", {}) if isinstance(tool, dict) else tool
        if not isinstance(section, dict):
            self.problems.append(
                self._problem(SECTION, f"is {checks.kind(section)}, where a table is needed", "write [tool.publisher]")
            )
            return {}
        return self._table(section, KEYS, SECTION)

    def _table(self, table: Mapping[str, object], known: tuple[Key, ...], path: tuple[str, ...]) -> dict[str, object]:
        checks = {key.name: key.check for key in known}
        values: dict[str, object] = {}
        for name, value in table.items():
            where = (*path, name)
            if name not in checks:
                self.problems.append(self._problem(where, f"`{name}` is not a setting", _nearest(name, path)))
            elif name in TABLES and path == SECTION:
                values[name] = self._inner(name, value, where)
            else:
                self._check(name, checks[name], value, where, values)
        return values

    def _inner(self, name: str, value: object, where: tuple[str, ...]) -> dict[str, object]:
        if isinstance(value, dict):
            return self._table(value, TABLES[name], where)
        message = f"`{name}` is {checks.kind(value)}, where a table is needed"
        self.problems.append(self._problem(where, message, f"write [tool.publisher.{name}]"))
        return {}

    def _check(
        self,
        name: str,
        check: Callable[[object], object],
        value: object,
        where: tuple[str, ...],
        values: dict[str, object],
    ) -> None:
        field_name = name.replace("-", "_")
        self.origin[field_name] = lambda message, hint: self._problem(where, f"`{name}` {message}", hint, at_value=True)
        try:
            values[field_name] = check(value)
        except checks.WrongSettingError as wrong:
            self.failed.add(where[len(SECTION)])
            self.problems.append(self._problem((*where, *wrong.part), f"`{name}` {wrong}", wrong.hint, at_value=True))

    def _problem(self, where: tuple[str | int, ...], message: str, hint: str, at_value: bool = False) -> Problem:
        line, column, source = self.lines.find(where, at_value)
        return Problem(FILE, message, hint, line=line, column=column, source=source)

    def together(self, settings: Settings, given: Mapping[str, object]) -> Iterator[Problem]:
        """Yield what is wrong with settings that have to fit each other; `given` are those that were written."""
        for wrong in (*looks.together(settings, given), *services.together(settings)):
            where = tuple(str(part) for part in wrong.part)
            if where[0] in self.failed:
                continue  # which is told already, and may be the reason
            yield self._problem((*SECTION, *where), f"`{where[-1]}` {wrong}", wrong.hint, at_value=True)

    def options(self, overrides: Mapping[str, object]) -> dict[str, object]:
        """Check values that were given on the command line."""
        checks = {key.name.replace("-", "_"): key.check for key in KEYS}
        values: dict[str, object] = {}
        for name, value in overrides.items():
            if name not in checks or name in TABLES:
                raise TypeError(f"no setting is called {name!r}")
            if value is not None:
                self._option(name, checks[name], value, values)
        return values

    def _option(self, name: str, check: Callable[[object], object], value: object, values: dict[str, object]) -> None:
        flag = "--" + name.replace("_", "-")
        self.origin[name] = lambda message, hint: Problem(flag, message, hint)
        try:
            values[name] = check(value)
        except checks.WrongSettingError as wrong:
            self.problems.append(self.origin[name](str(wrong), wrong.hint))


def _nearest(name: str, path: tuple[str, ...]) -> str:
    """Say which setting was most likely meant, and where it belongs."""
    inside = {key.name: f"{table}.{key.name}" for table, keys in TABLES.items() for key in keys}
    own = {key.name: key.name for key in KEYS}
    here = own if path == SECTION else {key.name: key.name for key in TABLES[path[-1]]}
    known = {**own, **inside, **here}
    written = name.replace("_", "-").casefold()
    near = get_close_matches(written, here, n=1, cutoff=0.6) or get_close_matches(written, known, n=1, cutoff=0.6)
    return f"did you mean `{known[near[0]]}`?" if near else f"known are {', '.join(here)}"


def _resolved(path: Path) -> Path:
    return Path(os.path.realpath(path))  # `Path.resolve` gives up at a link that leads to itself


def _folders_apart(settings: Settings, origin: Mapping[str, Callable[[str, str], Problem]]) -> list[Problem]:
    """Return what is wrong with the folders: what we write must never be where an author's own files are."""
    root = _resolved(settings.root)
    output = _resolved(root / settings.output)
    problems: list[tuple[str, str, str]] = []
    if root.is_relative_to(output):
        problems.append(("output", "is the blog's own folder or one around it", 'write output = "public"'))
    problems += _cache_apart(settings, root)
    for name in ("source", "static"):
        other = _resolved(root / getattr(settings, name))
        if output == other:
            problems.append(("output", f"is the folder of `{name}`", 'write output = "public"'))
        elif output.is_relative_to(other):
            problems.append(
                ("output", f"is inside the folder of `{name}`", f"choose a folder beside {getattr(settings, name)}")
            )
        elif other.is_relative_to(output) and not root.is_relative_to(output):
            problems.append(
                (name, "is inside the folder of the finished site", f"choose a folder beside {settings.output}")
            )
    return [_at(origin, name, message, hint) for name, message, hint in problems]


def _cache_apart(settings: Settings, root: Path) -> Iterator[tuple[str, str, str]]:
    cache = _resolved(root / settings.cache)
    if root.is_relative_to(cache):
        yield "cache", "is the blog's own folder or one around it", 'write cache = ".publisher-cache"'
        return
    for name in ("source", "static", "output"):
        other = _resolved(root / getattr(settings, name))
        if name == "output" and root.is_relative_to(other):
            continue  # which is told of the output
        if cache.is_relative_to(other) or other.is_relative_to(cache):
            yield "cache", f"is not apart from the folder of `{name}`", 'write cache = ".publisher-cache"'


def _at(origin: Mapping[str, Callable[[str, str], Problem]], name: str, message: str, hint: str) -> Problem:
    """Blame the setting that was given; if none was, the default one."""
    given = name if name in origin else "source" if "source" in origin else "output"
    return origin[given](message, hint) if given in origin else Problem(FILE, f"`{name}` {message}", hint)
