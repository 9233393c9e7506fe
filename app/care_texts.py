"""The words of settings, keys, licences and crash reports. No Qt, no thread."""

from __future__ import annotations

CRASH_REPORT = "Report of an error"
CRASH_NOTE = (
    "This report lies on this computer only; Resight sends nothing. It may hold names of your photos. If you want to "
    "pass it on, copy it.\n{path}"
)
COPY_REPORT = "&Copy report"
SHOW_REPORT = "Show report"
REPORT_IS_GONE = "The report is no longer there."
ENDED_BADLY = "Resight ended in an error the last time. What is known of it is in a report, on this computer only."

ABOUT = "About Resight"
DESCRIPTION = "Find photos by picture: drop one in, or draw a box round one thing in it, and see where you have it."
LICENCE = "Apache License 2.0. Made with Qt (LGPL), PyTorch, OpenVINO, hnswlib and Pillow."

SETTINGS = "Settings"
SECTIONS = "Groups of settings"
APPEARANCE = "Appearance"
LANGUAGE = "Language"
LANGUAGE_OF_SYSTEM = "Like the system"
COLOURS = "Colours"
COLOUR_CHOICES = ("Like the system", "Light", "Dark")
CONTRAST = "Contrast"
CONTRAST_CHOICES = ("Like the system", "High", "Normal")
CONTRAST_NOTE = "High contrast has black or white text and a line round everything."
MOTION = "Movement"
MOTION_CHOICES = ("Like the system", "As little as possible")
MOTION_NOTE = "With as little as possible, zooming is at once, and flickering between two pictures is by hand."
LIBRARY = "Library"
LIBRARY_PLACE = "Place"
LIBRARY_NOTE = "What Resight knows about your photos lies here. The photos stay where they are."
MOVE = "&Move…"
BACK_UP = "&Back up…"
CHECK = "&Check…"
FOLDERS = "Folders"
INDEXING = "Indexing"
DEVICE = "Computed on"
DEVICE_CHOICES = ("The fastest there is", "Processor", "Graphics card (NVIDIA)")
DEVICE_NOTE = "Holds from the next start on. Now: {device}."
DEVICE_NAMED = "Named when Resight was started: {device}."
DEVICE_PREPARING = "not known yet"
QUALITY = "Quality"
QUALITY_CHOICES = ("Find parts of photos, too", "Quicker: whole photos only")
QUALITY_NOTE = "Holds from the next start on, for photos that are indexed then. Whole photos take less time and room."
LOAD = "Load"
KEYS = "Keys"
KEYS_NOTE = "Choose a command and press Change, or double-click it."
COMMAND, KEY = "Command", "Keys"
CHANGE_KEY = "C&hange…"
REMOVE_KEY = "Re&move"
RESET_KEY = "&Reset"
RESET_ALL_KEYS = "Reset &all"
NEW_KEY = "Press the new keys for “{command}”."
NEW_KEY_NOTE = "Esc leaves everything as it is."
KEY_TAKEN = "{key} already means “{command}”. Give that another key first, or press another one here."
KEY_RESERVED = "{key} means the same everywhere and stays what it is. Press another one."
KEY_FOR_TYPING = "{key} alone would be taken from text you type. Hold Ctrl or Alt with it."
PRIVACY = "Updates and privacy"
UPDATES = "Updates"
UPDATES_NOTE = (
    "Resight does not look for updates, and there is nothing to switch on: it has no update check. You get a newer "
    "one where you got this one."
)
NETWORK = "Network"
NETWORK_NOTE = "Nothing leaves this computer: no statistics, no reports, no pictures."
ERRORS = "Errors"
ERRORS_NOTE = "If something goes wrong, a report is kept with the log. Nobody gets it unless you pass it on."
SHOW_LOG = "Show &log"

LICENCES = "Licences"
SHOW_LICENCES = "&Licences…"
LICENCES_NOTE = "What Resight consists of, and what it uses. The full texts come with each library."
INSTALLED = "Installed with it"
NO_LICENCE = "see its own files"
READING = "Reading…"
