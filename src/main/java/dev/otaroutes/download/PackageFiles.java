package dev.otaroutes.download;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Where a download finds the uploaded file of a package. */
public interface PackageFiles {
    /**
     * @return the file, or empty if the package has no uploaded file of that name; never blocks the caller's thread
     */
    CompletionStage<Optional<PackageFile>> find(long packageId, String name);

    /** Forgets what is remembered of a file: it has been replaced, or what is on disk does not agree with it. */
    void forget(long packageId, String name);

    /**
     * @param path absolute
     * @param size bytes
     * @param sha256 64 lower-case hexadecimal digits
     */
    record PackageFile(Path path, long size, String sha256) {
    }
}
