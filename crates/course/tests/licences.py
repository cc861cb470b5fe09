"""Whether a licence expression, as crates write it, is met by licences of a list."""

from __future__ import annotations

import re
from collections.abc import Collection

# `A/B` is how crates once wrote `A OR B`; an exception belongs to its licence.
WORD = re.compile(r"[()/]|[\w.+-]+(?: WITH [\w.-]+)?")


def allowed(expression: str, licences: Collection[str]) -> bool:
    """AND binds closer than OR."""
    words = WORD.findall(expression)

    def any_of() -> bool:
        found = [all_of()]
        while words and words[0] in ("OR", "/"):
            words.pop(0)
            found.append(all_of())
        return any(found)

    def all_of() -> bool:
        found = [one()]
        while words and words[0] == "AND":
            words.pop(0)
            found.append(one())
        return all(found)

    def one() -> bool:
        word = words.pop(0)
        if word != "(":
            return word in licences
        found = any_of()
        words.pop(0)
        return found

    return any_of()
