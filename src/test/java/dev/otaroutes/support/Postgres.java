package dev.otaroutes.support;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A real PostgreSQL on a loopback port, its programs from Maven Central; every commit is synced. */
public final class Postgres extends DatabaseServer {
    private final Path programs = PostgresPrograms.folder();
    private final List<String> settings;

    /** @param settings as name=value */
    public Postgres(String... settings) {
        super("postgres");
        this.settings = List.of(settings);
        ServerProcess.run(folder().resolve("install.log"), command("initdb", "--pgdata=" + data(),
                "--username=" + username(), "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"));
    }

    @Override
    ServerProcess launch() {
        List<String> options = new ArrayList<>(List.of("-D", data().toString(),
                "-p", String.valueOf(port()), "-c", "listen_addresses=" + Loopback.HOST, "-c", "unix_socket_directories=",
                "-c", "fsync=on", "-c", "max_connections=200"));
        settings.forEach(setting -> options.addAll(List.of("-c", setting)));
        return ServerProcess.start(folder().resolve("log"), command("postgres", options.toArray(String[]::new)));
    }

    @Override
    String url(String database) {
        return "jdbc:postgresql://" + Loopback.HOST + ":" + port() + "/" + database;
    }

    @Override
    String adminUrl() {
        return url("postgres");
    }

    /** PostgreSQL refuses to run as root; in a user namespace of its own root is nobody, and the files are nobody's too. */
    private List<String> command(String program, String... options) {
        Stream<String> nobody = "root".equals(System.getProperty("user.name"))
                ? Stream.of(Requires.program("unshare", "util-linux").toString(), "--user") : Stream.empty();
        List<String> command = new ArrayList<>(nobody.toList());
        command.add(programs.resolve("bin").resolve(program).toString());
        command.addAll(List.of(options));
        return command;
    }
}
