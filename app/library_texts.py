"""The words about the library as a whole: backing up, restoring, moving, checking. No Qt, no thread."""

from __future__ import annotations

BACKING_UP = "Backing up the library…"
BACKING_UP_DETAIL = "Everything Resight knows about your photos is copied; the photos themselves are not."
BACKED_UP = "The library is backed up"
BACKED_UP_DETAIL = "The backup knows {photos} and takes {size}. It is here:\n{path}"
RESTORE_DETAIL = (
    "The library becomes what it was when the backup was made. What it is now is kept and can be restored in the same "
    "way. Your photos are not touched."
)
NO_BACKUPS = (
    "There is no backup in the library yet. Resight makes one a day by itself. If you have one elsewhere, choose its "
    "file."
)
RESTORING = "Restoring the library…"
RESTORING_DETAIL = "The window opens again when it is done. Your photos are not touched."
RESTORED = "The backup is in place"
RESTORED_DETAIL = "It is of {when} and knows {photos}. Resight now looks what has changed in your folders since."
RESTORED_KEPT = "The library as it was before is kept here:\n{path}"
DAMAGED = "The library is damaged"
NEWEST_BACKUP = "The newest backup that is whole is of {when} and knows {photos}. The damaged library is kept."
NO_GOOD_BACKUP = "There is no backup of it. Rename the folder {library} and add your photo folders again."
MOVE_QUESTION = "Move the library to {place}?"
MOVE_DETAIL = (
    "The library is copied and the copy verified, then the window opens again with it. The old one stays until you say "
    "so. Your photos stay where they are."
)
MOVING = "Moving the library…"
MOVING_DETAIL = "The window opens again when it is done. If it is stopped, everything stays as it was."
MOVED = "The library was moved"
MOVED_DETAIL = "It is used from here now:\n{new}\n\nThe old one can be deleted:\n{old}"
MOVED_BY_NAME = "You have named the library when you started Resight: from now on, name its new folder."
DELETE_OLD = "Delete the old one"
KEEP_OLD = "Keep it"
CHECKING = "Checking the library…"
REPAIRING = "Repairing the library…"
CHECKING_DETAIL = "It begins when what Resight is doing now is done. Searches go on."
IN_ORDER = "The library is in order"
IN_ORDER_AGAIN = "The library is in order again"
IN_ORDER_DETAIL = "All that Resight knows about {photos} was checked."
NOT_IN_ORDER = "The library is not in order"
NOT_REPAIRED = "Not everything could be repaired"
