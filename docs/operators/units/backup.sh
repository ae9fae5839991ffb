#!/bin/sh
# 자료(데이터베이스와 올린 파일)를 한 벌 적어 둔다. 부르는 법은 docs/operators/backup-restore.md 에 있다.
# 환경 변수: DATA_DIR, DATABASE_URL(없으면 SQLite), BACKUP_DIR, KEEP_DAYS
set -eu
umask 077
DATA_DIR=${DATA_DIR:-var}
BACKUP_DIR=${BACKUP_DIR:-/var/backups/planning}
KEEP_DAYS=${KEEP_DAYS:-30}
here="$BACKUP_DIR/$(date +%Y%m%d-%H%M%S)"
mkdir -p "$here.part"

# 데이터베이스를 먼저 적는다. 뒤에 올라온 파일이 더 담기는 것은 괜찮지만 빠지면 안 된다.
case "${DATABASE_URL:-}" in
  postgres*) pg_dump --format=custom --no-owner --file="$here.part/database.dump" --dbname="$DATABASE_URL" ;;
  *)
    file="$DATA_DIR/db.sqlite3"
    case "${DATABASE_URL:-}" in sqlite:///*) file="${DATABASE_URL#sqlite:///}" ;; esac
    .venv/bin/python -c 'import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as source, sqlite3.connect(sys.argv[2]) as target:
    source.backup(target)' "$file" "$here.part/db.sqlite3"
    ;;
esac
mkdir -p "$DATA_DIR/files"
tar -C "$DATA_DIR" -czf "$here.part/files.tar.gz" files
(cd "$here.part" && sha256sum -- * >SHA256SUMS)
mv "$here.part" "$here"

# 오래된 것과 하다 만 것을 지운다.
find "$BACKUP_DIR" -mindepth 1 -maxdepth 1 -type d -mtime "+$KEEP_DAYS" -exec rm -rf {} +
find "$BACKUP_DIR" -mindepth 1 -maxdepth 1 -type d -name '*.part' -mtime +1 -exec rm -rf {} +
echo "$here"
