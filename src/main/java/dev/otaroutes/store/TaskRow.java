package dev.otaroutes.store;

import dev.otaroutes.message.DeviceId;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A task that the scheduler is to do something with.
 *
 * @param ready whether it waits for its plan alone, so that nothing about its device has to be looked at
 */
record TaskRow(long id, DeviceId device, boolean ready) {

    static TaskRow of(ResultSet row, int number) throws SQLException {
        return new TaskRow(row.getLong("id"), DeviceId.ofPath(row.getString("device")), false);
    }

    static TaskRow ofWaiting(ResultSet row, int number) throws SQLException {
        return new TaskRow(row.getLong("id"), DeviceId.ofPath(row.getString("device")), row.getInt("ready") == 1);
    }
}
