package dev.otaroutes.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An example of the README that says where it goes: the first line of its block names its file, and perhaps the second a line of
 * application.properties.
 *
 * @param file     relative to the bundle's folder, such as {@code routes/custom/mine.camel.yaml}
 * @param property null for none
 */
public record ReadmeExample(String file, String property, String text) {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```\\w+\\R(?:#|--|//) (?<file>\\S+\\.\\w+)\\R"
            + "(?<body>(?:(?:#|--|//) application\\.properties: (?<property>[^\\n]+)\\R)?.*?)^```$");

    /** @return all of them, in order */
    public static List<ReadmeExample> all() {
        try {
            return BLOCK.matcher(Files.readString(Path.of("README.md"))).results().map(block -> named(block.group())).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ReadmeExample named(String block) {
        Matcher parts = BLOCK.matcher(block);
        if (!parts.matches()) {
            throw new IllegalStateException("no example: " + block);
        }
        return new ReadmeExample(parts.group("file"), parts.group("property"), parts.group("body"));
    }

    /** @return the lines that a reader has to type */
    public long lines() {
        return text.lines().count() + 1;
    }

    /** Does what its first lines say. @param folder where the bundle is started, with an application.properties of its own */
    public void putInto(Path folder) throws IOException {
        Path target = folder.resolve(file);
        Files.createDirectories(target.getParent());
        Files.writeString(target, text);
        if (property != null) {
            Path properties = folder.resolve("application.properties");
            Files.writeString(properties, Files.readString(properties) + "\n" + property + "\n");
        }
    }
}
