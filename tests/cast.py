"""The cast, once: always the same people, so that a test reads as a story."""

CAST = {
    "organiser": ("organiser", None),
    "facilitator": ("facilitator", None),
    "rapporteur": ("rapporteur", None),
    "liang": ("participant", "CN"),
    "tachibana": ("participant", "JP"),
    "morinaga": ("participant", "JP"),  # of the same delegation, not invited to the workshop
    "namgung": ("participant", "KR"),
    "whitcombe": ("participant", "US"),
    "liaison-japan": ("liaison", "JP"),
    "liaison-rok": ("liaison", "KR"),
    "observer": ("observer", None),
}
PASSPHRASE = "a calm and patient table"
