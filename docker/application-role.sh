#!/bin/sh
# Makes the role of the application, or gives it its present password. The postgres image runs this as it makes the
# database; on one that exists already, run it by hand (README). What the role may do is granted as the application starts.
set -eu
[ -z "${APPLICATION_PASSWORD_FILE:-}" ] || APPLICATION_PASSWORD=$(cat "$APPLICATION_PASSWORD_FILE")
: "${APPLICATION_PASSWORD:?}"
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -v password="$APPLICATION_PASSWORD" <<'SQL'
select 'create role application' where not exists (select from pg_roles where rolname = 'application') \gexec
alter role application login nosuperuser nocreatedb nocreaterole password :'password';
SQL
