#!/bin/sh
# Double-click in the Finder: starts Resight with the first fitting Python found.
cd "$(dirname "$0")/../.." || exit 1
# The Finder starts us with a bare PATH: add where Homebrew and python.org put Python.
PATH="$PATH:/opt/homebrew/bin:/usr/local/bin"
for version in 3.13 3.12 3.11; do
    PATH="$PATH:/Library/Frameworks/Python.framework/Versions/$version/bin"
done
export PATH
for python in python3.13 python3.12 python3.11 python3; do
    if command -v "$python" >/dev/null 2>&1; then
        exec "$python" packaging/launch.py
    fi
done
echo "Resight needs Python 3.11, 3.12 or 3.13: install it from https://www.python.org/downloads/ and try again."
exit 1
