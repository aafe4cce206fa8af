package dev.otaroutes.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What every parsing test asks: is it refused, under which name, and does the operator see the value? */
final class Refusals {
    private Refusals() {
    }

    static void assertRefused(ThrowingCallable call, String reason, String detail) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(RefusedMessageException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(detail);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
