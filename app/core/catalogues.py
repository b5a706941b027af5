"""`python -m app.core.catalogues`: compile the translations' .po files to the .mo files that are read at run time."""

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app.core.i18n import CATALOGUES


def compile_all() -> None:
    for source in CATALOGUES.glob("*/LC_MESSAGES/dipoli.po"):
        with source.open("rb") as opened:
            catalogue = read_po(opened, locale=source.parts[-3])
        with source.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, catalogue)


if __name__ == "__main__":
    compile_all()
