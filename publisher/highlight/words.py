"""The words that Pygments knows in Python, by class, and the words of a shell."""

from __future__ import annotations

_BUILTINS = (
    "__import__ abs aiter all any bin bool breakpoint bytearray bytes callable chr classmethod compile "
    "complex delattr dict dir divmod enumerate eval filter float format frozendict frozenset getattr globals "
    "hasattr hash hex id input int isinstance issubclass iter len list locals map max memoryview min next "
    "object oct open ord pow print property range repr reversed round sentinel set setattr slice sorted "
    "staticmethod str sum super tuple type vars zip"
)
_EXCEPTIONS = (
    "ArithmeticError AssertionError AttributeError BaseException BlockingIOError BrokenPipeError BufferError "
    "BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError "
    "ConnectionResetError DeprecationWarning EOFError EncodingWarning EnvironmentError Exception "
    "FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError "
    "ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt "
    "LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError "
    "OverflowError PendingDeprecationWarning PermissionError ProcessLookupError RecursionError ReferenceError "
    "ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning "
    "SystemError SystemExit TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError "
    "UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning VMSError ValueError "
    "Warning WindowsError ZeroDivisionError"
)
_METHODS = (
    "abs add aenter aexit aiter and anext await bool bytes call complex contains del delattr delete delitem "
    "dir divmod enter eq exit float floordiv format ge get getattr getattribute getitem gt hash iadd iand "
    "ifloordiv ilshift imatmul imod imul index init instancecheck int invert ior ipow irshift isub iter "
    "itruediv ixor le len length_hint lshift lt matmul missing mod mul ne neg new next or pos pow prepare "
    "radd rand rdivmod repr reversed rfloordiv rlshift rmatmul rmod rmul ror round rpow rrshift rshift rsub "
    "rtruediv rxor set setattr setitem str sub subclasscheck truediv xor"
)
_VARIABLES = (
    "annotations bases class closure code defaults dict doc file func globals kwdefaults module mro name "
    "objclass qualname self slots weakref"
)

METHODS = frozenset(f"__{name}__" for name in _METHODS.split())
SHELL_KEYWORDS = (
    *("break", "case", "continue", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in"),
    *("return", "select", "then", "until", "while"),
)
SHELL_BUILTINS = (
    *("alias", "bg", "bind", "builtin", "caller", "cd", "command", "compgen", "complete", "declare", "dirs"),
    *("disown", "echo", "enable", "eval", "exec", "exit", "export", "false", "fc", "fg", "getopts", "hash", "help"),
    *("history", "jobs", "kill", "let", "local", "logout", "popd", "printf", "pushd", "pwd", "read", "readonly"),
    *("set", "shift", "shopt", "source", "suspend", "test", "time", "times", "trap", "true", "type", "typeset"),
    *("ulimit", "umask", "unalias", "unset", "wait"),
)
STATEMENT = frozenset(
    "as assert async break continue del elif except finally global nonlocal pass raise return try while with".split()  # noqa: SIM905 (reads better)
)

# `df.filter` is none of Python's own.
AFTER_DOT = {
    **dict.fromkeys(("await", "else", "for", "if", "lambda", "yield", "yield from", *STATEMENT), "k"),
    **dict.fromkeys(("True", "False", "None"), "kc"),
    **dict.fromkeys(("in", "is", "and", "or", "not"), "ow"),
    **dict.fromkeys(METHODS, "fm"),
    **{f"__{name}__": "nv" for name in _VARIABLES.split()},
}
ALONE = {
    **AFTER_DOT,
    **dict.fromkeys(_BUILTINS.split(), "nb"),
    **dict.fromkeys(_EXCEPTIONS.split(), "ne"),
    **dict.fromkeys(("self", "cls", "Ellipsis", "NotImplemented"), "bp"),
}
