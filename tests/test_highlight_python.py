"""Python highlighted without Pygments, and as Pygments would."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.highlight import CLASSES, code, lexers, python
from publisher.highlight.words import ALONE

_TAG = re.compile(r"<[^>]*>")

# One or more of each construct; what stands before a tab is its name.
SAMPLES = """\
assignment	total = price * (1 + rate) ** years
operators	a -= b // c @ d << 2; e = not a <= ~b != c -> d
comparison	if x is not None and y not in z or w: pass
numbers	[0x1F, 0b101, 0o17, 1_000, 1.5e-3, 2., .5, 3j, 1e5j, 10L, 0777]
names	self.print(len(items), filter.map, __name__, obj.__init__, True.real, data.id)
definition	def greet(name: str = "you", *args, **kwargs) -> None: ...
special method	def __init__(self): super().__init__()
async	async def f(): await g(); yield from h(); return (x async for x in y)
class	class Post(Base, metaclass=Meta):
decorator	@app.route("/")
decorator with space	@ decorated
matrix product	a@b @ c
import	import os.path as p, sys , numpy as np
from import	from . import a, b as c
deep from import	from ..pkg.mod import (
from as name	from __future__ import annotations  # why
raise from	raise ValueError("no") from None
raise from name	raise KeyError(key) from error
exception	except (ValueError, OSError) as error:
lambda	f = lambda x, *y: x if y else -x
comment	x = 1  # it's "one" & more
docstring	    \"\"\"One "line", and \\n more\"\"\"
raw docstring	R'''raw \\d'''
triple	x = \"\"\"50%% of {name} \\t "quoted" {{}}\"\"\"
triple bytes	x = b'''a\\x00\\u1234 %s'''
escapes	"\\n \\\\ \\x41 \\u00e9 \\U0001F600 \\101 \\d \\' "
bytes	b"\\n \\u1234 \\xff"
raw	r"\\d+\\"\\s" + rb'\\w{2}'
raw triple	x = r\"\"\"\\alpha {0} "quoted" \\"\"\"
prefixes	u"a" + Rb"b" + BR"c" + U'd'
interpolation	"%d %5.2f %(name)s 100%% {} {0:>10} {a.b[0]!r:^5} {{x}} {" % values
empty strings	"" + '' + \"\"\"\"\"\"
f-string	f"{x} and {y!r:>{width}} {{literal}} {d['a']} {f(a, b=[1, 2])} {z=} {z = !s}\\n"
f-string formats	f'{now:%Y-%m-%d} {value:.2f}{unit} {n:,} {a if b else "c"} {x == y} {x != y} {x <= y}'
f-string dict	f"{ {'a': 1}['a'] } {g({'k': 2})} {s[1:2]} {lambda: 1}"
f-string triple	f\"\"\"{a} "b" {c}\"\"\"
raw f-string	rf"\\d{n}\\"" + Rf'{m}' + fr"\\{k}"
magic	%matplotlib inline
timed	%timeit -n 10 f(x)
magic with value	files = %sql select 1
cell magic	%%time
indented magic	    %time x = f()
shell	!ls
shell with arguments	!pip install -q -U numpy torch==2.8.0 {package} $name
shell with words of its own	!echo hello && cd ..
shell with value	files = !ls *.py
shell line	!!pwd
question	?obj
question after	obj.method??
question with star	np.*load*?
match	match command:
case	    case [x, _]:
match as name	match = re.match(a, b)
match as call	match.group(1)
lazy	lazy import numpy
open string	x = "open
open triple	x = \"\"\"open
two strings at once	"a"'b' + f"c""d"
escaped name	"\\N{DASH} {a}"
index across strings	'{a[' + key + ']}'
continued	x = 1 + \\
unicode	π = "é" + größe  # ☃
errors	a ? b $ c ` d
no white space	1if x else 2
template	t"{x}"
""".rstrip().split("\n")


def pieces() -> list[str]:
    return [sample.partition("\t")[2] for sample in SAMPLES]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.partition("\t")[0])
def test_a_construct_is_highlighted_as_pygments_does(sample: str) -> None:
    source = sample.partition("\t")[2]
    assert python.html(source) in (None, lexers.html(source, "python"))


def test_few_constructs_are_left_to_pygments() -> None:
    left = {sample.partition("\t")[0] for sample in SAMPLES if python.html(sample.partition("\t")[2]) is None}
    assert left == {
        *("match", "case", "match as call", "lazy", "open string", "open triple", "template", "f-string dict"),
        *("two strings at once", "escaped name", "index across strings", "shell with words of its own"),
    }


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(["", "    ", "\t"]), st.sampled_from(pieces()))))
def test_lines_in_any_order_are_highlighted_as_pygments_does(lines: list[tuple[str, str]]) -> None:
    source = "\n".join(indent + line for indent, line in lines)
    assert python.html(source) in (None, lexers.html(source, "python"))


@settings(max_examples=300)
@given(st.one_of(st.text(), st.text("\"'{}\\\n#%!?=@. frbt1x[](:"), st.lists(st.sampled_from(pieces())).map("".join)))
def test_without_its_tags_it_is_the_source(source: str) -> None:
    html = python.html(source)
    assert html is None or unescape(_TAG.sub("", html)) == source


@pytest.mark.parametrize("name", sorted({*ALONE, "__version__", "Selfish"} - {"yield from"}))
def test_a_word_has_the_class_that_pygments_gives_it(name: str) -> None:
    for source in (f"{name}", f"x.{name}", f"def {name}(): x"):
        assert python.html(source) == lexers.html(source, "python")


def test_only_known_classes_are_written() -> None:
    written = re.findall(r'class="([^"]*)"', "".join(python.html(piece) or "" for piece in pieces()))
    assert set(written) <= set(CLASSES)
    assert len(set(written)) > 15


def test_what_was_seen_before_is_highlighted_as_the_first_time() -> None:
    first = [python.html(piece) for piece in pieces()]
    assert [python.html(piece) for piece in pieces()] == first


def test_the_table_of_tokens_stays_small() -> None:
    for number in range(25_000):
        python.html(f"name_{number}")
    assert len(python._pieces) <= python._MOST_CACHED
    assert python.html("name_1 = None") == 'name_1 <span class="o">=</span> <span class="kc">None</span>'


@pytest.mark.parametrize(
    "piece", ["f'{", "'", "f'{(", "\n", "import a,", "{a[", "\\N{", '"""a"""b', "!a ", "=%a", "1_"]
)
@pytest.mark.parametrize("start", ["", "'", "f'", "import ", "!", '"""'])
@pytest.mark.usefixtures("ends")
def test_odd_code_takes_a_time_that_its_length_explains(start: str, piece: str) -> None:
    source = start + piece * 40_000
    html = python.html(source)
    assert html is None or unescape(re.sub("<[^<>]*>", "", html)) == source


def test_pygments_is_not_imported_for_python() -> None:
    program = (
        "import sys; from publisher.highlight import code, knows;"
        "code('!pip install numpy\\nimport numpy as np  # why', 'ipython3'); code('x', 'text'); knows('python');"
        "assert 'pygments' not in sys.modules; code('x', 'rust'); assert 'pygments' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.corpus
def test_real_cells_are_highlighted_as_pygments_does(corpus: Path) -> None:
    sources = [source for path in sorted(corpus.rglob("*.ipynb")) for source in _code_of(path)]
    made = {source: python.html(source) for source in sources}
    known = {source: html for source, html in made.items() if html is not None}
    assert len(known) > 0.95 * len(made)
    assert [source for source, html in known.items() if html != lexers.html(source, "python")] == []


def _code_of(path: Path) -> list[str]:
    try:
        notebook = json.loads(path.read_bytes())
    except ValueError:
        return []
    if "python" not in json.dumps(notebook.get("metadata")).lower():
        return []
    cells = notebook.get("cells", [])
    return ["".join(cell["source"]) for cell in cells if cell.get("cell_type") == "code" and cell.get("source")]


def test_what_is_left_to_pygments_is_highlighted_all_the_same() -> None:
    assert code("match x:\n    case 1: pass", "python").startswith('<span class="k">match</span> x:')
    assert code('x = "open', "python") == 'x <span class="o">=</span> <span class="s">"open</span>'
