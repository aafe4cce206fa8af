package dev.otaroutes.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatorOptionsTest {
    @Test
    void theProductIsEnough() {
        SimulatorOptions options = SimulatorOptions.parse("--product", "lamp");

        assertThat(options.broker()).hasToString("tcp://127.0.0.1:1883");
        assertThat(options.devices()).isEqualTo(100);
        assertThat(options.connections()).isEqualTo(100);
        assertThat(options.mix().of(options.seed(), "sim-00001")).isEqualTo(Mishap.NONE);
        assertThat(SimulatorOptions.parse("--product", "lamp", "--devices", "10000").connections()).isEqualTo(500);
    }

    @Test
    void withoutAProductThereAreNoDevices() {
        assertThatThrownBy(() -> SimulatorOptions.parse()).hasMessage("--product must be given: the productKey of the devices");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', value = {
        "--broker      | 127.0.0.1:1883  | --broker must be tcp://host:port or ssl://host:port, but was [127.0.0.1:1883]",
        "--broker      | tcp://127.0.0.1 | --broker must be tcp://host:port or ssl://host:port, but was [tcp://127.0.0.1]",
        "--devices     | 0               | --devices must be a number, 1 to 1,000,000, but was [0]",
        "--devices     | many            | --devices must be a number, 1 to 1,000,000, but was [many]",
        "--connections | 101             | --connections must be a number, 1 to 100, but was [101]",
        "--module      | a/b             | --module must have no +, #, / or white space, but was [a/b]",
        "--download    | ftp             | --download must be told or none, but was [ftp]",
        "--mix         | fire=1          | --mix knows [lost-connection, download, verification, flash, silent, old-image, absent], but not [fire]",
        "--mix         | flash=101       | --mix must be <what>=<0 to 100>, separated by commas, but was [flash=101]",
        "--mix         | flash=60,silent=41 | --mix may be 100 percent in all, but was [flash=60,silent=41]",
        "--colour      | red             | there is no option [--colour]; --help shows them all"})
    void whatIsWrongIsSaidInOneLine(String option, String value, String message) {
        assertThatThrownBy(() -> SimulatorOptions.parse("--product", "lamp", option, value)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void anOptionWithoutAValueIsNamed() {
        assertThatThrownBy(() -> SimulatorOptions.parse("--product", "lamp", "--seed")).hasMessage("[--seed] has no value; --help shows what it takes");
        assertThatThrownBy(() -> SimulatorOptions.parse("lamp")).hasMessage("there is no option [lamp]; --help shows them all");
    }

    @Test
    void asManyDevicesHaveAMishapAsTheMixSaysAndTheSameOnesForTheSameSeed() {
        Mix mix = Mix.parse("download=10,absent=5");

        assertThat(fates(mix, 1)).isEqualTo(fates(mix, 1)).isNotEqualTo(fates(mix, 2));
        Map<Mishap, Long> counts = fates(mix, 1).values().stream().collect(Collectors.groupingBy(mishap -> mishap, Collectors.counting()));
        assertThat(counts.get(Mishap.CANNOT_DOWNLOAD)).isBetween(900L, 1_100L);
        assertThat(counts.get(Mishap.IS_ABSENT)).isBetween(430L, 570L);
        assertThat(counts).containsOnlyKeys(Mishap.NONE, Mishap.CANNOT_DOWNLOAD, Mishap.IS_ABSENT);
    }

    private static Map<String, Mishap> fates(Mix mix, long seed) {
        return IntStream.range(0, 10_000).mapToObj(i -> "d" + i).collect(Collectors.toMap(key -> key, key -> mix.of(seed, key)));
    }
}
