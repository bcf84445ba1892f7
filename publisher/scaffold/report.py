"""Say what was written, and what to do next."""

from __future__ import annotations

import shlex
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publisher.scaffold.blog import Plan
    from publisher.scaffold.post import Post


def begun(path: str, post: Post, is_future: bool, program: str) -> str:
    """Return what to say of a new post."""
    steps = [(_editor(path), "write it"), (f"{program} preview", "see it while you write")]
    steps.append((f"{program} publish", _until(post, is_future)))
    return "\n".join([f"Wrote {path}", "", "Next:", *_columns(steps)])


def _until(post: Post, is_future: bool) -> str:
    if post.draft:
        return "publish it, once `draft: true` is taken out of its first cell"
    return f"publish it, on {post.date} or later" if is_future else "publish it"


def _editor(path: str) -> str:
    """Return the command that opens a notebook in what is installed here."""
    for package, command in (("jupyterlab", "jupyter lab"), ("notebook", "jupyter notebook")):
        if find_spec(package):
            return f"{command} {shlex.quote(path)}"
    return "pip install jupyterlab"


def made(folder: str, plan: Plan) -> str:
    """Return what to say of a new blog."""
    where = f"{folder.rstrip('/')}/" if folder not in ("", ".") else ""
    lines = [f"{'Wrote' if each.before is None else 'Added to'} {where}{each.path}" for each in plan.changes]
    lines += [f"Left {where}{path} as it is: {reason}" for path, reason in plan.kept]
    steps = [(f"cd {shlex.quote(folder)}", "")] if where else []
    program = "invoke" if plan.has_commands else "publisher"
    steps += [
        (f"{program} preview", "see it, and what you change"),
        (f'{program} new "A title"', "start a post"),
        (f"{program} publish", "make the site, in public/"),
    ]
    return "\n".join([*lines, "", "Next:", *_columns(steps)])


def _columns(steps: list[tuple[str, str]]) -> list[str]:
    width = max(len(command) for command, _ in steps)
    return [f"    {command:{width}}  {purpose}".rstrip() for command, purpose in steps]
