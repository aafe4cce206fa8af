package dev.otaroutes.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTypesTest {
    @ParameterizedTest(name = "{0} asks for {1}: {2}")
    @CsvSource({"*, inform, true", "*, batch.paused, true", "task.*, task.rolled-back, true", "task.*, batch.paused, false",
            "task.failed, task.failed, true", "task.failed, task.canceled, false", "inform, inform, true",
            "inform, version.changed, false"})
    void aPatternAsksForTypes(String pattern, String type, boolean asks) {
        assertThat(EventTypes.matches(pattern, type)).isEqualTo(asks);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "task", "task.", "tasks.*", "task.fail*", "*.failed", "Task.failed", "inform.*"})
    void aPatternThatAsksForNothingIsRefused(String pattern) {
        assertThatThrownBy(() -> EventTypes.checkPattern(pattern)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[" + pattern + "]").hasMessageContaining("task.succeeded");
    }
}
