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
