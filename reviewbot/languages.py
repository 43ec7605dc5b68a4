"""The languages that findings and explanations can be written in, as a model is told of them."""

from __future__ import annotations

from reviewbot.settings import Language

_NAMES: dict[Language, str] = {
    "en": "",
    "ja": "Japanese (日本語)",
    "zh": "Simplified Chinese (简体中文)",
    "zh-TW": "Traditional Chinese (繁體中文)",
    "ko": "Korean (한국어)",
    "de": "German (Deutsch)",
    "fr": "French (français)",
    "es": "Spanish (español)",
    "pt": "Portuguese (português)",
    "it": "Italian (italiano)",
    "nl": "Dutch (Nederlands)",
    "pl": "Polish (polski)",
    "ru": "Russian (русский)",
    "uk": "Ukrainian (українська)",
    "tr": "Turkish (Türkçe)",
    "vi": "Vietnamese (tiếng Việt)",
    "id": "Indonesian (Bahasa Indonesia)",
    "th": "Thai (ไทย)",
    "hi": "Hindi (हिन्दी)",
    "ar": "Arabic (العربية)",
}


def name_of(language: Language) -> str:
    """What a prompt calls it; empty for English, in which prompts are written anyway."""
    return _NAMES[language]
