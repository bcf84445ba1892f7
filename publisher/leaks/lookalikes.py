"""Tell what a program made by chance from what only looks like it: placeholders, words, paths, published samples."""

from __future__ import annotations

import json
import re
from base64 import b64decode, urlsafe_b64decode
from collections import Counter
from itertools import pairwise
from math import log2

# What people write where a secret goes. Chance makes a token hold one of these once in millions.
_PLACEHOLDER = re.compile(
    r"example|your|xxxx|\*\*\*|\.\.\.|…|123456|abcdef|changeme|change_me|placeholder|dummy|sample|redacted|secret"
    r"|password|insert|replace|todo|hidden|removed|<|>|\{|\}|\$|%s",
    re.I,
)
# Parts of samples that documentation shows, and of keys that are public on purpose.
_PUBLISHED = (
    "16C7e42F292c6912E7710c838347Ae178B4a",  # GitHub
    "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",  # jwt.io, in three releases
    "KMUFsIDTnFmyG3nMiGM6H9FNFUROf3wh7SmqJp-QV30",
    "TJVA95OrM7E2cBab30RMHrHDcEfxjoYZgeFONFh7HgQ",
    "4eC39HqLyjWDarjtT1zdp7dc",  # Stripe
    "BQokikJOvBiI2HlWgH4olfQ2",
    "26PHem9AhJZvU623DfE1x4sd",
    "b6907d289e10d714a6e88b30761fae22",  # OpenWeather
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq",  # Azurite, and the emulator before it
    "zuf+tfteSlswRu7BJ86wekitnifILbZam1KYY3TG",  # the playground of MinIO
    "nNwIzUejRCOuH5E6I8xnZz4puTs",  # every page of Twitter
)
_NUMBER = re.compile(r"\A\d{8,}-(?=\w{20})")  # of an account, before a token of it
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_HEX = re.compile(r"(?:0x)?(?:[0-9a-f]+|[0-9A-F]+)")
_DIGITS_OF_KEY = 32  # or more; of a digest as well, so that a name has to say which it is
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
# Letters of a part: on average, and of the part that a letter is in. Of 32 letters by chance, one in 200 has so many.
_LONG_PARTS, _LONG_PART = 3.0, 5.0
_LONG_PART_OF_MANY = 4.3  # where signs stand between them, as in the names of models
_ENOUGH_BITS = 3.0  # a letter; random hex of 32 digits has 3.4 to 3.9, words about 3
_MANY_BITS = 3.5

_WEAK = re.compile(
    r"passw(?:or)?[dt]|pass|pw[d]?|user(?:name)?|secret|postgres(?:ql)?|root|admin(?:istrator)?|guest|test(?:ing)?|token"
    r"|key|my(?:sql|secretpassword|password|pass|secret|db)?|foo(?:bar(?:ed)?)?|ba[rz]|anonymous|tiger|scott|welcome"
    r"|letmein|qwert[yz]\w*|changeme|default|demo|mongo(?:db)?|redis|rabbit(?:mq)?|neo4j|elastic|docker|airflow|spark"
    r"|hadoop|hive|jupyter|minio(?:admin)?|grafana|none|null|true|false|value|string|text|open sesame|hello(?:world)?"
    r"|pas+phrase|strong|super(?:secret)?|db|sa|hunter|temp|dev|prod|local(?:host)?|a+b*c*d*e*f*|x+|\W+",
    re.I,
)
_DATED = re.compile(r"[A-Za-z]+\d{1,4}\W?")  # a word with a year or a number, as tutorials write
_LEET = str.maketrans("013457@$!", "oleastasi")
_VARIABLE = re.compile(r"[$<{%\[(]|[>}\])]\Z|\$\{|\{\w*\}|%s|__\w+__|\.\.\.|…|os\.environ|getenv|getpass|\*\*")
_LOCAL = re.compile(
    r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|host(?:name)?|db|server|(?:[\w-]+\.)*example(?:\.\w+)?|(?:\w+\.)*httpbin\.org"
    r"|(?:[\w-]+\.)*(?:test|invalid|local))\Z",
    re.I,
)
_OPENSSH = "b3BlbnNzaC1rZXktdjE"  # as every body of OpenSSH begins; its first line has mostly zeros
_HOUR = 3600
_NEAR_BY = 300  # letters before a secret that may say what it is


