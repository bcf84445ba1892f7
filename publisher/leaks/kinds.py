"""Which texts are secrets: a table of kinds, each with the letters that it is looked for by, and its form."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from itertools import accumulate
from math import log2

from msgspec import Struct


class Kind(Struct, frozen=True):
    """One kind of secret: how it is called, and what it looks like from where one of its `marks` begins.

    Marks are plain letters: to look for a pattern takes twenty times as long. Group 1 of the form is the secret, where
    the whole is more. `is_real` knows what only looks like one. `is_broken` are kinds that need not have a long run of
    letters and digits in or soon after them, or only a short one.
    """

    name: str
    marks: tuple[str, ...]
    form: str
    is_real: Callable[[str], bool]
    is_broken: bool = False


_START = r"(?<![A-Za-z0-9_])"
_END = r"(?![A-Za-z0-9_])"
# What people write where a secret goes. Chance makes a token hold one of these once in millions.
_PLACEHOLDER = re.compile(
    r"example|your|xxxx|\*\*\*|\.\.\.|…|123456|abcdef|changeme|change_me|placeholder|dummy|sample|redacted|secret"
    r"|password|insert|replace|todo|hidden|removed|<|>|\{|\}|\$|%s",
    re.I,
)
_WEAK = re.compile(r"passw(?:or)?d|pass|pw[d]?|user(?:name)?|secret|postgres|root|admin|guest|test|token|key|\W+", re.I)
_LOCAL = re.compile(
    r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|host(?:name)?|db|server|(?:[\w-]+\.)*example(?:\.\w+)?)\Z", re.I
)
_ENOUGH_BITS = 3.0  # a character, of the letters of a token; random hex of 32 digits has 3.4 to 3.9, words about 3


def _is_random(text: str) -> bool:
    """Tell whether a text is no placeholder, and of as many different letters as chance would take."""
    return len(set(text)) >= 8 and not _PLACEHOLDER.search(text) and _bits(text) >= _ENOUGH_BITS


def _bits(text: str) -> float:
    """Return the entropy of the letters of a text, in bits a letter."""
    counts = Counter(text).values()
    return -sum(count / len(text) * log2(count / len(text)) for count in counts)


def _is_key_id(text: str) -> bool:
    return not text.endswith("EXAMPLE") and len(set(text)) >= 8


def _is_password(text: str) -> bool:
    """Tell whether the value of some `password = "…"` is one that a program made, not a word, a name or a path."""
    kinds = (str.islower, str.isupper, str.isdigit)
    return _is_random(text) and all(any(map(kind, text)) for kind in kinds) and _bits(text) >= 3.5


def _is_web_token(text: str) -> bool:
    """Tell whether the first part of a JSON Web Token says how it is signed."""
    head = text.split(".")[0]
    try:
        found = json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except ValueError:
        return False
    return isinstance(found, dict) and "alg" in found


def _is_login(text: str) -> bool:
    """Tell whether `user:password@host` of an address says a real password."""
    user, _, rest = text.partition(":")
    password, _, host = rest.rpartition("@")
    if _WEAK.fullmatch(password) or _PLACEHOLDER.search(password) or _LOCAL.match(host):
        return False
    return password.lower() != user.lower() and len(set(password)) > 2


def _always(_: str) -> bool:
    return True


def _kind(
    name: str, marks: str, form: str, is_real: Callable[[str], bool] = _is_random, is_broken: bool = False
) -> Kind:
    return Kind(name, tuple(marks.split()), form, is_real, is_broken)


def _token(name: str, marks: str, rest: str) -> Kind:
    """Return a kind of token that begins with one of some prefixes."""
    prefixes = "|".join(re.escape(mark) for mark in marks.split())
    return _kind(name, marks, rf"{_START}(?:{prefixes})({rest}){_END}")


_ASSIGNED = r"""\w{0,20}\\{0,3}["']?\]?\s{0,3}(?:=|:|=>|,)\s{0,3}[brfu]?\\{0,3}["']"""
_QUOTED_END = r"""\\{0,3}["']"""

KINDS = (
    _kind(
        "an AWS access key id",
        "AKIA ASIA",
        r"(?<![A-Za-z0-9+/])(?<!Credential=)((?:AKIA|ASIA)[A-Z2-7]{16})(?![A-Za-z0-9+])",
        _is_key_id,
        is_broken=True,
    ),
    _kind(
        "an AWS secret access key",
        "ecret_access_key ECRET_ACCESS_KEY ecretAccessKey aws_secret AWS_SECRET secret_key SECRET_KEY secretKey",
        r"""\w{0,20}\\{0,3}["']?\]?\s{0,3}(?:=|:|,)\s{0,3}\\{0,3}["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])""",
    ),
    _token("a GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", r"[A-Za-z0-9]{36,255}"),
    _token("a GitHub token", "github_pat_", r"[A-Za-z0-9_]{36,255}"),
    _token("a GitLab token", "glpat- gldt- glrt- glcbt- glptt- glsoat- glft- glimt- glagent-", r"[\w-]{20,300}"),
    _token("a Slack token", "xoxb- xoxp- xoxa- xoxr- xoxs- xoxe- xoxe.xoxp- xapp-", r"[A-Za-z0-9-]{20,300}"),
    _kind("a Slack webhook", "hooks.slack.com/", r"hooks\.slack\.com/(?:services|workflows)/([\w/]{30,120})"),
    _token("a Google API key", "AIza", r"[\w-]{35}"),
    _token("a Google client secret", "GOCSPX-", r"[\w-]{28}"),
    _token("a Google access token", "ya29.", r"[\w-]{30,400}"),
    _kind("a Google refresh token", "1//0", r"(?<![\w/.:-])1//0([\w-]{40,200})"),
    _kind("an Anthropic key", "sk-ant-", r"(?<![\w-])sk-ant-([\w-]{30,200})"),
    _kind(
        "an OpenAI key",
        "sk-",
        r"(?<![\w-])sk-((?:proj|svcacct|admin|None)-[\w-]{40,250}|[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}"
        r"|[A-Za-z0-9]{48}|[a-f0-9]{32}|or-v1-[0-9a-f]{64})(?![\w-])",
    ),
    _token("a Hugging Face token", "hf_ api_org_", r"[A-Za-z0-9]{34,40}"),
    _token("an npm token", "npm_", r"[A-Za-z0-9]{36}"),
    _token("a PyPI token", "pypi-AgEIcHlwaS5vcmc pypi-AgENdGVzdC5weXBpLm9yZ", r"[\w-]{50,300}"),
    _token("a Stripe key", "sk_live_ rk_live_ whsec_", r"[0-9A-Za-z+/]{16,250}"),
    _token("a Twilio key", "SK", r"[0-9a-f]{32}"),
    _kind("a SendGrid key", "SG.", r"(?<![\w.])SG\.([\w-]{16,32}\.[\w-]{32,64})"),
    _kind("a Telegram bot token", ":AA", r"(?<=[0-9]{8}):(AA[\w-]{33})(?![\w-])"),
    _kind("a Discord webhook", "discord", r"discord(?:app)?\.com/api/webhooks/(\d{15,20}/[\w-]{60,80})"),
    _kind(
        "a Discord bot token",
        "iscord ISCORD .run(",
        r"[^\n]{0,60}?(?<![\w.+/=-])([MNO][A-Za-z\d]{23,27}\.[\w-]{6}\.(?=[\w-]*\d)[\w-]{27,38})(?![\w.-])",
    ),
    _token("a Mailgun key", "key-", r"[0-9a-f]{32}"),
    _token("a DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", r"[0-9a-f]{64}"),
    _kind("an Azure key", "AccountKey= SharedAccessKey=", r"[AS]\w+=([A-Za-z0-9+/]{43,88}={1,2})(?![\w+/=])"),
    _kind("an Azure client secret", "Q~", r"(?<=[\w~.]{3}\d)(Q~[\w~.-]{31,34})(?![\w~.-])"),
    _token("a Databricks token", "dapi", r"[0-9a-f]{32}(?:-\d)?"),
    _kind(
        "a JSON Web Token", "eyJ", r"(?<![\w.=/+-])(eyJ[\w-]{8,2000}\.eyJ[\w-]{8,8000}\.[\w-]{16,2000})", _is_web_token
    ),
    _kind(
        "a private key",
        "-----BEGIN",
        r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"
        r"((?:\\+[rn]|[\s\"',+]|(?:Proc-Type|DEK-Info|Version|Comment): [^\n\\]{0,80})*[A-Za-z0-9+/=]{40,80})",
        is_broken=True,
    ),
    _kind(
        "a private key",
        "PuTTY-User-Key-File- AGE-SECRET-KEY-1",
        r"AGE-SECRET-KEY-1([A-Z0-9]{58})|PuTTY-[^:]{1,25}:",
        _always,
        True,
    ),
    _kind(
        "an address with a password",
        "://",
        r"""(?<=[a-z0-9])://([^\s/:@"'<>\\?#&,;()\[\]|]{0,80}:[^\s/:@"'<>\\?#&,;()\[\]|]{3,200}@[A-Za-z0-9.-]{2,})""",
        _is_login,
        is_broken=True,
    ),
    _kind(
        "a Weights & Biases key",
        "WANDB_API_KEY wandb.login wandb login",
        r"""[^\n]{0,40}?(?<![0-9a-f])([0-9a-f]{40})(?![0-9a-f])""",
    ),
    _kind(
        "a Kaggle key",
        "username KAGGLE_KEY",
        r"""(?:username\\{0,3}["']\s{0,3}:\s{0,3}\\{0,3}["'][^"'\\\n]{1,60}\\{0,3}["']\s{0,3},\s{0,3}\\{0,3}["']key\\{0,3}["']\s{0,3}:\s{0,3}"""
        r"""|KAGGLE_KEY\\{0,3}["']?\]?\s{0,3}[=:]\s{0,3})\\{0,3}["']?([0-9a-f]{32})(?![0-9a-f])""",
    ),
    _kind("a token of a Jupyter server", "token=", r"(?<=[?&])token=([0-9a-f]{48})(?![0-9a-f])"),
    _token("a Shopify token", "shpat_ shpca_ shppa_ shpss_", r"[0-9a-f]{32}"),
    _token("a Square token", "sq0atp- sq0csp-", r"[\w-]{22,50}"),
    _token("a Notion token", "ntn_ secret_", r"[A-Za-z0-9]{43,50}"),
    _kind("a Mapbox secret token", "sk.eyJ", r"(?<![\w.])sk\.(eyJ[\w-]{20,300}\.[\w-]{20,60})"),
    _token("a New Relic key", "NRAK-", r"[A-Z0-9]{27}"),
    _token("a Grafana token", "glsa_ glc_", r"[\w+/=]{32,300}"),
    _token("a Groq key", "gsk_", r"[A-Za-z0-9]{48,60}"),
    _token("a Replicate token", "r8_", r"[A-Za-z0-9]{37,40}"),
    _token("an Atlassian token", "ATATT3xFf", r"[\w=-]{60,300}"),
    _token("an Airtable token", "pat", r"[A-Za-z0-9]{14}\.[0-9a-f]{64}"),
    _token("a Linear key", "lin_api_", r"[A-Za-z0-9]{40}"),
    _token("a Postman key", "PMAK-", r"[0-9a-f]{24}-[0-9a-f]{34}"),
    _token("a Vault token", "hvs. hvb.", r"[\w-]{80,300}"),
    _token("a Docker token", "dckr_pat_ dckr_oat_", r"[\w-]{27,40}"),
    _token("a RubyGems key", "rubygems_", r"[0-9a-f]{48}"),
    _token("a Sentry token", "sntrys_ sntryu_", r"[\w+/=]{40,400}"),
    _token("a Pinecone key", "pcsk_", r"[\w-]{60,90}"),
    _token("an xAI key", "xai-", r"[A-Za-z0-9]{70,90}"),
    _token("a Perplexity key", "pplx-", r"[A-Za-z0-9]{40,60}"),
    _token("a LangSmith key", "lsv2_pt_ lsv2_sk_", r"[0-9a-f]{32}_[0-9a-f]{10}"),
    _token("a Tailscale key", "tskey-", r"[a-z]+-[\w-]{20,60}"),
    _kind("a bearer token", "Bearer", r"Bearer ([\w.~+/-]{24,400})", _is_password),
    _kind(
        "a password",
        "assword ASSWORD asswd ASSWD pwd PWD secret SECRET Secret token TOKEN Token"
        " api_key API_KEY apikey APIKEY apiKey api-key access_key ACCESS_KEY auth_key AUTH_KEY private_key",
        rf"""\w{{0,6}}{_ASSIGNED}([^\s"'\\]{{24,120}}){_QUOTED_END}""",
        _is_password,
    ),
)


_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+/-"
_RUNS = bytes(ord("a") if letter in _LETTERS else ord(" ") for letter in range(256))
_DIGIT = re.compile(r"\d|hf_")  # no other token of that length is of letters alone
_SHORTEST = 24  # letters of a run; of 7.1 MB of texts of 100 notebooks 0.2 are left, with what is before each
_LONGEST = 4000  # letters that are looked at; what is longer is a payload
_BEFORE = 100  # letters before a run that may say what it is
_AFTER = 8  # letters after it: the quote that ends it, behind backslashes


def secrets(text: str) -> list[tuple[int, str, str]]:
    """Return each secret of a text: where it is, its kind and itself. What two kinds claim is of the first."""
    starts, parts = _suspects(text)
    short = "\0".join(parts)
    places = list(accumulate((len(part) + 1 for part in parts), initial=0))
    found: list[tuple[int, int, str]] = []
    for kind in KINDS:
        for match in _matches(kind, text if kind.is_broken else short):
            start, end = match.span(match.lastindex or 0)
            if not kind.is_broken:
                which = bisect_right(places, start) - 1
                start, end = (at - places[which] + starts[which] for at in (start, end))
            if not any(first < end and start < last for first, last, _ in found):
                found.append((start, end, kind.name))
    return [(start, name, text[start:end]) for start, end, name in sorted(found)]


def _suspects(text: str) -> tuple[list[int], list[str]]:
    """Return where the parts of a text begin that have a long run of letters and digits, and these parts."""
    flat = text.encode("latin-1", "replace").translate(_RUNS)
    spans: list[list[int]] = [[0, 0]]
    seen = set()
    at = flat.find(b"a" * _SHORTEST)
    while at >= 0:
        end = flat.find(b" ", at)
        end = end if end >= 0 else len(flat)
        run = text[max(0, at - 3) : min(end, at + _LONGEST)]
        if run not in seen and _DIGIT.search(run):
            seen.add(run)
            _extend(spans, at, min(end + _AFTER, at + _LONGEST))
        at = flat.find(b"a" * _SHORTEST, end)
    return [start for start, _ in spans], [text[start:end] for start, end in spans]


def _extend(spans: list[list[int]], start: int, end: int) -> None:
    """Add a run and what is before it; runs that are near each other may be one secret, and stay together."""
    if start - _BEFORE <= spans[-1][1]:
        spans[-1][1] = max(end, spans[-1][1])
    else:
        spans.append([start - _BEFORE, end])


@cache
def _pattern(form: str) -> re.Pattern[str]:
    return re.compile(form)  # when its mark is found: to compile all takes 8 ms of every start


def _matches(kind: Kind, text: str) -> Iterator[re.Match[str]]:
    for mark in kind.marks:
        at = text.find(mark)
        while at >= 0:
            match = _pattern(kind.form).match(text, at)
            if match and kind.is_real(match[match.lastindex or 0]):
                yield match
            at = text.find(mark, at + len(mark))
