"""Name the files and folders at the top of the site that are its own, so that no post takes one of them."""

from __future__ import annotations

# What each folder is for; all that is in them is ours.
FOLDERS = {
    "assets": "style sheets, scripts and fonts",
    "files": "files that posts link to",
    "img": "images",
    "media": "sound, film and documents",
    "outputs": "outputs with scripts",
    "pagefind": "the index of its search",
}
# What each file is.
FILES = {
    ".publisher-manifest.json": "the list of its files",
    "404.html": "what is shown in the place of a page that does not exist",
    "_headers": "what hosts send with its files",
    "_redirects": "what hosts know of old addresses",
    "feed.json": "a feed",
    "feed.xml": "a feed",
    "index.html": "the home page",
    "llms.txt": "the list of posts for programs",
    "manifest.webmanifest": "what phones know of it",
    "robots.txt": "what search engines may do",
    "sitemap.xml": "what search engines find",
    # What hosts and browsers look for there. We write none of these; an author may, among the static files.
    "_routes.json": "what a host reads",
    "_worker.js": "what a host runs",
    "apple-touch-icon.png": "an icon",
    "cname": "what a host reads",
    "favicon.ico": "an icon",
}
# Pages that list posts. The page itself is ours, and those that exist below it.
LISTINGS = ("archive", "authors", "page", "series", "tags")


def reason(path: str) -> str:
    """Say what of the site is at the first step of a path, if no post may be there or below; "" if one may."""
    top = path.lstrip("/").partition("/")[0].casefold()  # as `paths.folded` has it: the names are all ASCII
    if what := FOLDERS.get(top):
        return f"lies in /{top}/, where the site keeps {what}"
    return f"takes the place of /{top}, {what}" if (what := FILES.get(top)) else ""