def always(_: str) -> bool:
    """Tell that the form alone says it."""
    return True


def is_random(text: str) -> bool:
    """Tell whether a text is no placeholder, and of as many different letters as chance would take."""
    return len(set(text)) >= 8 and not is_sample(text) and _bits(text) >= _ENOUGH_BITS


def is_sample(text: str) -> bool:
    """Tell whether a text is a placeholder, or a sample that everybody has read."""
    return bool(_PLACEHOLDER.search(text)) or any(sample in text for sample in _PUBLISHED)


def _bits(text: str) -> float:
    """Return the entropy of the letters of a text, in bits a letter."""
    counts = Counter(text).values()
    return -sum(count / len(text) * log2(count / len(text)) for count in counts)


def _classes(text: str) -> int:
    """Return how many of small letters, capitals, digits and signs a text has."""
    return sum((
        any(map(str.islower, text)), any(map(str.isupper, text)), any(map(str.isdigit, text)),
        any(not letter.isalnum() for letter in text),
    ))  # fmt: skip


def is_key_id(text: str) -> bool:
    """Tell whether these are the letters of an AWS key id: a peptide, which is of twenty letters, looks alike."""
    is_peptide = not re.search(r"[2-7BJOUXZ]", text)
    return not is_peptide and not text.endswith("EXAMPLE") and len(set(text)) >= 8


def is_mixed(text: str) -> bool:
    """Tell whether a text has letters of both cases and digits as chance mixes them, not as words and paths do."""
    kinds = (str.islower, str.isupper, str.isdigit)
    return (
        is_random(text)
        and all(any(map(kind, text)) for kind in kinds)
        and _bits(text) >= _MANY_BITS
        and not _is_worded(text)
    )


def _is_worded(text: str) -> bool:
    """Tell whether a text is of words, as the name of a class or of a model, or a path."""
    if "://" in text or text.startswith(("/", "./", "~/")):
        return True
    lengths = [len(part) for part in _PARTS.findall(text)]
    squares = sum(length * length for length in lengths)
    least = _LONG_PART_OF_MANY if len(re.findall("[./-]", text)) > 2 else _LONG_PART
    return sum(lengths) >= _LONG_PARTS * len(lengths) or squares >= least * sum(lengths)


def is_hex_key(text: str) -> bool:
    """Tell whether a text is of as many hexadecimal digits as keys have."""
    digits = text.removeprefix("0x")
    return bool(_HEX.fullmatch(text)) and len(digits) >= _DIGITS_OF_KEY and not digits.isdigit() and is_random(digits)


def is_key(text: str) -> bool:
    """Tell whether the value of something named `api_key` is one: in digits, or in letters mixed by chance."""
    is_public = text.startswith(("pk.", "pk_", "pk-"))
    return not is_public and (is_hex_key(text) or is_mixed(_NUMBER.sub("", text)) or _is_in_one_case(text))


def is_key_or_uuid(text: str) -> bool:
    """Tell whether the value of a variable such as `SOME_API_KEY` is a key; some are UUIDs."""
    return is_key(text) or (bool(_UUID.fullmatch(text)) and is_random(text))


def _is_in_one_case(text: str) -> bool:
    """Tell whether a text is of letters of one case with digits all over it."""
    is_plain = text.isalnum() and text in (text.lower(), text.upper()) and len(text) >= 24
    changes = sum(one.isdigit() != other.isdigit() for one, other in pairwise(text))
    return is_plain and not _HEX.fullmatch(text) and changes >= 6 and is_random(text) and _bits(text) >= _MANY_BITS


