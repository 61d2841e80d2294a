#!/bin/sh
# What the tests need from the system: Chromium for the journeys in a browser.
# Installed when we may, else explained.
set -e
if [ ! -x /usr/bin/chromium ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing Chromium for the browser tests"
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
    else
        echo "The browser tests need Chromium. On Debian, as root: apt-get install chromium" >&2
        exit 1
    fi
fi
