package dev.otaroutes.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Alert rules and dashboard are what Prometheus and Grafana take; that their metrics exist says ObserveIT. */
class ObserveFilesTest {
    private static final Pattern LABEL = Pattern.compile("\\$labels\\.([a-z_]+)");

    static List<JsonNode> alerts() throws IOException {
        return ObserveFiles.alerts();
    }

    @Test
    void theRulesAreGroupsOfAlertsWithNamesOfTheirOwn() throws IOException {
        JsonNode rules = ObserveFiles.rules();
        assertThat(fields(rules)).containsExactly("groups");
        Set<String> names = new HashSet<>();
        for (JsonNode group : rules.get("groups")) {
            assertThat(fields(group)).containsExactly("name", "rules");
        }
        for (JsonNode alert : ObserveFiles.alerts()) {
            assertThat(names.add(alert.get("alert").asText())).as("%s comes once", alert.get("alert")).isTrue();
        }
        assertThat(names).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void anAlertSaysWhatItMeansAndWhatToDo(JsonNode alert) throws IOException {
        String name = alert.get("alert").asText();
        assertThat(name).matches("Ota([A-Z][a-z]+)+");
        assertThat(fields(alert)).isSubsetOf("alert", "expr", "for", "labels", "annotations").contains("expr", "labels", "annotations");
        assertThat(alert.path("for").asText("1m")).matches("[1-9][0-9]*[smhd]");
        assertThat(fields(alert.get("labels"))).containsExactly("severity");
        assertThat(alert.get("labels").get("severity").asText()).isIn("critical", "warning", "info");
        assertThat(fields(alert.get("annotations"))).containsExactly("summary", "description", "action");
        alert.get("annotations").forEach(annotation -> assertThat(annotation.asText()).isNotBlank());
        assertThat(ObserveFiles.readme()).as("the README says what it means").contains("\n| " + name + " | ");
    }

    /** Where an expression groups by labels only those are left; else Prometheus adds the target's. */
    @ParameterizedTest
    @MethodSource("alerts")
    void itsTextsNameLabelsThatItHas(JsonNode alert) {
        String expression = alert.get("expr").asText();
        Set<String> has = new HashSet<>();
        Matcher grouped = Pattern.compile("by \\(([^)]*)\\)").matcher(expression);
        while (grouped.find()) {
            has.addAll(List.of(grouped.group(1).split(", ")));
        }
        if (has.isEmpty() && !expression.contains("sum(") && !expression.contains("max(")) {
            has.add("instance");
        }
        Matcher named = LABEL.matcher(alert.get("annotations").toString());
        while (named.find()) {
            assertThat(has).as("labels of %s", alert.get("alert")).contains(named.group(1));
        }
    }

    @Test
    void eachPanelHasATitleAPlaceAndExpressionsThatAskForTheChosenInstances() throws IOException {
        JsonNode dashboard = ObserveFiles.dashboard();
        Set<Integer> ids = new HashSet<>();
        Set<String> places = new HashSet<>();
        for (JsonNode panel : dashboard.get("panels")) {
            assertThat(panel.get("title").asText()).isNotBlank();
            assertThat(ids.add(panel.get("id").asInt())).as("id of %s", panel.get("title")).isTrue();
            assertThat(places.add(panel.get("gridPos").get("x") + " " + panel.get("gridPos").get("y"))).as("place of %s", panel.get("title")).isTrue();
            for (JsonNode target : panel.path("targets")) {
                assertThat(PromQl.metrics(target.get("expr").asText()).values()).as("%s", panel.get("title"))
                        .allSatisfy(labels -> assertThat(labels).contains("job", "instance"));
            }
        }
        List<String> variables = new ArrayList<>();
        dashboard.get("templating").get("list").forEach(variable -> variables.add(variable.get("name").asText()));
        assertThat(variables).containsExactly("datasource", "job", "instance");
    }

    @Test
    void metricsAndLabelsOfAnExpressionAreFound() {
        assertThat(PromQl.metrics("sum by (le, topic) (rate(a_total{x=\"y(z{\",w!~\"v\"}[5m])) / on (topic) max(b) > 0.1 unless c == 1"))
                .isEqualTo(Map.of("a_total", Set.of("x", "w", "le", "topic"), "b", Set.of("le", "topic"), "c", Set.of("le", "topic")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sum(a", "sum(a))", "a{b=\"c\")", "a[5x]", "a ? b", "smu(a)", "1 + 1", "a{b=\"c}"})
    void anExpressionThatIsNoneIsFound(String expression) {
        assertThatThrownBy(() -> PromQl.metrics(expression)).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<String> fields(JsonNode node) {
        List<String> fields = new ArrayList<>();
        node.fieldNames().forEachRemaining(fields::add);
        return fields;
    }
}
