"""Putting a form into a sentence and noting where it stands, in code points."""

import re
from typing import Any

from tests.leaks.forms import Form
from tests.leaks.people import Invented

Case = dict[str, Any]


def fill(sentence: str, name: str, sex: str = "m") -> tuple[str, int]:
    """The sentence with the name, and where the name begins. `{объяснил|объяснила}` follows the sex."""
    agreed = re.sub(r"\{([^{}|]*)\|([^{}|]*)\}", lambda m: m[1] if sex == "m" else m[2], sentence)
    start = agreed.index("{n}")
    rest = agreed[start + 3 :]
    if name.endswith(".") and rest.startswith("."):
        rest = rest[1:]  # one full stop ends both an initial and a sentence
    return agreed[:start] + name + rest, start


def make_case(sentence: str, form: Form, person: Invented) -> Case:
    text, start = fill(sentence, form.text, person.sex)
    expect = {"start": start, "end": start + len(form.text), "ref": person.ref, "level": form.level}
    return {"variant": form.variant, "text": text, "expect": [expect]}


def marked(sentence: str, variant: str, ref: str, level: str = "block") -> Case:
    """A sentence whose ⟦marked part⟧ has to be found."""
    start, end = sentence.index("⟦"), sentence.index("⟧")
    text = sentence[:start] + sentence[start + 1 : end] + sentence[end + 1 :]
    return {"variant": variant, "text": text, "expect": [{"start": start, "end": end - 1, "ref": ref, "level": level}]}
