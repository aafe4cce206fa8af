package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otaroutes.event.Event;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T15:04:06.900Z");

    private final Targets targets = new Targets((product, device) ->
            device.equals("nobody") ? Optional.empty() : Optional.of(product + "'s " + device));

    @ParameterizedTest
    @CsvSource({
        "http://x/{deviceKey}?p={productKey}, dk, http://x/dk?p=lamp",
        "http://x/{token}/{token}, dk, http://x/lamp%27s%20dk/lamp%27s%20dk",
        "http://x/{deviceKey}, a?b&c=d*~%$1\\, http://x/a%3Fb%26c%3Dd%2A~%25%241%5C",
        "http://x/{deviceKey}, 厨房, http://x/%E5%8E%A8%E6%88%BF",
        "http://x/a%20b, dk, http://x/a%20b"})
    void valuesAreEncodedInTheUrl(String url, String device, String filled) {
        assertThat(targets.of(subscription(url, Map.of()), event(device), null, null).url()).hasToString(filled);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "http://x/{deviceKey} |        | {deviceKey} cannot be filled: an event of type [task.pushed] has no device",
        "http://x/{token}     |        | {token} cannot be filled: an event of type [task.pushed] has no device",
        "http://x/{token}     | nobody | {token} cannot be filled: webhook/find-token.sql finds none for [lamp/nobody]",
        "http://x/{deviceKey} | ..     | {deviceKey} cannot be filled: [..] is a step in a URL's path"})
    void whatCannotBeFilledIsNamed(String url, String device, String message) {
        assertThatThrownBy(() -> targets.of(subscription(url, Map.of()), event(device), null, null)).hasMessage(message);
    }

    @Test
    void aHeaderTakesValuesAsTheyAreIfItMayHaveThem() {
        Subscription webhook = subscription("http://x/", Map.of("X-Device", "{productKey}/{deviceKey} {\"a\":1}"));

        assertThat(targets.of(webhook, event("d%k"), null, null).headers()).containsExactly(Map.entry("X-Device", "lamp/d%k {\"a\":1}"));
        assertThatThrownBy(() -> targets.of(webhook, event("厨房"), null, null))
                .hasMessage("{deviceKey} cannot be filled: its value has characters that no header may have");
    }

    @Test
    void aHeaderThatTheFormatReplacesIsNotFilled() {
        Map<String, Object> further = new TreeMap<>();
        further.put("authorization", null);

        assertThat(targets.of(subscription("http://x/", Map.of("Authorization", "{token}")), event("nobody"), further, null).headers()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"http://x/hook, http://x/hook?a%26b=1%2B1", "http://x/?c=d#part, http://x/?c=d&a%26b=1%2B1"})
    void aFormatsParametersAreAdded(String url, String expected) {
        assertThat(targets.of(subscription(url, Map.of()), event("dk"), null, Map.of("a&b", "1+1")).url()).hasToString(expected);
    }

    private static Event event(String device) {
        return new Event(1, "task.pushed", NOW, null, "lamp", device, null, null, null, null, Map.of());
    }

    private static Subscription subscription(String url, Map<String, String> headers) {
        return new Subscription(1, "platform", url, "standard", List.of("*"), null, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                List.of(), headers, false, null, 0, null, null, NOW, NOW);
    }
}
