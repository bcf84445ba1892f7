"""The program `publisher`: invoke's, with help of its own and lines that are read by publisher first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from invoke.exceptions import Exit, ParseError
from invoke.parser.argument import Argument
from invoke.program import Program

from publisher import __version__, command_lines
from publisher.command_lines import MISUSE

if TYPE_CHECKING:
    from invoke.collection import Collection

NAME = "publisher"
_OWN = (
    ("--help, -h", "This help."),
    ("--version, -V", "The version of publisher."),
    ("--help-core", "The options of invoke, which runs the commands."),
)


class Commands(Program):
    """invoke's program with the commands of publisher."""

    def __init__(self, namespace: Collection) -> None:
        super().__init__(name=NAME, binary=NAME, version=__version__, namespace=namespace)
        self._commands = command_lines.commands_of(namespace)

    def core_args(self) -> list[Argument]:
        """Return the options of invoke itself, and the one that tells them."""
        return [*super().core_args(), Argument(name="help-core", kind=bool, default=False, help="Show these options.")]

    def parse_core(self, argv: list[str] | None) -> None:
        """Read what stands before any command."""
        with _understood():
            super().parse_core(argv)

    def parse_tasks(self) -> None:
        """Read the commands: first as publisher understands them, then as invoke wants them."""
        typed = (*self.core.unparsed, *command_lines.after_dashes(self.argv))
        with command_lines.refusing(typed), _understood():
            line = command_lines.read(typed, self._commands, NAME)
            self.core.unparsed = [*line.tokens]
            super().parse_tasks()
            if line.help_of or isinstance(self.args.help.value, str):
                self.print_task_help(line.help_of or self.args.help.value)
                raise Exit

    def print_help(self) -> None:
        """Print what there is, or the options of invoke."""
        if self.args["help-core"].value:
            self.print_columns(self.initial_context.help_tuples())
        else:
            print(command_lines.overview(self._commands, _OWN))

    def print_task_help(self, name: str) -> None:
        """Print the help of a command."""
        command_lines.check_command(name, self._commands, NAME)
        print(command_lines.help_of(name, self._commands, NAME))


@contextmanager
def _understood() -> Iterator[None]:
    """End with the exit code of wrong options where invoke finds what was not found before."""
    try:
        yield
    except ParseError as error:
        raise Exit(f"Failed  {error}", MISUSE) from None
