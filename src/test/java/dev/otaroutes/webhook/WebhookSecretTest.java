package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSecretTest {
    /** The example that implementations of Standard Webhooks test with; the signature was computed with openssl. */
    @Test
    void theSignatureIsThatOfStandardWebhooks() {
        WebhookSecret secret = WebhookSecret.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

        assertThat(secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void aGeneratedSecretHas32Bytes() {
        String text = WebhookSecret.generate(new SecureRandom());

        assertThat(text).startsWith("whsec_");
        assertThat(Base64.getDecoder().decode(text.substring(6))).hasSize(32);
        WebhookSecret.parse(text);
    }

    @ParameterizedTest
    @ValueSource(ints = {24, 64})
    void secretsOf24To64BytesAreTaken(int bytes) {
        WebhookSecret.parse("whsec_" + Base64.getEncoder().encodeToString(new byte[bytes]));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 23, 65})
    void otherLengthsAreRefused(int bytes) {
        String text = "whsec_" + Base64.getEncoder().encodeToString(new byte[bytes]);

        assertThatThrownBy(() -> WebhookSecret.parse(text)).hasMessageContaining("24 to 64 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hunter2hunter2hunter2hunter2hunter2", "whsec_not base64 at all, not at all"})
    void theRefusalDoesNotRepeatTheSecret(String text) {
        assertThatThrownBy(() -> WebhookSecret.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter2").hasMessageNotContaining("not base64");
    }
}
