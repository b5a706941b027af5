"""The translations' files, for those who translate: `python -m app.core.catalogues extract` or `compile`.

`extract` writes every string of code and templates to `dipoli.pot` and merges it into the catalogue of each language, keeping what is
translated; `compile` makes the .mo files that are read at run time. There are no dates and no line numbers in the files, so
that a change of a catalogue is a change of words.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.core.i18n import CATALOGUES, LANGUAGES

ROOT = Path(__file__).parents[2]
METHODS = {"app": [("**.py", "python")], "templates": [("**.html", "jinja2.ext:babel_extract")]}
OPTIONS = {"**.html": {"newstyle_gettext": "true", "trimmed": "false"}}
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}


def extracted() -> Catalog:
    """Every string that is shown, in alphabetical order."""
    found = Catalog(project="dipoli", charset="utf-8")
    for folder, methods in METHODS.items():
        for _file, _line, message, comments, context in extract_from_dir(
            ROOT / folder, method_map=methods, options_map=OPTIONS, keywords=KEYWORDS
        ):
            found.add(message, auto_comments=comments, context=context)
    return found


def catalogue_of(language: str) -> Catalog:
    """The language's catalogue as it stands; an empty one where there is none yet."""
    file = _po(language)
    if not file.exists():
        return Catalog(locale=language, charset="utf-8")
    with file.open("rb") as opened:
        return read_po(opened, locale=language, charset="utf-8")


def extract_all() -> None:
    template = extracted()
    _write(CATALOGUES / "dipoli.pot", template)
    for language in LANGUAGES:
        if language != "en":  # the strings are English
            catalogue = catalogue_of(language)
            catalogue.update(template, no_fuzzy_matching=True)
            _write(_po(language), catalogue)


def compile_all() -> None:
    for source in CATALOGUES.glob("*/LC_MESSAGES/dipoli.po"):
        with source.open("rb") as opened:
            catalogue = read_po(opened, locale=source.parts[-3], charset="utf-8")
        with source.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, catalogue)


def _po(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / "dipoli.po"


def _write(file: Path, catalogue: Catalog) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as opened:
        write_po(opened, catalogue, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True, width=0)


if __name__ == "__main__":
    {"extract": extract_all, "compile": compile_all}[sys.argv[1]]()
