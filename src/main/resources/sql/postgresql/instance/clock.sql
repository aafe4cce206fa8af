-- The database's clock, in seconds since 1970, whatever its time zone.
SELECT CAST(FLOOR(EXTRACT(EPOCH FROM clock_timestamp())) AS BIGINT)
