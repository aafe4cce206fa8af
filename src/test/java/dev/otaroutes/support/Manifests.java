package dev.otaroutes.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The Kubernetes manifests that are shipped. */
public final class Manifests {
    public static final Path FOLDER = Path.of("src", "main", "kubernetes");

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private Manifests() {
    }

    /** @return every document of a file, in order */
    public static List<JsonNode> documents(String file) throws IOException {
        try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(FOLDER.resolve(file).toFile())) {
            return documents.readAll();
        }
    }

    /** @return every document of every file */
    public static List<JsonNode> all() throws IOException {
        List<JsonNode> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".yaml")).sorted().toList()) {
                all.addAll(documents(file.getFileName().toString()));
            }
        }
        return all;
    }

    public static JsonNode statefulSet() throws IOException {
        return documents("statefulset.yaml").get(0);
    }

    /** The container of the service. */
    public static JsonNode container() throws IOException {
        return statefulSet().at("/spec/template/spec/containers/0");
    }

    /** @return the lines of settings.env, by name */
    public static Map<String, String> settings() throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        Files.readAllLines(FOLDER.resolve("settings.env")).stream().filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split("=", 2)).forEach(line -> settings.put(line[0], line[1]));
        return settings;
    }
}
