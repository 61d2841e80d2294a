#!/bin/sh
# /usr/local/bin/milepost: the command for operators, as the site's user and with its settings.
set -a
. /etc/milepost/milepost.env
HOME=/var/lib/milepost
set +a
cd /var/lib/milepost
exec setpriv --reuid=milepost --regid=milepost --init-groups /opt/milepost/venv/bin/milepost "$@"
