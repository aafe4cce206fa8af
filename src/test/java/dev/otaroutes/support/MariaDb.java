package dev.otaroutes.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real MariaDB on a loopback port, for MySQL too; every commit is synced. */
public final class MariaDb extends DatabaseServer {
    private final Path program = Requires.program("mariadbd", "mariadb-server");
    private final Path install = Requires.program("mariadb-install-db", "mariadb-server");
    private final List<String> more;

    /** @param more options of the server, that override those for tests */
    public MariaDb(String... more) {
        super("mariadb");
        this.more = List.of(more);
        try {
            // The server reads it line by line: one statement a line.
            Files.writeString(folder().resolve("init.sql"), """
                    CREATE USER IF NOT EXISTS '%s'@'%%' IDENTIFIED BY '%s';
                    GRANT ALL ON *.* TO '%1$s'@'%%';
                    """.formatted(username(), password()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ServerProcess.run(folder().resolve("install.log"),
                command(install, "--auth-root-authentication-method=normal", "--skip-test-db"));
    }

    @Override
    ServerProcess launch() {
        List<String> options = new ArrayList<>(List.of("--bind-address=" + Loopback.HOST, "--port=" + port(),
                // Relative to the data: a socket's path may have 107 characters only.
                "--socket=mariadb.sock", "--pid-file=mariadb.pid",
                "--init-file=" + folder().resolve("init.sql"),
                "--character-set-server=utf8mb4", "--skip-name-resolve", "--skip-log-bin",
                "--innodb-flush-log-at-trx-commit=1", "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=32M"));
        options.addAll(more);
        return ServerProcess.start(folder().resolve("log"), command(program, options.toArray(String[]::new)));
    }

    @Override
    String url(String database) {
        return "jdbc:mariadb://" + Loopback.HOST + ":" + port() + "/" + database;
    }

    @Override
    String adminUrl() {
        return url("");
    }

    private List<String> command(Path executable, String... options) {
        List<String> command = new ArrayList<>(List.of(
                executable.toString(), "--no-defaults", "--datadir=" + data()));
        if ("root".equals(System.getProperty("user.name"))) {
            command.add("--user=root");
        }
        command.addAll(List.of(options));
        return command;
    }
}
