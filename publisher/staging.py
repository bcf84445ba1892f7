"""Put all that is no page onto the stage: what comes along with posts, assets, the author's own files, the brand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from publisher import (
    beside,
    brand,
    branding,
    feeds,
    headers,
    images,
    libraries,
    pages,
    posts,
    regular,
    search,
    stylesheet,
    templating,
)
from publisher.brand import Drawing, Font
from publisher.errors import NotebookError, Problem, PublisherError, SettingsError
from publisher.gallery import Gallery
from publisher.layout import Files
from publisher.outputs.frames import FOLDER as FRAMES
from publisher.paths import resolved
from publisher.production import Production
from publisher.work import Entry, Work

if TYPE_CHECKING:
    from publisher.branding import Logo
    from publisher.config import Settings
    from publisher.pages import Site
    from publisher.posts import Outline, Place
    from publisher.target import Stage


_CARDS_A_NOTEBOOK = 4  # drawing a card takes a quarter of the time of converting a notebook


def scripts(work: Work) -> dict[str, str]:
    """Return the paths of the script libraries that outputs may load, by name."""
    names = libraries.distributions()
    return libraries.available({name: work.program.get(f"version of {name}", "") for name in names})


def stage_files(outlines: Sequence[Outline], places: Mapping[str, Place], work: Work) -> dict[str, Files]:
    """Stage what comes along with each post; return what there is of it, by the path of its notebook."""
    placed = [each for each in outlines if each.notebook in places]
    shown = {path for each in placed for path in each.files}
    work.stage.drop(path for each in outlines for path in each.files if path not in shown)
    found = {}
    for each in placed:
        try:
            found[each.notebook] = _stage_files(each, places[each.notebook], work)
        except NotebookError as error:
            work.log.fail(each.notebook, error.problems)
    return found


def _stage_files(outline: Outline, place: Place, work: Work) -> Files:
    notebook, stage, settings = outline.notebook, work.stage, work.settings
    source, static = settings.root / settings.source, settings.root / settings.static
    attachments = {}
    for each in outline.attachments:
        file = beside.local_file(each.name, notebook, source, static)
        if file and _stage_copy(file, each.path, each.digest, "", stage):
            attachments[each.href] = each.path
    download = posts.download_path(place)
    if not _stage_copy(source / notebook, download, outline.digest, notebook, stage):
        download = ""
        work.log.warn([Problem(notebook, "changed while it was published", "publish again")])
    return Files(attachments, download)


def _stage_copy(file: Path, path: str, digest: str, owner: str, stage: Stage) -> bool:
    """Stage a copy of a file; return False if it is no longer what it was when the post was made."""
    shown = stage.current.entries.get(path)
    if shown and shown.digest == digest and stage.keep(path, owner):
        return True
    try:
        data = file.read_bytes()
    except OSError:
        return False
    if hashlib.sha256(data).hexdigest() != digest:
        return False
    stage.write(path, data, owner)
    return True


def stage_assets(outlines: Sequence[Outline], work: Work) -> Site:
    """Stage the style sheet, the fonts, the logo, and scripts where they are used; return what pages know of it."""
    settings, where = work.settings, templating.folders(work.settings.root)
    assets = stylesheet.assets(where, settings.accent, settings.theme)
    has_frames = any(path.startswith(FRAMES) for each in outlines for path in each.files)
    used = {stylesheet.SCRIPT: has_frames, stylesheet.COMMENTS: bool(settings.comments.repository)}
    if not search.is_wanted(settings.search, work.program):
        assets = tuple(asset for asset in assets if asset.name not in stylesheet.SEARCHING)
    for asset in assets:
        if used.get(asset.name, True):
            work.stage.write(asset.path, asset.data)
    return pages.site(settings, assets, work.own_words, stage_logo(work))


def stage_logo(work: Work) -> Logo | None:
    """Stage the logo, if there is one."""
    if not work.settings.logo:
        return None
    logo, data = branding.logo(work.settings.root, work.settings.logo)
    work.stage.write(logo.url.lstrip("/"), data)
    return logo


def static_files(settings: Settings) -> dict[str, Path]:
    """Return the author's own files by the path that they go to; links that lead out of their folder are left out."""
    folder = settings.root / settings.static
    root = resolved(folder)
    files = (file for file in sorted(folder.rglob("*")) if file.is_file() and resolved(file).is_relative_to(root))
    return {file.relative_to(folder).as_posix(): file for file in files}


