"""Import every models module, so that the metadata is whole."""

from app.access import models as access
from app.accounts import models as accounts
from app.baskets import models as baskets
from app.db.base import Base
from app.dialogues import models as dialogues
from app.keys import models as keys
from app.ledger import models as ledger
from app.meetings import models as meetings
from app.notes import models as notes
from app.outbox import models as outbox
from app.registers import models as registers
from app.releases import models as releases
from app.roadmap import models as roadmap
from app.scheduling import models as scheduling

__all__ = [
    "Base",
    "access",
    "accounts",
    "baskets",
    "dialogues",
    "keys",
    "ledger",
    "meetings",
    "notes",
    "outbox",
    "registers",
    "releases",
    "roadmap",
    "scheduling",
]
