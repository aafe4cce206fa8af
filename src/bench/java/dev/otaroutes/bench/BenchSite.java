package dev.otaroutes.bench;

import dev.otaroutes.support.DatabaseServer;
import dev.otaroutes.support.MariaDb;
import dev.otaroutes.support.Mosquitto;
import dev.otaroutes.support.Postgres;
import dev.otaroutes.support.TestFolder;
import java.nio.file.Path;

/** Broker and database, the same for every server; a server's sessions and rows do not outlive its run. */
final class BenchSite implements AutoCloseable {
    /** As anyone gives a database that is to work: as they come, both are made for a laptop. Of durability, nothing is changed. */
    private static final String[] MARIADB = {"--innodb-buffer-pool-size=4G", "--innodb-log-file-size=4G"};
    private static final String[] POSTGRESQL = {"shared_buffers=4GB", "max_wal_size=8GB"};

    private final DatabaseServer database;
    private final String url;
    private final BenchData data;
    private final Path packages = TestFolder.make("bench-packages");
    private Mosquitto mosquitto;

    /** @param kind postgresql, mariadb or h2: a file that the server under test opens */
    BenchSite(String kind) {
        database = switch (kind) {
            case "postgresql" -> new Postgres(POSTGRESQL);
            case "mariadb" -> new MariaDb(MARIADB);
            case "h2" -> null;
            default -> throw new IllegalArgumentException("bench.database must be postgresql, mariadb or h2, but was [" + kind + "]");
        };
        if (database != null) {
            database.start();
        }
        url = database == null ? "jdbc:h2:file:" + TestFolder.make("bench-h2").resolve("ota") : database.newDatabase();
        data = new BenchData(url, username(), password());
    }

    /** @return the settings in which the database differs from how it comes, to follow its name; empty for none */
    static String settings(String kind) {
        return switch (kind) {
            case "postgresql" -> " (" + String.join(", ", POSTGRESQL) + ")";
            case "mariadb" -> " (" + String.join(", ", MARIADB) + ")";
            default -> "";
        };
    }

    /** A new broker, so that nobody's sessions are left. @param config further lines of its configuration @return its URL */
    String newBroker(String... config) {
        if (mosquitto != null) {
            mosquitto.close();
        }
        mosquitto = new Mosquitto(config).start();
        return mosquitto.url();
    }

    Mosquitto broker() {
        return mosquitto;
    }

    DatabaseServer database() {
        return database;
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
        return database == null ? "ota" : database.username();
    }

    String password() {
        return database == null ? "" : database.password();
    }

    /** @return of the server, the database (NaN for one that is in the server), the broker, and the server's JIT */
    double[] cpuSeconds(ProcessMeter server) {
        return new double[] {server.cpuSeconds(), database == null ? Double.NaN : new ProcessMeter(database.pid()).familyCpuSeconds(),
            new ProcessMeter(mosquitto.pid()).cpuSeconds(), server.compilerCpuSeconds()};
    }

    @Override
    public void close() {
        if (mosquitto != null) {
            mosquitto.close();
        }
        if (database != null) {
            database.close();
        }
    }
}
