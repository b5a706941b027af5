"""What can be wrong with a backup, or with the place it should go to: always one sentence, never a word of the content."""


class BackupFault(RuntimeError):
    """Nothing was written, or what was written is taken back."""


class BadBackup(BackupFault):
    """The file is not what was written, or not for this identity, or not of this house."""


class Refused(BackupFault):
    """The file may be good; here it cannot be made, restored or checked."""
