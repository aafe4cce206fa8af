package dev.otaroutes.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SelectionTest {
    @Test
    void takesDevicesOfTheVersionsNamed() {
        Selection selection = Selection.of(Map.of("versions", List.of("1.0", "1.1")));
        assertThat(selection.takes("pk/a", "1.1")).isTrue();
        assertThat(selection.takes("pk/a", "1.2")).isFalse();
    }

    @Test
    void takesDevicesThatHaveEveryTag() {
        Selection selection = Selection.of(Map.of("tags", Map.of("site", "north", "line", "3")));
        assertThat(selection.fits(Map.of("site", "north", "line", "3", "floor", "1"))).isTrue();
        assertThat(selection.fits(Map.of("site", "north"))).isFalse();
        assertThat(selection.fits(Map.of("site", "south", "line", "3"))).isFalse();
        assertThat(Selection.of(Map.of("percent", 5)).fits(Map.of())).isTrue();
    }

    /** Of 20,000 devices 5 % are 1,000; five standard deviations are 154. */
    @Test
    void takesItsPercentOfTheDevicesAndOfMorePercentTheSameOnes() {
        Selection five = Selection.of(Map.of("percent", 5));
        Selection twenty = Selection.of(Map.of("percent", 20));
        List<String> devices = IntStream.range(0, 20_000).mapToObj(i -> String.format("pk/device-%06d", i)).toList();
        List<String> taken = devices.stream().filter(device -> five.takes(device, "1")).toList();
        assertThat(taken).hasSizeBetween(846, 1_154);
        assertThat(taken).allMatch(device -> twenty.takes(device, "2"));
        assertThat(devices).allMatch(device -> Selection.of(Map.of("percent", 100)).takes(device, "1"));
    }
}
