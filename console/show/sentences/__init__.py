"""An event as a sentence that a person can read.

Each service's module has its events' sentences: a new event is one line there, and its English in the
catalogue (`make words`).
"""

from collections.abc import Callable, Mapping
from typing import Any

from console.show.sentences import appraisal, evaluation, monitoring, planning, rewards
from console.show.sentences.choice import Choice, Sentences, Words
from console.show.sentences.period import dates, day, in_words
from console.show.words import translate

SENTENCES: Mapping[str, Sentences] = {
    "planning": planning.SENTENCES,
    "monitoring": monitoring.SENTENCES,
    "appraisal": appraisal.SENTENCES,
    "rewards": rewards.SENTENCES,
    "evaluation": evaluation.SENTENCES,
}
WORDS: Mapping[str, Words] = {
    "planning": planning.WORDS,
    "appraisal": appraisal.WORDS,
    "rewards": rewards.WORDS,
}

PRINTED: Mapping[str, Callable[[Any, str], str]] = {"period": in_words, "absent": dates}
"""Fields that are printed in another way than they are kept, whatever the event."""


def sentence(event: Mapping[str, Any], language: str) -> str:
    """One history entry (`GET /people/{person}/history`) in words; its type's name where this program
    has no sentence for it, or where the sentence's fields are not there."""
    name, service = str(event["type"]), event["service"]
    data = {field: value for field, value in event["data"].items() if value is not None}
    try:
        told = SENTENCES[service][name]
        if isinstance(told, Choice):
            told = told.sentences[data[told.field]]
        printed = _printed(data, WORDS.get(service, {}), language)
        return translate(told, language).format_map(printed)
    except (LookupError, AttributeError, TypeError, ValueError):
        return name  # one sentence that cannot be told costs no page


def _printed(data: Mapping[str, Any], words: Words, language: str) -> dict[str, Any]:
    printed = {
        field: day(value, language) if isinstance(value, str) else value
        for field, value in data.items()
    }
    for field, form in PRINTED.items():
        if field in data:
            printed[field] = form(data[field], language)
    for field, codes in words.items():
        if word := codes.get(str(data.get(field))):
            printed[field] = translate(word, language).format_map(data)
    return printed
