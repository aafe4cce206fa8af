package dev.otaroutes.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otaroutes.store.Database;
import dev.otaroutes.store.SharedSettings;
import dev.otaroutes.store.Sql;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackageDirectoryTest {
    @TempDir
    private Path folder;
    private Database database;
    private SharedSettings shared;

    @BeforeEach
    void open() {
        database = new Database("jdbc:h2:mem:" + folder.getFileName(), "sa", "", 2);
        database.migrate();
        shared = new SharedSettings(database, new Sql(null, database.kind()));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void theFirstInstanceTakesANewDirectoryAndOthersShareIt() {
        Path directory = folder.resolve("a/packages");

        new PackageDirectory(directory).claim(shared);
        new PackageDirectory(directory).claim(shared);

        assertThat(directory.resolve(".ota-packages")).isRegularFile();
        assertThat(directory).isDirectoryContaining("glob:**/.ota-packages").isDirectoryNotContaining("glob:**/.upload-*");
    }

    @Test
    void anInstanceWithAnotherDirectoryIsRefused() {
        new PackageDirectory(folder.resolve("one")).claim(shared);

        assertThatThrownBy(() -> new PackageDirectory(folder.resolve("two")).claim(shared))
                .hasMessageContaining("ota.download.dir").hasMessageContaining(folder.resolve("two").toString())
                .hasMessageContaining("must share one");
    }

    @Test
    void aDirectoryWithPackagesOfAnotherDatabaseIsRefused() throws Exception {
        Files.createDirectories(folder.resolve("one/7"));

        assertThatThrownBy(() -> new PackageDirectory(folder.resolve("one")).claim(shared))
                .hasMessageContaining("another database");
    }

    @Test
    void aStartThatDiedBetweenMarkerAndDatabaseIsCompleted() throws Exception {
        Files.writeString(Files.createDirectories(folder.resolve("one")).resolve(".ota-packages"), "some-id\n");

        new PackageDirectory(folder.resolve("one")).claim(shared);

        assertThat(shared.find("download.directory")).hasValue("some-id");
    }

    @Test
    void aDirectoryThatCannotBeMadeIsSaid() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> new PackageDirectory(file.resolve("packages")).claim(shared))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("ota.download.dir").hasMessageContaining("cannot be written");
    }

    @Test
    void uploadsThatDiedWithTheirProcessAreCleared() throws Exception {
        PackageDirectory directory = new PackageDirectory(folder.resolve("one"));
        directory.claim(shared);
        Path old = Files.writeString(directory.upload(7), "x");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
        Path young = Files.writeString(directory.upload(7), "x");

        directory.claim(shared);

        assertThat(old).doesNotExist();
        assertThat(young).exists();
    }

    @Test
    void aPackagesFilesAreRemovedWithTheirFolder() throws Exception {
        PackageDirectory directory = new PackageDirectory(folder.resolve("one"));
        Files.writeString(directory.upload(7), "x");

        directory.remove(7);
        directory.remove(7);

        assertThat(folder.resolve("one/7")).doesNotExist();
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(strings = {"", ".", "..", ".hidden", "a/b", "a\\b", "../x", "a\u0000b", "a\nb"})
    void noNameLeadsOutOfThePackagesFolder(String name) {
        assertThatThrownBy(() -> new PackageDirectory(folder).file(7, name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aNameMayHave255Bytes() {
        assertThat(FileName.fault("中".repeat(84) + "abc")).isNull();
        assertThat(FileName.fault("中".repeat(85) + "a")).contains("256");
    }

    @Test
    void aSigningKeyIsMadeOnceForAllInstances() {
        SigningKey first = SigningKey.keptIn(shared);

        assertThat(first.known()).isFalse();
        assertThat(first.get()).hasSize(32).isEqualTo(SigningKey.keptIn(shared).get());
        assertThat(first.known()).isTrue();
    }
}
