package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionRequestTest {
    @Test
    void theFormatIsStandardUnlessSaid() {
        assertThat(request("https://example.org/hook", List.of("task.*", "task.*"), null))
                .returns("standard", SubscriptionRequest::format)
                .returns(List.of("task.*"), SubscriptionRequest::events)
                .returns(Map.of(), SubscriptionRequest::headers);
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"example.org/hook", "/hook", "ftp://example.org/", "http:///hook", "http://exa mple.org/",
            "https://user:word@example.org/"})
    void aUrlIsAbsoluteHttp(String url) {
        assertThatThrownBy(() -> request(url, List.of("*"), null)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("url must").hasMessageContaining("[" + url + "]");
    }

    @Test
    void atLeastOneTypeIsAskedFor() {
        assertThatThrownBy(() -> request("http://example.org", List.of(), null)).hasMessageStartingWith("events must");
        assertThatThrownBy(() -> request("http://example.org", null, null)).hasMessageStartingWith("events must");
        assertThatThrownBy(() -> request("http://example.org", List.of("task.eaten"), null)).hasMessageContaining("[task.eaten]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Webhook-Id", "webhook-signature", "content-type", "Content-Length", "Host", "not a name"})
    void headersThatAreNotTheOperatorsAreRefused(String name) {
        assertThatThrownBy(() -> request("http://example.org", List.of("*"), Map.of(name, "s3cret")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("headers must").hasMessageContaining("[" + name + "]").hasMessageNotContaining("s3cret");
    }

    @Test
    void placeholdersAreThoseThatThereAre() {
        assertThat(request("http://example.org/{productKey}/{deviceKey}?t={token}", List.of("*"), Map.of("X-T", "{token}", "X-J", "{\"a\":{}}")).url())
                .isEqualTo("http://example.org/{productKey}/{deviceKey}?t={token}");
        assertThatThrownBy(() -> request("http://example.org/{devicekey}", List.of("*"), null))
                .hasMessage("url may have the placeholders {productKey}, {deviceKey}, {token}, but has [{devicekey}]");
        assertThatThrownBy(() -> request("http://example.org/", List.of("*"), Map.of("X-T", "{s3cret}")))
                .hasMessage("headers may have the placeholders {productKey}, {deviceKey}, {token}, but [X-T] has another one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://{deviceKey}/", "https://a.{productKey}.example.org:8080/x", "http://example.org:{token}"})
    void aPlaceholderNeverDecidesTheHost(String url) {
        assertThatThrownBy(() -> request(url, List.of("*"), null))
                .hasMessage("url may have placeholders in its path and query, but not in its host, which was [" + url + "]");
    }

    private static SubscriptionRequest request(String url, List<String> events, Map<String, String> headers) {
        return new SubscriptionRequest("name", url, null, events, null, null, headers);
    }
}
