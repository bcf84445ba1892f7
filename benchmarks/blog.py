"""Make a blog of posts from a seed: the same seed and size, the same bytes.

python -m benchmarks.blog FOLDER POSTS [SEED]
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import plots, words

Json = dict[str, Any]

SEED = 1
SETTINGS = '[tool.publisher]\ntitle = "A synthetic blog"\nexcerpt-words = 40\n'
TASKS = "from publisher.tasks import namespace as ns\n"

_FIRST, _YEARS = datetime(2012, 1, 1, 8, 30), timedelta(days=14 * 365)
_WORTH_A_POOL = 200  # posts; one takes about 25 ms, most of it for plots
_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": "3.11.9",
    },
}
# As pandas writes it.
_STYLE = "<style scoped>\n    .dataframe tbody tr th {\n        vertical-align: top;\n    }\n</style>\n"


def write(folder: Path, posts: int, seed: int = SEED) -> None:
    """Write a blog into a folder: settings, tasks and that many notebooks."""
    (folder / "notebooks").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(SETTINGS, "utf-8")
    (folder / "tasks.py").write_text(TASKS, "utf-8")
    make = partial(_write_notebook, folder / "notebooks", posts, seed)
    if posts < _WORTH_A_POOL:
        for number in range(posts):
            make(number)
    else:
        with ProcessPoolExecutor() as pool:
            list(pool.map(make, range(posts), chunksize=20))


def _write_notebook(folder: Path, posts: int, seed: int, number: int) -> None:
    (folder / name(number)).write_bytes(notebook(number, posts, seed))


def name(number: int) -> str:
    """Return the name of the file of a post, counted from 0."""
    return f"post-{number:05}.ipynb"


def notebook(number: int, posts: int, seed: int = SEED) -> bytes:
    """Return one post of a blog of so many as Jupyter saves it, of format 4.5."""
    chance = Random(f"{seed} {number} {posts}")
    raw = {"cells": list(_cells(number, posts, chance)), "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(raw, indent=1, ensure_ascii=False) + "\n").encode()


def _cells(number: int, posts: int, chance: Random) -> Iterator[Json]:
    """Yield front matter, five cells of prose and six of code with what they printed and drew."""
    yield _cell(chance, "raw", _front_matter(_FIRST + _YEARS * number / posts, chance))
    yield _prose(chance, words.paragraph(chance, 4), words.paragraph(chance, 3))
    yield _code(chance, 1, words.imports(chance))
    yield _prose(chance, words.heading(chance), words.paragraph(chance, 4))
    yield _code(chance, 2, words.code(chance))
    yield _code(chance, 3, words.code(chance), _printed(chance))
    yield _prose(chance, words.heading(chance), words.paragraph(chance, 2), words.points(chance))
    yield _code(chance, 4, words.code(chance), _drawn(chance))
    yield _prose(chance, words.paragraph(chance, 3), *_earlier(number, chance))
    yield _code(chance, 5, words.code(chance), _table(chance, 5))
    yield _code(chance, 6, words.code(chance), *([_drawn(chance)] if chance.random() < 0.5 else []))
    yield _prose(chance, words.heading(chance), words.paragraph(chance, 4), f"> {words.paragraph(chance, 1)}")


def _front_matter(date: datetime, chance: Random) -> str:
    title, tags = json.dumps(words.title(chance)), ", ".join(words.tags(chance))
    return f"---\ntitle: {title}\ndate: {date:%Y-%m-%d %H:%M}\ntags: [{tags}]\n---"


def _earlier(number: int, chance: Random) -> Iterator[str]:
    """Yield a link to an older post in one post of three."""
    if number and chance.random() < 1 / 3:
        yield f"The data are those of [an earlier post]({name(chance.randrange(number))})."


def _prose(chance: Random, *blocks: str) -> Json:
    return _cell(chance, "markdown", "\n\n".join(blocks))


def _code(chance: Random, count: int, source: str, *outputs: Json) -> Json:
    numbered = [one | {"execution_count": count} if one["output_type"] == "execute_result" else one for one in outputs]
    return _cell(chance, "code", source) | {"execution_count": count, "outputs": numbered}


def _cell(chance: Random, kind: str, source: str) -> Json:
    identity = f"{chance.getrandbits(32):08x}"
    return {"cell_type": kind, "id": identity, "metadata": {}, "source": source.splitlines(keepends=True)}


def _printed(chance: Random) -> Json:
    lines = [f"{step:3d}  loss {chance.random():.4f}  after {chance.randint(2, 90)} s\n" for step in range(1, 9)]
    return {"name": "stdout", "output_type": "stream", "text": lines[: chance.randint(3, 8)]}


def _drawn(chance: Random) -> Json:
    png = base64.b64encode(plots.plot(chance)).decode()
    data = {"image/png": png, "text/plain": ["<Figure size 640x480 with 1 Axes>"]}
    return {"data": data, "metadata": {}, "output_type": "display_data"}


def _table(chance: Random, rows: int) -> Json:
    """Return a data frame as pandas shows it."""
    head = ("mean", "std", "count", "error")
    body = [[f"{chance.uniform(0, 900):.2f}" for _ in head] for _ in range(rows)]
    lines = ["  ".join(("", *head)), *(f"{at}  {'  '.join(row)}" for at, row in enumerate(body))]
    data = {"text/html": _html(head, body).splitlines(keepends=True), "text/plain": "\n".join(lines)}
    return {"data": data, "metadata": {}, "output_type": "execute_result"}


def _html(head: tuple[str, ...], body: list[list[str]]) -> str:
    top = "".join(f"      <th>{text}</th>\n" for text in ("", *head))
    rows = "".join(
        f"    <tr>\n      <th>{at}</th>\n" + "".join(f"      <td>{text}</td>\n" for text in row) + "    </tr>\n"
        for at, row in enumerate(body)
    )
    table = f"  <thead>\n    <tr>\n{top}    </tr>\n  </thead>\n  <tbody>\n{rows}  </tbody>\n"
    return f'<div>\n{_STYLE}<table border="1" class="dataframe">\n{table}</table>\n</div>'


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]), *(int(given) for given in sys.argv[3:]))
