"""Find what names a person in what a notebook shows: home folders and e-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import AnyStr

HOME = "a home folder"
EMAIL = "an e-mail address"

_HOMES = re.compile(
    r"(?<=[^\w.~-]/)(?:home|Users)/([A-Za-z][\w.-]{0,40})(?=/)"
    r"|(?:(?<=[A-Za-z]:\\)|(?<=[A-Za-z]:\\\\))Users\\{1,4}(\w[\w .-]{0,40}?)\\"
)
# Accounts of programs, images and services, and names that stand for one.
_PROGRAMS = (
    "jovyan root runner conda ubuntu user username users name yourname your-name your_name admin vscode codespace"
    " gitpod circleci travis jenkins docker nobody ec2-user vagrant azureuser centos debian opc studio-lab-user"
    " sagemaker-user shared public default me you myuser someuser foo bar colab kaggle dask ray airflow spark hadoop"
    " linuxbrew work mambauser app appuser builder dev developer vsts vssadministrator runneradmin"
    " containeradministrator rstudio main anaconda miniconda miniconda3 anaconda3 data project projects local julia"
    " buildbot"
)
_NOBODY = frozenset(_PROGRAMS.split())
_NAME = re.compile(r"(?<![\w.%+/:@$-])[A-Za-z0-9][\w.+-]{0,63}\Z")
_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+){0,4}\.[A-Za-z]{2,12}(?![\w@-]|\.\w)")
_NO_ADDRESS = re.compile(
    r"^(?:no-?reply|do-?not-?reply|git|user|username|you|your|me|name|someone|somebody|foo|bar|test|info|support|help"
    r"|contact|admin|webmaster|hello|mail|email|office|sales|press)\b|[@.](?:example|test|invalid|localhost|local)\b"
    r"|[@.]noreply\.|@(?:foo|bar|email|mail|domain|company|site|host|address|test|xyz|acme)\."
    r"|\.(?:png|jpe?g|gif|svg|webp|py|js|css)$",
    re.I,
)
_LICENCE = re.compile(r"@licen[sc]e|@author|copyright|\(c\)|©", re.I)  # of a library that an output brings along


def people(text: str, is_shown: Callable[[int], bool]) -> Iterator[tuple[str, str, int]]:
    """Yield what names a person in a text, where `is_shown` says so of the place: the kind, the name and the place."""
    for at in sorted((*positions("home/", text), *positions("Users", text))):
        match = _HOMES.match(text, at)
        if match and (name := match[match.lastindex or 1]).lower() not in _NOBODY and is_shown(at):
            yield HOME, name, at
    for at in positions("@", text):
        if text[at + 1 : at + 2].isalnum() and text[at - 1 : at].isalnum() and is_shown(at):
            address = _address(text, at)
            if address and not _LICENCE.search(text, max(0, at - 250), at):
                yield EMAIL, address, at


def _address(text: str, at: int) -> str:
    """Return the e-mail address of a person whose @ is there; "" if there is none."""
    name, host = _NAME.search(text, max(0, at - 66), at), _HOST.match(text, at + 1)
    address = f"{name[0]}@{host[0]}" if name and host else ""
    return "" if _NO_ADDRESS.search(address) else address


def positions(letters: AnyStr, text: AnyStr) -> Iterator[int]:
    """Yield every place where the letters are."""
    at = text.find(letters)
    while at >= 0:
        yield at
        at = text.find(letters, at + len(letters))
