#!/bin/sh
# What the tests need from the system: Chromium for the journeys in a browser.
# Installed when we may, else explained. nginx and promtool check what docs/deploy holds; their
# tests are skipped, saying so, where they are not. LightGBM, behind the predictor, needs libgomp.
set -e
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && ! ldconfig -p | grep -q libgomp.so.1; then
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
        --no-install-recommends libgomp1 >/dev/null; } ||
        echo "The predictor's trees need libgomp1, which cannot be had here." >&2
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null &&
    ! { command -v nginx && command -v promtool; } >/dev/null; then
    echo "Installing nginx and promtool for the tests of docs/deploy"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
        --no-install-recommends nginx-light prometheus openssl >/dev/null; } ||
        echo "They cannot be had here; those tests are skipped." >&2
fi
if [ ! -x /usr/bin/chromium ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing Chromium for the browser tests"
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
    else
        echo "The browser tests need Chromium. On Debian, as root: apt-get install chromium" >&2
        exit 1
    fi
fi
