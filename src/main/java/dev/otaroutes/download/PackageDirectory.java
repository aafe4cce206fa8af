package dev.otaroutes.download;

import dev.otaroutes.store.SharedSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Where uploaded files live: {@code <ota.download.dir>/<packageId>/<name>}.
 * <p>
 * Instances of one database must see the same directory, or a device gets 404 from every other instance. So the directory
 * carries a marker file, whose content the database knows too; {@link #claim} compares them ({@code api.md}, Settings).
 */
public final class PackageDirectory {
    static final String MARKER = ".ota-packages";
    private static final String UPLOAD_PREFIX = ".upload-";
    private static final String SETTING = "download.directory";
    /** An upload that has not ended by then has died with its process. */
    private static final Duration LEFT_OVER = Duration.ofDays(1);

    private final Path directory;

    /** @param directory {@code ota.download.dir}; made if it is not there */
    public PackageDirectory(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    /** @param name must be {@linkplain FileName#isGood good} */
    public Path file(long packageId, String name) {
        if (!FileName.isGood(name)) {
            throw new IllegalArgumentException(FileName.fault(name));
        }
        return directory.resolve(Long.toString(packageId)).resolve(name);
    }

    /** @return a new name beside the package's files, for bytes that are not known to be good yet; its folder is there */
    public Path upload(long packageId) throws IOException {
        Path folder = Files.createDirectories(directory.resolve(Long.toString(packageId)));
        return folder.resolve(UPLOAD_PREFIX + UUID.randomUUID());
    }

    /** Removes a package's files; none is fine. */
    public void remove(long packageId) {
        Path folder = directory.resolve(Long.toString(packageId));
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException none) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException("the files of package [" + packageId + "] in [" + folder + "] cannot be removed", e);
        }
    }

    /**
     * Makes sure that this is the directory of this database, and clears what broken uploads left. The first instance of a
     * new database takes an empty directory.
     *
     * @throws IllegalStateException if it is another's, or cannot be written; the message says what to do
     */
    public void claim(SharedSettings shared) {
        try {
            Files.createDirectories(directory);
            Optional<String> marker = marker();
            Optional<String> known = shared.find(SETTING);
            if (known.isEmpty() && !packages().isEmpty()) {
                throw new IllegalStateException("ota.download.dir is [" + directory + "]: it holds packages of another database;"
                        + " set ota.download.dir to an empty directory, or ota.db.url to their database");
            }
            String id = known.orElseGet(() -> {
                // Marker before row: an instance that finds the row finds the marker too.
                String made = marker.orElseGet(this::mark);
                return shared.agree(SETTING, made);
            });
            if (!marker().equals(Optional.of(id))) {
                throw new IllegalStateException("ota.download.dir is [" + directory + "]: not the directory of this database's packages;"
                        + " all instances must share one. Mount it there, or, if its files are lost, write [" + id + "] into ["
                        + directory.resolve(MARKER) + "] and upload them again");
            }
            clear();
        } catch (IOException e) {
            throw new IllegalStateException("ota.download.dir is [" + directory + "]: it cannot be written ("
                    + e.getClass().getSimpleName() + ": " + e.getMessage() + "); give this process the right, or set another directory", e);
        }
    }

    private Optional<String> marker() throws IOException {
        Path file = directory.resolve(MARKER);
        return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    }

    private String mark() {
        String id = UUID.randomUUID().toString();
        Path file = directory.resolve(MARKER);
        try {
            // A link appears with its content, and only if there is none: two instances that start at once see one marker.
            Path draft = Files.writeString(directory.resolve(UPLOAD_PREFIX + id), id + "\n");
            try {
                Files.createLink(file, draft);
            } catch (FileAlreadyExistsException faster) {
                id = Files.readString(file).strip();
            } catch (UnsupportedOperationException noLinks) {
                Files.move(draft, file);
            } finally {
                Files.deleteIfExists(draft);
            }
            return id;
        } catch (IOException e) {
            throw new IllegalStateException("ota.download.dir is [" + directory + "]: marker [" + file + "] cannot be written ("
                    + e.getMessage() + ")", e);
        }
    }

    private List<Path> packages() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> entry.getFileName().toString().matches("[0-9]+")).toList();
        }
    }

    private void clear() throws IOException {
        Instant old = Instant.now().minus(LEFT_OVER);
        try (Stream<Path> files = Files.walk(directory, 2)) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith(UPLOAD_PREFIX)).toList()) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(old)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
