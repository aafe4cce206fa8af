package dev.otaroutes.download;

import dev.otaroutes.store.SharedSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Where uploaded files live: {@code <ota.download.dir>/<packageId>/<name>}; one whose row has just been committed, in a folder
 * beside it, named by its digest.
 * <p>
 * Instances of one database must see the same directory, or a device gets 404 from every other instance. So the directory
 * carries a marker file, whose content the database knows too; {@link #claim} compares them ({@code api.md}, Settings).
 */
public final class PackageDirectory {
    static final String MARKER = ".ota-packages";
    private static final String UPLOAD_PREFIX = ".upload-";
    private static final String ARRIVED_PREFIX = ".arrived-";
    private static final boolean POSIX = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
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

    /**
     * Puts a whole upload beside the file that it replaces: that stays until the row has been committed which says so, by another digest.
     *
     * @param name   must be {@linkplain FileName#isGood good}
     * @param sha256 of its bytes, in lower-case hexadecimal digits
     */
    public void arrive(Path bytes, long packageId, String name, String sha256) throws IOException {
        Path arrived = arrived(packageId, name, sha256);
        Files.createDirectories(arrived.getParent());
        outlivePowerCut(arrived.getParent().getParent());
        move(bytes, arrived);
    }

    private Path arrived(long packageId, String name, String sha256) {
        return file(packageId, name).resolveSibling(ARRIVED_PREFIX + sha256).resolve(name);
    }

    /** @return the file whose bytes have the digest that its row says, wherever it is by now */
    public Path file(long packageId, String name, String sha256) {
        Path arrived = arrived(packageId, name, sha256);
        return Files.exists(arrived) ? arrived : file(packageId, name);
    }

    /** Gives an upload its place, now that its row is there; others of its name that have arrived have no row, or none any more, and go. */
    public void settle(long packageId, String name, String sha256) throws IOException {
        Path arrived = arrived(packageId, name, sha256);
        if (Files.exists(arrived)) {
            move(arrived, file(packageId, name));
        }
        try (Stream<Path> entries = Files.list(directory.resolve(Long.toString(packageId)))) {
            for (Path folder : entries.filter(entry -> entry.getFileName().toString().startsWith(ARRIVED_PREFIX)).toList()) {
                Files.deleteIfExists(folder.resolve(name));
                try {
                    Files.delete(folder);
                } catch (DirectoryNotEmptyException another) {
                    // The same bytes have arrived under another name.
                    continue;
                }
            }
        }
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        outlivePowerCut(to.getParent());
    }

    /** The names in a folder, too, must be on disk before a row is that says that they are there. */
    private static void outlivePowerCut(Path folder) throws IOException {
        if (POSIX) {
            try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
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
