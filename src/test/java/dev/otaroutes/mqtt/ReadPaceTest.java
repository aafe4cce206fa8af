package dev.otaroutes.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReadPaceTest {
    @Test
    void readsComeAMillisecondApartAndNothingIsKeptBack() {
        EmbeddedChannel channel = new EmbeddedChannel(new ReadPace());
        long start = System.nanoTime();
        for (int read = 0; read < 20; read++) {
            channel.writeInbound(read);
            assertThat((Integer) channel.readInbound()).isEqualTo(read);
        }

        assertThat(Duration.ofNanos(System.nanoTime() - start)).as("the first finds no rest").isGreaterThanOrEqualTo(Duration.ofMillis(19));
        assertThat(channel.finish()).isFalse();
    }
}
