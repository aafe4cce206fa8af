package dev.otaroutes.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otaroutes.rollout.VersionOrder;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class NamedVersionOrderTest {
    @Test
    void whatItSaysIsPassedOn() {
        assertThat(new NamedVersionOrder((a, b) -> OptionalInt.of(a.compareTo(b))).compare("a", "c")).hasValue(-2);
        assertThat(new NamedVersionOrder((a, b) -> OptionalInt.empty()).compare("a", "c")).isEmpty();
    }

    @Test
    void whatItThrowsIsNamed() {
        IllegalArgumentException fault = new IllegalArgumentException("no week");

        assertThatThrownBy(() -> new NamedVersionOrder(new Weeks(fault)).compare("26w07", "x"))
                .isInstanceOf(IllegalStateException.class).hasNoCause().hasSuppressedException(fault)
                .hasMessage("version order [" + Weeks.class.getName() + "] failed on [26w07] and [x]: java.lang.IllegalArgumentException: no week");
    }

    @Test
    void nullIsNamed() {
        assertThatThrownBy(() -> new NamedVersionOrder((a, b) -> null).compare("a", "b")).hasMessageEndingWith("it gave null");
    }

    private record Weeks(RuntimeException fault) implements VersionOrder {
        @Override
        public OptionalInt compare(String a, String b) {
            throw fault;
        }
    }
}
