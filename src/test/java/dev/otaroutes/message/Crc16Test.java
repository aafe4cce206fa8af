package dev.otaroutes.message;

import static dev.otaroutes.message.Refusals.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class Crc16Test {
    @Test
    void theCheckValueIsTheOneThatIsPublishedForCrc16Arc() {
        assertThat(Crc16.of(utf8("123456789"), 0, 9)).isEqualTo(0xBB3D);
    }

    @Test
    void onlyTheBytesThatAreMeantCount() {
        assertThat(Crc16.of(utf8("xx123456789yy"), 2, 9)).isEqualTo(0xBB3D);
        assertThat(Crc16.of(utf8("123456789"), 4, 0)).isZero();
    }

    @Test
    void bytesWithTheirCrcBehindThemHaveTheCrcZero() {
        byte[] block = new byte[1_002];
        new Random(1).nextBytes(block);
        int crc = Crc16.of(block, 0, 1_000);
        block[1_000] = (byte) crc;
        block[1_001] = (byte) (crc >> 8);

        assertThat(Crc16.of(block, 0, 1_002)).isZero();
    }
}
