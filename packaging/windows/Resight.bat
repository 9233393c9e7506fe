@echo off
rem Double-click in the Explorer: starts Resight with the first fitting Python found.
setlocal
cd /d "%~dp0..\.."
for %%v in (3.13 3.12 3.11 3) do (
    py -%%v -c "" >nul 2>nul && (
        py -%%v packaging\launch.py
        goto :end
    )
)
python -c "" >nul 2>nul && (
    python packaging\launch.py
    goto :end
)
echo Resight needs Python 3.11, 3.12 or 3.13: install it from https://www.python.org/downloads/ and try again.
pause
exit /b 1

:end
rem Keep the window open when something went wrong, so that it can be read.
if errorlevel 1 pause
