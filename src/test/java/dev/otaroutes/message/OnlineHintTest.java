package dev.otaroutes.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** protocol.md §9, A device came online: the keys come from the payload, so nothing in it is believed. */
class OnlineHintTest {
    private final OnlineHint hint = new OnlineHint(Pattern.compile(".* (?<deviceKey>[^& ]+)&(?<productKey>[^& ]+)"));

    @Test
    void sagooIotNamesTheDevice() {
        assertThat(device("{'meta':{},'messageId':'m1','productKey':'lamp','deviceKey':'kitchen','data':{}}")).isEqualTo(new DeviceId("lamp", "kitchen"));
    }

    @Test
    void emqxNamesAClient() {
        assertThat(device("{'clientid':'c1','username':'kitchen&lamp','connected_at':1}")).isEqualTo(new DeviceId("lamp", "kitchen"));
    }

    @Test
    void theClientIdMaySayIt() {
        OnlineHint byClientId = new OnlineHint(Pattern.compile("(?<productKey>[^.]+)\\.(?<deviceKey>[^ ]+) .*"));
        assertThat(byClientId.device(bytes("{'clientid':'lamp.kitchen','username':null}"))).isEqualTo(new DeviceId("lamp", "kitchen"));
    }

    @Test
    void aClientThatIsNoDeviceIsNobody() {
        assertThat(device("{'clientid':'ota-1','username':'ota'}")).isNull();
        assertThat(device("{'clientid':'ota-1'}")).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "{'productKey':'la/mp','deviceKey':'kitchen'} | bad-key",
        "{'productKey':'lamp','deviceKey':'+'} | bad-key",
        "{'productKey':'lamp','deviceKey':'#'} | bad-key",
        "{'productKey':'lamp'} | bad-key",
        "{'productKey':'lamp','deviceKey':7} | bad-key",
        "{'clientid':'c','username':'a/b&lamp'} | bad-key",
        "[] | not-an-object",
        "online | not-json"})
    void aHintThatNamesNoDeviceIsRefused(String payload, String reason) {
        assertThatThrownBy(() -> device(payload)).isInstanceOfSatisfying(RefusedMessageException.class,
                refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    private DeviceId device(String payload) {
        return hint.device(bytes(payload));
    }

    private static byte[] bytes(String payload) {
        return payload.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }
}
