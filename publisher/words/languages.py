"""The names of languages in themselves, and languages in the names of files."""

from __future__ import annotations

import re

# As Unicode CLDR 46 has them, by their codes of ISO 639-1.
NAMES = {
    "af": "Afrikaans", "am": "አማርኛ", "ar": "العربية", "az": "azərbaycan", "be": "беларуская", "bg": "български",
    "bn": "বাংলা", "bs": "bosanski", "ca": "català", "cs": "čeština", "cy": "Cymraeg", "da": "dansk", "de": "Deutsch",
    "el": "Ελληνικά", "en": "English", "eo": "esperanto", "es": "español", "et": "eesti", "eu": "euskara",
    "fa": "فارسی", "fi": "suomi", "fr": "français", "ga": "Gaeilge", "gl": "galego", "gu": "ગુજરાતી", "he": "עברית",
    "hi": "हिन्दी", "hr": "hrvatski", "hu": "magyar", "hy": "հայերեն", "id": "Bahasa Indonesia", "is": "íslenska",
    "it": "italiano", "ja": "日本語", "ka": "ქართული", "kk": "қазақ тілі", "km": "ខ្មែរ", "kn": "ಕನ್ನಡ",
    "ko": "한국어", "lo": "ລາວ", "lt": "lietuvių", "lv": "latviešu", "mk": "македонски", "mn": "монгол",
    "mr": "मराठी", "ms": "Melayu", "my": "မြန်မာ", "nb": "norsk bokmål", "ne": "नेपाली", "nl": "Nederlands",
    "nn": "norsk nynorsk", "no": "norsk", "pa": "ਪੰਜਾਬੀ", "pl": "polski", "pt": "português", "ro": "română",
    "ru": "русский", "si": "සිංහල", "sk": "slovenčina", "sl": "slovenščina", "sq": "shqip", "sr": "српски",
    "sv": "svenska", "sw": "Kiswahili", "ta": "தமிழ்", "te": "తెలుగు", "th": "ไทย", "tr": "Türkçe",
    "uk": "українська", "ur": "اردو", "uz": "o‘zbek", "vi": "Tiếng Việt", "zh": "中文", "zu": "isiZulu",
}  # fmt: skip
_SUFFIX = re.compile(r"(.+)\.([a-z]{2}(?:[-_][A-Z][a-z]{3})?(?:[-_][A-Z]{2})?)")


def name(language: str) -> str:
    """Return the name of a language in itself, its region or script after it; else its code."""
    code, _, more = language.replace("_", "-").partition("-")
    found = NAMES.get(code.lower())
    if not found:
        return language
    return f"{found} ({more})" if more else found


def in_name(stem: str) -> tuple[str, str]:
    """Return the name of a file without the language at its end, and the language: `post`, `de` for `post.de`."""
    match = _SUFFIX.fullmatch(stem)
    if not match or match[2][:2] not in NAMES:
        return stem, ""
    return match[1], match[2].replace("_", "-")
