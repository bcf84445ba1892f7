"""Read a command line before invoke does: give help, tell what is not understood, and name words by their options.

invoke takes whatever follows a command that waits for a word as that word, `--help` and a misspelt option included.
"""

from __future__ import annotations

import inspect
import os
import shlex
import shutil
import sys
import textwrap
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from invoke.collection import Collection
from invoke.exceptions import Exit
from invoke.parser import Parser
from invoke.parser.context import ParserContext
from invoke.program import Program
from invoke.tasks import Task
from msgspec import Struct

from publisher import __version__
from publisher.errors import Problem, SettingsError
from publisher.report import Summary, failure_lines, to_json
from publisher.streams import NO_READER, discard_output, replace_closed

if TYPE_CHECKING:
    from invoke.parser.argument import Argument

EXIT_CODES = (
    (0, "done, or nothing to do"),
    (1, "a notebook failed, there was a warning under --strict, or check found something as bad as --fail-on says"),
    (2, "wrong settings, options or values, or no blog here; nothing was begun"),
    (70, "a fault of publisher"),
    (
        74,
        "the site could not be put into the output folder, or the cache not be written; what was there is whole",
    ),
    (75, "another publish into the same folder is running"),
    (130, "interrupted"),
    (141, "whoever read the output went away"),
)
MISUSE = SettingsError.exit_code
HELP = ("--help", "-h")
_EXAMPLES = {"title": '"How long is a second?"', "notebook": "notebooks/a-post.ipynb", "name": "settings"}
_INVOKE = ("invoke", "inv")
_NARROW, _WIDE = 60, 100  # columns


class Command(Task[Any]):
    """A command of publisher. What is typed after it is read here first, also where invoke found it in a tasks.py."""

    @cached_property
    def arguments(self) -> list[Argument]:
        """What it can be given; those that are `positional` are words, which need no name."""
        return super().get_arguments()

    @property
    def words(self) -> list[Argument]:
        """What it is given by position."""
        return [argument for argument in self.arguments if argument.positional]

    def get_arguments(self, ignore_unknown_help: bool | None = None) -> list[Argument]:
        """Return its arguments to invoke, which asks for them just before it reads the line itself."""
        typed = _typed_to_invoke()
        if typed and (commands := commands_of(typed.collection)).get(typed.words[0]) == self:  # invoke copies tasks
            with refusing(typed.words):
                line = read(typed.words, commands, "invoke")
            if line.help_of:
                show(help_of(line.help_of, commands, "invoke"))
            self._expect(line.words, after_dashes=("--" in typed.words))
        return self.arguments

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run it; what it says goes nowhere where its output is closed."""
        replace_closed()
        return super().__call__(*args, **kwargs)

    def _expect(self, words: Mapping[str, str], after_dashes: bool) -> None:
        """Let invoke take a word that may be left out, where it is not, and one after `--`, which it keeps apart."""
        for argument in self.words:
            if (name := str(argument.name)) in words:
                argument.default = None
                if after_dashes:
                    argument.value = words[name]


class Line(Struct, frozen=True):
    """A line as it was understood: what invoke is to parse, or the command whose help is wanted.

    `words` are those of its last command, by the names of the arguments that they are for.
    """

    tokens: tuple[str, ...] = ()
    words: Mapping[str, str] = {}
    help_of: str = ""


class _Typed(Struct, frozen=True):
    """What was typed after invoke's own options, and the commands that there are."""

    words: tuple[str, ...]
    collection: Collection


@cache
def _typed_to_invoke() -> _Typed | None:
    """Return what was typed if this process is invoke's own program and has a command to run."""
    program = Path(sys.argv[0])
    if program.stem not in _INVOKE and (program.stem, program.parent.name) != ("__main__", "invoke"):
        return None
    core = Parser(initial=core_context(), ignore_unknown=True).parse_argv(sys.argv[1:])
    module = sys.modules.get(core[0].args.collection.value or "tasks")
    if not core.unparsed or module is None:
        return None
    return _Typed((*core.unparsed, *after_dashes(sys.argv)), Collection.from_module(module))


@cache
def core_context() -> ParserContext:
    """Return the options of invoke itself, which may stand after a command as well."""
    return Program().initial_context


def after_dashes(argv: Sequence[str]) -> Sequence[str]:
    """Return a line from its `--` on, if there is one."""
    return argv[argv.index("--") :] if "--" in argv else ()


def commands_of(collection: Collection) -> dict[str, Command | None]:
    """Return the commands by the names that they can be called by; None is one that is not ours."""
    names = [(primary, each) for primary, others in collection.task_names.items() for each in (primary, *others)]
    return {name: task if isinstance(task := collection[primary], Command) else None for primary, name in names}


