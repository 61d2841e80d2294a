#!/bin/sh
# /usr/local/sbin/milepost-owner: the command as the role that owns the tables. For restoring, going
# back by a migration, and putting the guard of the evidence back; for nothing else.
set -a
. /etc/milepost/milepost.env
HOME=/var/lib/milepost_owner
MILEPOST_HOME=/var/lib/milepost_owner
MILEPOST_DATABASE="postgresql://milepost_owner@/milepost?host=/var/run/postgresql"
set +a
cd /var/lib/milepost_owner
exec setpriv --reuid=milepost_owner --regid=milepost --init-groups /opt/milepost/venv/bin/milepost "$@"