def stage_libraries(outlines: Sequence[Outline], production: Production, work: Work) -> None:
    """Stage the script libraries that the posts load, unless one of the same version is there already."""
    paths = scripts(work)
    for name in sorted({name for each in outlines for name in each.libraries}):
        if not production.has(paths[name]):
            work.stage.write(paths[name], libraries.LIBRARIES[name].read())


def stage_static(static: Mapping[str, Path], work: Work) -> None:
    """Stage the author's own files as they are."""
    for path, file in static.items():
        shown = work.stage.current.entries.get(path)
        if not (shown and shown.digest == work.digests.of(str(file)) and work.stage.keep(path, "")):
            work.stage.write(path, _read_static(file, f"{work.settings.static}/{path}"))
    work.log.warn(_kept_too_long(static, work.settings.static))


def _kept_too_long(static: Iterable[str], folder: str) -> Iterator[Problem]:
    """Yield the first of the author's own files in each folder whose files hosts let browsers keep for ever."""
    for kept in headers.KEPT:
        if found := min((path for path in static if path.startswith(kept)), default=""):
            message = f"lies in {kept} of the site, where browsers keep files for a year, even if they change"
            yield Problem(f"{folder}/{found}", message, "put your own files into a folder of another name")


def stage_headers(site: Site, stage: Stage) -> None:
    """Stage what servers should say with the files, unless the author has written that."""
    if not stage.has(headers.PATH):
        stage.write(headers.PATH, headers.file(site.prefix))


def own_font(work: Work) -> Font:
    """Return the font of the blog's own for what is drawn. Raises SettingsError if it cannot be read."""
    file = brand.font_file(work.settings)
    if file is None:
        return Font()
    try:
        font = Font(regular.read_linked(file), work.digests.of(str(file)))
        images.check_font(font.data)
    except (OSError, images.ImageError) as error:
        what = error.strerror if isinstance(error, OSError) else error.what
        raise SettingsError(
            Problem("pyproject.toml", f"`social-font` {file.name}: {what}", "correct its path")
        ) from None
    return font


def stage_brand(site: Site, font: Font, work: Work) -> Site:
    """Stage icons, the manifest and the blog's own social card; return what pages know of them."""
    settings, stage = work.settings, work.stage
    touch, others = brand.icons(settings, font)
    card = brand.card_of_blog(settings, font) if settings.base_url else None
    wanted = [each for each in (touch, *others, card) if each]
    drawings = (Drawing(each, font.data, settings.images.max_pixels) for each in wanted)
    work.log.warn(Gallery(stage, work.cache, work.options.force).hang(drawings))
    if not stage.has(brand.MANIFEST):
        stage.write(brand.MANIFEST, brand.manifest(site, (icon for icon in others if stage.has(icon.path))))
    return replace(
        site,
        touch_icon=next((f"/{path}" for path in (brand.TOUCH_ICON, touch.path) if stage.has(path)), ""),
        manifest=f"/{brand.MANIFEST}",
        social_card=f"/{card.path}" if card and stage.has(card.path) else "",
    )


def _read_static(file: Path, name: str) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        hint = "check the file and its permissions"
        raise PublisherError(Problem(name, f"cannot be read: {error.strerror}", hint)) from None


def stage_social_cards(
    outlines: Sequence[Outline], entries: Iterable[Entry], site: Site, font: Font, work: Work
) -> list[Entry]:
    """Stage the card that other sites show of each post, which only a site that has an address needs."""
    composed = list(entries)
    if not site.base_url:
        return composed
    known, accent = {outline.notebook: outline for outline in outlines}, work.settings.accent
    cards = {post.notebook: brand.card_of_post(known[post.notebook], post, site, accent, font) for post, _ in composed}
    work.log.warn(brand.without_title(cards, font))
    pixels = work.settings.images.max_pixels
    drawings = (Drawing(card, font.data, pixels, notebook) for notebook, card in cards.items())
    gallery = Gallery(work.stage, work.cache, work.options.force)
    work.log.warn(gallery.hang(drawings, lambda number: work.crew.for_notebooks(-(-number // _CARDS_A_NOTEBOOK))))
    return [_with_social_card(entry, cards[entry[0].notebook].path, work.stage) for entry in composed]


def _with_social_card(entry: Entry, path: str, stage: Stage) -> Entry:
    post, files = entry
    return (replace(post, social_card=f"/{path}"), (*files, path)) if stage.has(path) else entry


def stage_feed_style(site: Site, work: Work) -> str:
    """Stage the style sheet of feeds; return its site-relative URL."""
    about = pages.words_of(site).feed_about
    sheet = feeds.stylesheet(templating.folders(work.settings.root), work.settings.accent, about)
    work.stage.write(sheet.path, sheet.data)
    return f"/{sheet.path}"