def read(typed: Sequence[str], commands: Mapping[str, Command | None], program: str) -> Line:
    """Return a line as it is meant. Raises SettingsError for the first thing in it that is not understood.

    From a command on that is not ours the line is left as it is.
    """
    left, tokens, words = deque(typed), list[str](), dict[str, str]()
    while left:
        name = left.popleft()
        check_command(name, commands, program, left)
        command = commands[name]
        if command is None:
            return Line((*tokens, name, *left))
        reading = _Reading(name, command, program)
        if reading.take(left, commands):
            return Line(help_of=name)
        words = reading.words()
        tokens += [name, *reading.options, *(f"--{word}={value}" for word, value in words.items())]
    return Line(tuple(tokens), words)


def check_command(name: str, commands: Mapping[str, Command | None], program: str, after: Iterable[str] = ()) -> None:
    """Raise SettingsError if there is no such command, or an option in the place of one."""
    if name not in commands:
        raise SettingsError(_no_command(name, commands, program, [*after]))


def _no_command(name: str, commands: Mapping[str, Command | None], program: str, after: Sequence[str]) -> Problem:
    if not name.startswith("-"):
        return Problem(name, "is not a command", _meant(name, commands) or f"{program} --help names all")
    flag = name.partition("=")[0]
    takers = [each for each, command in commands.items() if command and flag in _flags(each, command).flags]
    best = min(takers, key=lambda each: each not in after, default="")
    hint = f"it comes after its command: {program} {best} {name}" if best else f"{program} --help names all"
    return Problem(flag, f"is not an option of {program} itself", hint)


def _flags(name: str, command: Command) -> ParserContext:
    return ParserContext(name, args=command.arguments)


