package dev.otaroutes.store;

import dev.otaroutes.message.DeviceId;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A task that the scheduler is to do something with. */
record TaskRow(long id, DeviceId device) {

    static TaskRow of(ResultSet row, int number) throws SQLException {
        return new TaskRow(row.getLong("id"), DeviceId.ofPath(row.getString("device")));
    }
}
