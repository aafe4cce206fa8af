package dev.otaroutes.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files that an operator's Prometheus and Grafana are given. */
final class ObserveFiles {
    private static final Path FOLDER = Path.of("src/main/observe");

    private ObserveFiles() {
    }

    static JsonNode rules() throws IOException {
        return new ObjectMapper(new YAMLFactory()).readTree(FOLDER.resolve("prometheus-rules.yaml").toFile());
    }

    static List<JsonNode> alerts() throws IOException {
        List<JsonNode> alerts = new ArrayList<>();
        rules().get("groups").forEach(group -> group.get("rules").forEach(alerts::add));
        return alerts;
    }

    static JsonNode dashboard() throws IOException {
        return new ObjectMapper().readTree(FOLDER.resolve("grafana-dashboard.json").toFile());
    }

    static String readme() throws IOException {
        return Files.readString(FOLDER.resolve("README.md"));
    }

    /** All expressions of both. */
    static List<String> expressions() throws IOException {
        List<String> expressions = new ArrayList<>();
        alerts().forEach(alert -> expressions.add(alert.get("expr").asText()));
        dashboard().findValues("expr").forEach(expression -> expressions.add(expression.asText()));
        return expressions;
    }
}
