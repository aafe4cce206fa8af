package dev.otaroutes.store;

import java.nio.ByteBuffer;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.postgresql.util.PGBinaryObject;
import org.postgresql.util.PGobject;

/**
 * Times as one parameter for PostgreSQL, in its binary format: read from texts, each of them costs the database and this process several
 * times as much as a number does. Its driver sends arrays of numbers and texts so by itself, but none of times.
 */
final class TimestampArray extends PGobject implements PGBinaryObject {
    /** Object ID of PostgreSQL's type timestamp[]. */
    static final int OID = 1115;

    private static final long serialVersionUID = 1;
    private static final int ELEMENT_OID = 1114;
    private static final LocalDateTime EPOCH = LocalDateTime.of(2000, 1, 1, 0, 0);
    private static final long EPOCH_SECONDS = EPOCH.toEpochSecond(ZoneOffset.UTC);

    private final LocalDateTime[] times;

    /** @param times may be null */
    TimestampArray(LocalDateTime[] times) {
        setType("_timestamp");
        this.times = times;
    }

    /** @return as text, for who has switched the binary format off in {@code ota.db.url} */
    @Override
    public String getValue() {
        return Arrays.stream(times).map(time -> time == null ? "NULL" : time.toString()).collect(Collectors.joining(",", "{", "}"));
    }

    @Override
    public int lengthInBytes() {
        int length = 5 * Integer.BYTES;
        for (LocalDateTime time : times) {
            length += Integer.BYTES + (time == null ? 0 : Long.BYTES);
        }
        return length;
    }

    @Override
    public void toBytes(byte[] bytes, int offset) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, bytes.length - offset);
        // Dimensions, whether there are nulls, the elements' type, how many there are, the number of the first.
        buffer.putInt(1).putInt(1).putInt(ELEMENT_OID).putInt(times.length).putInt(1);
        for (LocalDateTime time : times) {
            if (time == null) {
                buffer.putInt(-1);
            } else {
                buffer.putInt(Long.BYTES).putLong((time.toEpochSecond(ZoneOffset.UTC) - EPOCH_SECONDS) * 1_000_000 + time.getNano() / 1_000);
            }
        }
    }

    @Override
    public void setByteValue(byte[] value, int offset) {
        throw new UnsupportedOperationException("times are sent so, not read");
    }
}
