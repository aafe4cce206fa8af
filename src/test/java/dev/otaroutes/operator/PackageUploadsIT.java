package dev.otaroutes.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otaroutes.download.PackageDirectory;
import dev.otaroutes.download.PackageFiles.PackageFile;
import dev.otaroutes.download.StoredPackageFiles;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import dev.otaroutes.support.DatabaseServer;
import dev.otaroutes.support.Postgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of package 1 and its row, whatever comes between the two. On PostgreSQL, which can be told to refuse a commit. */
class PackageUploadsIT {
    private final DatabaseServer server = new Postgres();
    @TempDir
    private Path folder;
    private Database database;
    private Sql sql;
    private PackageDirectory directory;
    private PackageUploads uploads;

    @BeforeEach
    void start() {
        server.start();
        database = new Database(server.newDatabase(), server.username(), server.password(), 4);
        database.migrate();
        database.jdbc().sql("INSERT INTO ota_package (product_key, module, version, type, sign_method, status, created_at)"
                + " VALUES ('pk', 'default', '1', 'full', 'SHA256', 'not-required', CURRENT_TIMESTAMP)").update();
        sql = new Sql(null, database.kind());
        directory = new PackageDirectory(folder);
        uploads = new PackageUploads(database, sql, directory, new StoredPackageFiles(database, sql, directory, Runnable::run), List.of(".bin"),
                Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        database.close();
        server.close();
    }

    @Test
    void aRowThatIsNotCommittedLeavesTheFileThatWasThere() throws Exception {
        upload("fw.bin", "old bytes");
        database.jdbc().sql("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no commit''; END'").update();
        database.jdbc().sql("CREATE CONSTRAINT TRIGGER refused AFTER INSERT ON ota_package_file DEFERRABLE INITIALLY DEFERRED"
                + " FOR EACH ROW EXECUTE FUNCTION refuse()").update();

        assertThatThrownBy(() -> upload("fw.bin", "new bytes")).hasStackTraceContaining("no commit");

        assertIs("fw.bin", "old bytes");
        database.jdbc().sql("DROP TRIGGER refused ON ota_package_file").update();
        upload("fw.bin", "newer bytes");
        assertIs("fw.bin", "newer bytes");
        assertThat(left()).containsExactly("1/fw.bin");
    }

    @Test
    void aFileWhoseProcessEndedBeforeItHadItsPlaceIsFoundAndMayBeReplaced() throws Exception {
        upload("fw.bin", "old bytes");
        Path bytes = Files.writeString(uploads.begin(1, "fw.bin"), "new bytes");
        directory.arrive(bytes, 1, "fw.bin", sha256("new bytes"));
        assertIs("fw.bin", "old bytes");

        database.jdbc().sql("UPDATE ota_package_file SET sha256 = '" + sha256("new bytes") + "'").update();

        assertIs("fw.bin", "new bytes");
        upload("fw.bin", "newer bytes");
        assertIs("fw.bin", "newer bytes");
        assertThat(left()).containsExactly("1/fw.bin");
    }

    @Test
    void theSameBytesUnderAnotherNameAreLeftWhereTheyHaveArrived() throws Exception {
        upload("a.bin", "bytes");
        upload("b.bin", "other");
        directory.arrive(Files.writeString(uploads.begin(1, "b.bin"), "bytes"), 1, "b.bin", sha256("bytes"));
        database.jdbc().sql("UPDATE ota_package_file SET sha256 = '" + sha256("bytes") + "' WHERE name = 'b.bin'").update();

        upload("a.bin", "bytes");

        assertIs("a.bin", "bytes");
        assertIs("b.bin", "bytes");
        assertThat(left()).containsExactlyInAnyOrder("1/a.bin", "1/b.bin", "1/.arrived-" + sha256("bytes") + "/b.bin");
    }

    private void upload(String name, String text) throws Exception {
        Path bytes = Files.writeString(uploads.begin(1, name), text);
        uploads.finish(1, new PackageUploads.Uploaded(name, text.length(), "0".repeat(32), sha256(text)), bytes);
    }

    private void assertIs(String name, String text) throws Exception {
        PackageFile found = new StoredPackageFiles(database, sql, directory, Runnable::run).find(1, name).toCompletableFuture().join().orElseThrow();
        assertThat(found.path()).hasContent(text);
        assertThat(found.sha256()).isEqualTo(sha256(text));
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> !Files.isDirectory(file) || isEmpty(file)).map(file -> folder.relativize(file).toString()).toList();
        }
    }

    private static boolean isEmpty(Path folder) {
        String[] names = folder.toFile().list();
        return names != null && names.length == 0;
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
