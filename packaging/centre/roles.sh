#!/bin/sh
# Run once by PostgreSQL's image when the database is made: the login of the centre's processes, which owns nothing.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set password="$CENTRE_PASSWORD" <<'SQL'
CREATE ROLE venue_desk_door NOLOGIN;
CREATE ROLE venue_desk_desk NOLOGIN;
CREATE ROLE venue_desk_agency NOLOGIN;
CREATE ROLE centre LOGIN NOINHERIT PASSWORD :'password'
    IN ROLE venue_desk_door, venue_desk_desk, venue_desk_agency;
SQL
