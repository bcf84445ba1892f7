"""Write the schemas and the tables of the documentation anew, in a checkout: `python -m publisher.schemas`."""

from __future__ import annotations

from pathlib import Path

from publisher import schemas
from publisher.schemas import wording


def documents(checkout: Path) -> dict[Path, str]:
    """Return the files that are made from the tables of settings and front matter, as they should be."""
    settings = checkout / "docs/settings.md"
    front_matter = checkout / "docs/front-matter.md"
    about = settings.read_text("utf-8")
    made = schemas.all_of_them(schemas.examples_of(about))
    files = {Path(schemas.__file__).parent / f"{name}.json": schemas.as_text(schema) for name, schema in made.items()}
    files[settings] = wording.with_table(about, "settings", wording.settings_table())
    keys = front_matter.read_text("utf-8")
    files[front_matter] = wording.with_table(keys, "keys", wording.front_matter_table())
    return files


if __name__ == "__main__":
    for file, text in documents(Path.cwd()).items():
        file.write_text(text, "utf-8", newline="\n")
