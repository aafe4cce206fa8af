package dev.otaroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowTest {
    @Test
    void hasAsManyParametersAsAreAddedInTheirOrder() {
        Row row = new Row("p0", 0);
        IntStream.range(1, 40).forEach(i -> row.addValue("p" + i, i));

        assertThat(row.getParameterNames()).containsExactly(IntStream.range(0, 40).mapToObj(i -> "p" + i).toArray(String[]::new));
        assertThat(row.size()).isEqualTo(40);
        IntStream.range(0, 40).forEach(i -> {
            assertThat(row.getValue("p" + i)).isEqualTo(i);
            assertThat(row.name(i)).isEqualTo("p" + i);
            assertThat(row.value(i)).isEqualTo(i);
        });
    }

    @Test
    void aNullIsAValue() {
        Row row = new Row("step", null);

        assertThat(row.hasValue("step")).isTrue();
        assertThat(row.getValue("step")).isNull();
    }

    @Test
    void saysWhichParametersThereAreWhenAnotherIsAskedFor() {
        Row row = new Row("id", 1).addValue("step", 2);

        assertThat(row.hasValue("stage")).isFalse();
        assertThatThrownBy(() -> row.getValue("stage")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no parameter [stage] among [id, step]");
    }
}
