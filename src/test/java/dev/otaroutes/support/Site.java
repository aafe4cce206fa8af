package dev.otaroutes.support;

import java.util.ArrayDeque;
import java.util.Deque;

/** What the bundle runs with at a company: its broker and its database, and the bundle itself in a process of its own. */
public final class Site implements AutoCloseable {
    /** The combinations that are promised to be equals. */
    public enum Kind { EMBEDDED, MOSQUITTO_POSTGRES, MOSQUITTO_MARIADB }

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final OtaProcess ota;
    private final Mosquitto mosquitto;
    private final DatabaseServer database;
    private final String databaseUrl;

    /** Starts broker and database, not yet the bundle. The demo is off. */
    public Site(Kind kind) {
        this(kind, 256);
    }

    /** As {@link #Site(Kind)}. @param heapMegabytes of the bundle's process, with the broker where that is embedded */
    public Site(Kind kind, int heapMegabytes) {
        ota = new OtaProcess(kind.name().toLowerCase(java.util.Locale.ROOT), heapMegabytes).with("ota.demo.enabled", "false");
        parts.push(ota);
        if (kind == Kind.EMBEDDED) {
            mosquitto = null;
            database = null;
            databaseUrl = null;
            return;
        }
        mosquitto = new Mosquitto().start();
        parts.push(mosquitto);
        database = kind == Kind.MOSQUITTO_POSTGRES ? new Postgres() : new MariaDb();
        parts.push(database);
        database.start();
        // Another broker than the embedded one: devices there are on this machine all the same, in a test.
        databaseUrl = database.newDatabase();
        ota.with("ota.mqtt.url", mosquitto.url()).with("ota.db.url", databaseUrl)
                .with("ota.db.username", database.username()).with("ota.db.password", database.password());
    }

    public OtaProcess ota() {
        return ota;
    }

    /** @return a second instance on the same broker and database, not yet started; closed with the site */
    public OtaProcess secondInstance() {
        OtaProcess second = ota.sibling("second");
        parts.addFirst(second);
        return second;
    }

    /** @return null where the broker is embedded */
    public Mosquitto mosquitto() {
        return mosquitto;
    }

    /** @return null where the database is embedded */
    public DatabaseServer database() {
        return database;
    }

    /** @return JDBC URL of the bundle's database; null where it is embedded */
    public String databaseUrl() {
        return databaseUrl;
    }

    public String brokerUrl() {
        return mosquitto == null ? "tcp://" + Loopback.HOST + ":" + ota.mqttPort() : mosquitto.url();
    }

    public OperatorApi api() {
        return new OperatorApi(ota.httpUrl());
    }

    @Override
    public void close() throws Exception {
        while (!parts.isEmpty()) {
            parts.pollLast().close();
        }
    }
}
