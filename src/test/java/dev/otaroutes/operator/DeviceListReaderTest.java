package dev.otaroutes.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceListReaderTest {
    private static final String JSON = "application/x-ndjson";
    private final List<String> keys = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    @Test
    void aKeyALineIsCsvWithoutAHeader() {
        read("text/csv", "kitchen\r\ncellar\n\n\"ro,of\"\n\"a \"\"b\"\"\"\nlast");
        assertThat(keys).containsExactly("1 kitchen", "2 cellar", "4 ro,of", "5 a \"b\"", "6 last");
        assertThat(problems).isEmpty();
    }

    @Test
    void aHeaderSaysWhichColumnIsTheKey() {
        read("text/csv", "\uFEFFname,deviceKey,site\nLamp,kitchen,north\n\"Two\nlines\",cellar,\nshort\n,,\n");
        assertThat(keys).containsExactly("2 kitchen", "3 cellar", "6 ");
        assertThat(problems).containsExactly("5 the line has 1 fields, and [deviceKey] is field 2");
    }

    @Test
    void aHeaderIsOnlyWhatComesFirst() {
        read("text/csv", "kitchen\ndeviceKey\n");
        assertThat(keys).containsExactly("1 kitchen", "2 deviceKey");
    }

    @Test
    void jsonLinesAreTextsOrObjects() {
        read(JSON, "\"kitchen\"\n{\"productKey\":\"lamp\",\"deviceKey\":\"cellar\"}\r\n  \n\"a\\u706f\"");
        assertThat(keys).containsExactly("1 kitchen", "2 cellar", "4 a灯");
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest(name = "{1}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "text/csv | a,b      | the line has 2 fields, but the list has no header line with [deviceKey]",
        "text/csv | a\"b\"   | the line has a quote inside a field that has none around it",
        "text/csv | \"a\"b   | the line has something behind a closing quote",
        "application/x-ndjson | kitchen | the line is not JSON",
        "application/x-ndjson | \"a\" 1 | the line is not JSON",
        "application/x-ndjson | 12      | the line must be a text or an object with a text [deviceKey]",
        "application/x-ndjson | {\"deviceKey\":12} | the line must be a text or an object with a text [deviceKey]",
        "application/x-ndjson | null    | the line must be a text or an object with a text [deviceKey]",
        "application/x-ndjson | [\"a\"] | the line must be a text or an object with a text [deviceKey]"})
    void aLineThatCannotBeReadIsAProblemOfItsOwn(String type, String line, String problem) {
        String good = type.equals(JSON) ? "\"good\"" : "good";
        read(type, good + "\n" + line.replace("\\\"", "\"") + "\n" + good);
        assertThat(keys).containsExactly("1 good", "3 good");
        assertThat(problems).containsExactly("2 " + problem);
    }

    @Test
    void whatIsNotUtf8IsAProblemOfItsLine() {
        read("text/csv", "good\n灯\ngood\n".getBytes(Charset.forName("GBK")), 7);
        assertThat(keys).containsExactly("1 good", "3 good");
        assertThat(problems).containsExactly("2 the line is not UTF-8");
    }

    @Test
    void aQuoteThatNobodyClosesDoesNotTakeTheRestOfTheList() {
        read("text/csv", "first\n\"open\n" + "x".repeat(99).concat("\n").repeat(50) + "last");
        assertThat(keys).startsWith("1 first").endsWith("53 last").hasSizeBetween(3, 15);
        assertThat(problems).containsExactly("2 the line has more than 4096 bytes");
    }

    @Test
    void aLineIsReadHoweverItsBytesCome() {
        byte[] bytes = "deviceKey\n灯一\n\"灯二\"\n".getBytes(StandardCharsets.UTF_8);
        for (int size = 1; size <= bytes.length; size++) {
            keys.clear();
            read("text/csv", bytes, size);
            assertThat(keys).as("in pieces of %d", size).containsExactly("2 灯一", "3 灯二");
        }
    }

    private void read(String type, String list) {
        read(type, list.getBytes(StandardCharsets.UTF_8), 1_000);
    }

    private void read(String type, byte[] list, int size) {
        DeviceListReader reader = new DeviceListReader(type, (key, line) -> keys.add(line + " " + key), (reason, line) -> problems.add(line + " " + reason));
        for (int from = 0; from < list.length; from += size) {
            reader.read(Arrays.copyOfRange(list, from, Math.min(list.length, from + size)));
        }
        reader.end();
    }
}
