-- Which tasks wait for their plan alone: ready is 1 where a task was made so that nothing about its device has to be looked at when it goes,
-- and nothing that matters to it has changed since. It may be run again, as V2__deleted_subscriptions.sql says.
${addReady}
