package dev.otaroutes.bench;

import dev.otaroutes.support.DatabaseServer;
import dev.otaroutes.support.MariaDb;
import dev.otaroutes.support.Mosquitto;
import dev.otaroutes.support.Postgres;
import dev.otaroutes.support.TestFolder;
import java.nio.file.Path;

/** Broker and database, the same for every server; a server's sessions and rows do not outlive its run. */
final class BenchSite implements AutoCloseable {
    private final DatabaseServer database;
    private final String url;
    private final BenchData data;
    private final Path packages = TestFolder.make("bench-packages");
    private Mosquitto mosquitto;

    /** @param kind postgresql or mariadb */
    BenchSite(String kind) {
        database = switch (kind) {
            case "postgresql" -> new Postgres();
            case "mariadb" -> new MariaDb();
            default -> throw new IllegalArgumentException("bench.database must be postgresql or mariadb, but was [" + kind + "]");
        };
        database.start();
        url = database.newDatabase();
        data = new BenchData(url, database.username(), database.password());
    }

    /** A new broker, so that nobody's sessions are left. @return its URL */
    String newBroker() {
        if (mosquitto != null) {
            mosquitto.close();
        }
        mosquitto = new Mosquitto().start();
        return mosquitto.url();
    }

    BenchData data() {
        return data;
    }

    String url() {
        return url;
    }

    /** Of the instances of ours: it belongs to the database. */
    Path packages() {
        return packages;
    }

    String username() {
        return database.username();
    }

    String password() {
        return database.password();
    }

    @Override
    public void close() {
        if (mosquitto != null) {
            mosquitto.close();
        }
        database.close();
    }
}
