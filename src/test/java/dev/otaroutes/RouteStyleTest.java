package dev.otaroutes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Routes are found, tested and read in logs by name: so each has its names, and each file says what it is for. */
class RouteStyleTest {
    private static final Path ROUTES = Path.of("routes");
    private static final String NAME = "[a-z0-9]+(-[a-z0-9]+)*";
    /** A stage's noun, or the operationId of the operator API's contract. */
    private static final String ROUTE_ID = NAME + "|[a-z]+([A-Z][a-z]+)+";
    private static final DefaultCamelContext CONTEXT = new DefaultCamelContext();

    @BeforeAll
    static void load() throws Exception {
        PluginHelper.getRoutesLoader(CONTEXT).loadRoutes(files()
                .map(file -> ResourceHelper.resolveResource(CONTEXT, "file:" + file)).toList());
    }

    @AfterAll
    static void close() throws IOException {
        CONTEXT.close();
    }

    @Test
    void everyRouteHasAnIdAndADescription() {
        for (RouteDefinition route : CONTEXT.getRouteDefinitions()) {
            assertThat(route.hasCustomIdAssigned()).as("%s has an id", route).isTrue();
            assertThat(route.getId()).matches(ROUTE_ID);
            assertThat(route.getDescriptionText()).as("description of route %s", route.getId())
                    .isNotBlank().matches("[A-Z].*[^.]");
        }
    }

    @Test
    void everyStepIsNamedAfterItsRouteAndWhatItDoes() {
        for (RouteDefinition route : CONTEXT.getRouteDefinitions()) {
            steps(route).forEach(step -> assertNamed(route.getId(), step));
        }
        for (RouteConfigurationDefinition configuration : CONTEXT.getRouteConfigurationDefinitions()) {
            assertThat(configuration.getId()).matches(NAME);
            for (OnExceptionDefinition outcome : configuration.getOnExceptions()) {
                assertThat(outcome.getId()).matches(NAME);
                steps(outcome).forEach(step -> assertNamed(outcome.getId(), step));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileSaysFirstWhatItIsFor(Path file) throws IOException {
        assertThat(file.getFileName().toString()).matches(NAME + "\\.camel\\.yaml");
        assertThat(Files.readAllLines(file).get(0)).startsWith("# ");
    }

    static Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(ROUTES)) {
            return files.filter(file -> file.toString().endsWith(".camel.yaml") && !file.startsWith(ROUTES.resolve("custom")))
                    .sorted().toList().stream();
        }
    }

    private static void assertNamed(String owner, ProcessorDefinition<?> step) {
        assertThat(step.hasCustomIdAssigned()).as("step [%s] of %s has an id", step, owner).isTrue();
        assertThat(step.getId()).matches(owner + "\\." + NAME);
    }

    private static List<ProcessorDefinition<?>> steps(ProcessorDefinition<?> of) {
        List<ProcessorDefinition<?>> steps = new ArrayList<>();
        for (ProcessorDefinition<?> step : of.getOutputs()) {
            if (!step.getShortName().equals("onException")) { // a configuration's, looked at there
                steps.add(step);
                steps.addAll(steps(step));
            }
        }
        return steps;
    }
}