def is_web_token(text: str) -> bool:
    """Tell whether the first part of a JSON Web Token says how it is signed, and that the token is no sample."""
    head = text.split(".")[0]
    try:
        found = json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except ValueError:
        return False
    return isinstance(found, dict) and "alg" in found and not any(sample in text for sample in _PUBLISHED)


def is_passphrase(text: str) -> bool:
    """Tell whether a word that stands where only a password can is one, not what tutorials write there."""
    return len(text) >= 6 and _classes(text) >= 2 and not _is_weak(text)


def is_strong(text: str) -> bool:
    """Tell whether a word is what a site that asks for strong passwords takes."""
    return len(text) >= 8 and _classes(text) >= 3 and not (_is_weak(text) or _DATED.fullmatch(text) or "/" in text)


def _is_weak(text: str) -> bool:
    """Tell whether a password is a word that everybody knows, a placeholder or a variable."""
    plain = re.sub(r"[\W_\d]+\Z", "", text)
    words = re.split(r"[\W_]+", text.translate(_LEET))
    is_known = any(map(_WEAK.fullmatch, (text, plain, plain.translate(_LEET), text.translate(_LEET))))
    return is_known or all(not word or _WEAK.fullmatch(word) for word in words) or not _is_secret_word(text)


def _is_secret_word(text: str) -> bool:
    return len(set(text)) > 2 and not _VARIABLE.search(text) and not _PLACEHOLDER.search(text.replace("$", ""))


def is_login(text: str) -> bool:
    """Tell whether `user:password@host` of an address says a real password."""
    user, _, rest = text.partition(":")
    password, _, host = rest.rpartition("@")
    if _WEAK.fullmatch(password) or _PLACEHOLDER.search(password) or _LOCAL.match(host):
        return False
    is_anonymous = user.lower() in ("anonymous", "ftp") or "%40" in password  # whose password is an e-mail address
    return not is_anonymous and password.lower() != user.lower() and len(set(password)) > 2


def is_pair(text: str) -> bool:
    """Tell whether `user:password` says a real password."""
    user, _, password = text.partition(":")
    return user.lower() != password.lower() and is_passphrase(password)


def is_basic(text: str) -> bool:
    """Tell whether this is `user:password` in base64."""
    try:
        pair = b64decode(text + "=" * (-len(text) % 4), validate=True).decode("utf-8")
    except ValueError:
        return False
    return ":" in pair and pair.isprintable() and is_pair(pair)


def is_body_of_key(text: str) -> bool:
    """Tell whether a private key has a body; between its head and that may be anything."""
    return _OPENSSH in text or is_random(text[-40:])


