-- The database's clock, in seconds since 1970, whatever its time zone.
SELECT UNIX_TIMESTAMP()