def _meant(typed: str, known: Iterable[str]) -> str:
    near = get_close_matches(typed, known, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else ""


class _Reading:
    """Reads what follows one command: its options, each with its value, and its words."""

    def __init__(self, name: str, command: Command, program: str) -> None:
        self.name, self.command, self.program = name, command, program
        self.known = {**core_context().flags, **_flags(name, command).flags}
        self.options: list[str] = []
        self._found: list[str] = []
        self._given: set[str] = set()

    def take(self, left: deque[str], commands: Mapping[str, Command | None]) -> bool:
        """Take what belongs to the command; return whether its help is wanted instead."""
        while left and (self.command.words or not self._is_next(left[0], commands)):
            token = left.popleft()
            if token == "--":
                self._found += left
                left.clear()
            elif token.partition("=")[0] in HELP:
                return True
            elif token.startswith("-"):
                self._take_option(token, left, commands)
            else:
                self._found.append(token)
        return False

    def _is_next(self, token: str, commands: Mapping[str, Command | None]) -> bool:
        return token in commands or not token.startswith("-")

    def _take_option(self, token: str, left: deque[str], commands: Mapping[str, Command | None]) -> None:
        flag, equals, value = token.partition("=")
        argument = self.known.get(flag)
        if argument is None:
            raise self._wrong(flag, f"is not an option of {self.name}", self._instead(token))
        if not argument.takes_value:
            if equals:
                raise self._wrong(flag, "takes no value", f"write {flag}")
            self.options.append(flag)
            return
        if flag in self._given and argument.kind is not list:
            raise self._wrong(flag, "is given twice", "leave one of them out")
        self._given.add(flag)
        has_next = bool(left) and not left[0].startswith("--") and left[0] not in HELP
        if argument.optional and not equals and not (has_next and left[0] not in commands):
            self.options.append(flag)
            return
        if not equals and not has_next:
            raise self._wrong(flag, "has no value", f"write {flag}=…")
        self.options.append(f"{flag}={self._checked(flag, argument, value if equals else left.popleft())}")

    def _checked(self, flag: str, argument: Argument, value: str) -> str:
        if argument.kind is int and not value.removeprefix("-").isdecimal():
            raise self._wrong(flag, f"{value!r} is not a whole number", f"write for instance {flag}={argument.default}")
        return value

    def _instead(self, token: str) -> str:
        """Say what may have been meant by what is not an option."""
        if near := _meant(token.partition("=")[0], self.known):
            return near
        if self.command.words and not token.startswith("--"):
            return f"what begins with a dash comes after two: {self.program} {self.name} -- {shlex.quote(token)}"
        return self._all()

    def _all(self) -> str:
        return f"{self.program} {self.name} --help names all"

    def words(self) -> dict[str, str]:
        """Return the words by the names of what they are for. Raises SettingsError for too many and too few."""
        expected = [argument for argument in self.command.words if f"--{argument.name}" not in self._given]
        if len(self._found) > len(expected):
            raise self._wrong("", self._too_many(), self._joined())
        for argument in expected[len(self._found) :]:
            if argument.default is None:
                example = f"{self.program} {self.name} {_EXAMPLES[str(argument.name)]}"
                raise self._wrong("", f"{str(argument.name).upper()} is missing", f"write for instance: {example}")
        return {str(argument.name): word for argument, word in zip(expected, self._found, strict=False)}

    def _too_many(self) -> str:
        named = " ".join(f"one {str(argument.name).upper()}" for argument in self.command.words)
        number = len(self._found)
        here = f"here are {number} words" if named else f"here {'is 1' if number == 1 else f'are {number}'}"
        return f"{self.name} takes {named or 'no words'}, and {here}"

    def _joined(self) -> str:
        joined = " ".join(self._found)
        if not self.command.words:
            return self._all()
        if self.command.words[0].name != "title":
            return f"name one at a time; put in quotes what is a glob, or has spaces: {_quoted(joined)}"
        dashes = "-- " if joined.startswith("-") else ""
        return f"put it in quotes: {self.program} {self.name} {dashes}{_quoted(joined)}"

    def _wrong(self, where: str, message: str, hint: str) -> SettingsError:
        return SettingsError(Problem(where, message, hint))


def _quoted(words: str) -> str:
    return shlex.quote(words) if any(sign in words for sign in '"$`\\!') else f'"{words}"'


@contextmanager
def refusing(typed: Sequence[str]) -> Iterator[None]:
    """Say what is wrong with a line, for people and for programs, and end."""
    try:
        yield
    except SettingsError as error:
        as_json = to_json(Summary(failures=error.problems)) if _wants_json(typed) else ""
        lines = [line.text for problem in error.problems for line in failure_lines(problem)]
        _end(as_json, "\n".join(lines), MISUSE)


def _wants_json(typed: Sequence[str]) -> bool:
    return typed[:1] == ("publish",) and "--json" in typed


def show(text: str) -> NoReturn:
    """Print what was asked for, and end."""
    _end(text, "", 0)


def _end(said: str, wrong: str, code: int) -> NoReturn:
    """Print what there is to say, as far as anybody reads it, and end."""
    try:
        for text, stream in ((said, sys.stdout), (wrong, sys.stderr)):
            if text:
                print(text, file=stream, flush=True)
    except BrokenPipeError:
        discard_output()
        raise Exit(code=NO_READER) from None
    raise Exit(code=code)


def help_of(name: str, commands: Mapping[str, Command | None], program: str) -> str:
    """Return the help of a command of ours."""
    command = commands[name]
    assert command is not None  # noqa: S101 - it is one that was read
    flags = _flags(name, command)
    words = [(_word(argument), argument.help or "") for argument in command.words]
    options = [flags.help_for(f"--{argument.names[0]}") for argument in command.arguments if not argument.positional]
    usage = " ".join([f"Usage: {program} {name}", *(word for word, _ in words), *(["[options]"] if options else [])])
    parts = [usage, inspect.cleandoc(command.__doc__ or "")]
    if words:
        parts.append("\n".join(_columns(words)))
    if options:
        parts.append("\n".join(["Options:", *_columns(options)]))
    return "\n\n".join(parts)


def _word(argument: Argument) -> str:
    name = str(argument.name).upper()
    return name if argument.default is None else f"[{name}]"


def overview(commands: Mapping[str, Command | None], options: Sequence[tuple[str, str]]) -> str:
    """Return the help of the program `publisher`."""
    ours = [(name, command) for name, command in commands.items() if command is not None]
    named = [(" ".join([name, *map(_word, each.words)]), (each.__doc__ or "").split("\n")[0]) for name, each in ours]
    return "\n".join(
        [
            f"publisher {__version__} makes a blog from Jupyter notebooks.",
            "",
            "Usage: publisher COMMAND [options]",
            "",
            "Commands:",
            *_columns(named),
            "",
            "Options:",
            *_columns([("COMMAND --help", "The options of a command."), *options]),
            "",
            "Exit codes:",
            *_columns([(str(code), meaning) for code, meaning in EXIT_CODES]),
            "",
            f"Documentation: {_documentation()}",
        ]
    )


def _documentation() -> str:
    source = Path(__file__).parents[1]
    where = f"{source}{os.sep}" if (source / "docs/getting-started.md").is_file() else ""
    return f"{where}README.md and {where}docs/" + ("" if where else " in the folder that publisher was installed from")


def _columns(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield rows of a name and what is said of it, as wide as the terminal."""
    width = min(max(shutil.get_terminal_size((_WIDE, 0)).columns, _NARROW), _WIDE)
    names = max(len(name) for name, _ in rows)
    for name, said in rows:
        wrapped = textwrap.wrap(said, width - names - 4) or [""]
        yield f"  {name:{names}}  {wrapped[0]}".rstrip()
        yield from (f"  {'':{names}}  {line}" for line in wrapped[1:])