def is_packed_private_key(text: str) -> bool:
    """Tell whether base64 begins like a private key in PEM; certificates and public keys begin alike."""
    letters = re.sub(r"[^A-Za-z0-9+/]", "", text)[:64]
    return b"PRIVATE KEY" in b64decode(letters[: len(letters) // 4 * 4])


def is_key_of_address(text: str) -> bool:
    """Tell whether a parameter of an address is a key; those of Alpha Vantage are of 16 capitals and digits."""
    is_short = bool(re.fullmatch(r"(?=(?:[A-Z]*\d){3})(?=\d*[A-Z])[A-Z0-9]{16}", text)) and is_random(text)
    return is_short or is_key(text)


def is_mixed_id(text: str) -> bool:
    """Tell whether the few letters of an id are mixed."""
    return _classes(text) == 3 and len(set(text)) >= 8 and not is_sample(text)


def is_facebook(text: str) -> bool:
    """Tell whether a token of Facebook is one, not numbers in base64 that begin with a small one."""
    return is_mixed(text) and "AAAA" not in text and _bits(text) >= 4.8


def is_password_of_mail(text: str) -> bool:
    """Tell whether this is what Google gives to programs that send mail, or a strong password."""
    return bool(re.fullmatch("[a-z]{4}(?: [a-z]{4}){3}", text)) or is_strong(text)


def is_neptune(text: str) -> bool:
    """Tell whether a token of Neptune is of somebody: that of ANONYMOUS is published."""
    return b"b706bc8f-76f9-4c2e-939d-4ba036f932e4" not in b64decode(text + "=" * (-len(text) % 4))


# What stands before a secret.

_CONNECTION = re.compile(
    r"\b(?:host(?:addr|name)?|server|dbname|database|initial catalog|data source|uid|user(?:name| id)?|driver|port)\s?="
    r"|(?:PG|MYSQL_|POSTGRES_|MYSQL_ROOT_|REDIS_|RABBITMQ_|NEO4J_|DB_)\Z|\bjdbc:\w+:|\b(?:connect|create_engine|Connection|Redis|StrictRedis|MongoClient|\w*Client|Session|URL\.create)\(",
    re.I,
)
_NEAR = re.compile(
    r"(?:host(?:addr|name)?|server|data source)\s?=\s?['\"]?(?:localhost|127\.0|0\.0\.0\.0|\(local|\.[;\\])"
    r"|jdbc:[\w:]{2,40}//(?:localhost|127\.0)",
    re.I,
)


# Beginnings of names that end like those of secrets.
_OTHERS = re.compile(
    r"(?:csrf|xsrf|cache|public|publishable|page|next|continuation|sync|site|sort|primary|foreign|partition|hash|sample"
    r"|scene|instance|annotation|cursor|pad|eos|bos|sep|cls|mask|unk|special|idempotency|etag|host|device|anon|gpg|pgp"
    r"|commit|revision|checksum|design|row|index|dict|join|group|shuffle|random|middleware)[_-]?(?:api)?[_-]?\Z",
    re.I,
)


def is_name_of_secret(before: str) -> bool:
    """Tell whether what stands before `token` or `KEY` leaves it the name of a secret."""
    return not _OTHERS.search(before[-24:])


def is_lasting(before: str) -> bool:
    """Tell whether an address of S3 is signed for longer than an hour: others are over soon."""
    expires = re.search(r"X-Amz-Expires=(\d{1,9})\S*\Z", before)
    return not (expires and int(expires[1]) <= _HOUR)


def in_netrc(before: str) -> bool:
    """Tell whether what follows is the password of an entry of .netrc."""
    return bool(
        re.search(
            r"\b(?:machine\s+\S{1,99}|default)\s+login\s+\S{1,99}\s+\Z", re.sub(r"\\[nt]", " ", before[-_NEAR_BY:])
        )
    )


def in_connection(before: str) -> bool:
    """Tell whether what follows belongs to what opens a database that is not on this machine."""
    near = before[-_NEAR_BY:]
    return bool(_CONNECTION.search(near)) and not _NEAR.search(near)


def is_azure_address(before: str) -> bool:
    """Tell whether what follows signs an address of Azure; one that a user signs is over in days."""
    return (
        bool(re.search(r"[?&;]?\b(?:sv|se|sr|sp|st)=\S*\Z", before[-_NEAR_BY:])) and "skoid=" not in before[-_NEAR_BY:]
    )


def is_elsewhere(before: str) -> bool:
    """Tell whether what follows does not belong to a database on this machine."""
    return not _NEAR.search(before[-_NEAR_BY:])


def in_cookies(before: str) -> bool:
    """Tell whether what follows is a cookie."""
    return "ookie" in before[-_NEAR_BY:]


def by_twitter(before: str) -> bool:
    """Tell whether what follows is named as a token of Twitter."""
    return bool(re.search("twitter|tweepy|bearer", before[-_NEAR_BY:], re.I))


def of_roboflow(before: str) -> bool:
    """Tell whether what follows is an argument of Roboflow."""
    return "oboflow" in before[-_NEAR_BY:]
