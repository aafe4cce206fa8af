package dev.otaroutes.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** New folders below {@code target/it}, kept after the run so that a failure can be read up. */
public final class TestFolder {
    private TestFolder() {
    }

    /** @param name what the folder is for; made unique by a suffix */
    public static Path make(String name) {
        try {
            Path parent = Path.of("target", "it").toAbsolutePath();
            Files.createDirectories(parent);
            return Files.createTempDirectory(parent, name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
