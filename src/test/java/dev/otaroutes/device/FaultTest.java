package dev.otaroutes.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which faults are waited for, and which come back however often one tries (domain.md, Our own failures). */
class FaultTest {
    private static final byte[] GZIP = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 75, 4};

    /** What a step throws that reads what a device has sent. */
    static Stream<Callable<Object>> readings() {
        return Stream.of(
                () -> new GZIPInputStream(new ByteArrayInputStream("not zipped at all".getBytes(StandardCharsets.UTF_8))),
                () -> new GZIPInputStream(new ByteArrayInputStream(GZIP)).readAllBytes(),
                () -> new GZIPInputStream(new ByteArrayInputStream(Arrays.copyOf(GZIP, 3))),
                () -> StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(new byte[] {(byte) 0xff})));
    }

    @ParameterizedTest
    @MethodSource("readings")
    void whatIsInTheMessageDoesNotPass(Callable<Object> reading) {
        assertThat(passes(thrown(reading))).isFalse();
        assertThat(passes(new IllegalStateException("in a step", thrown(reading)))).isFalse();
    }

    @Test
    void aFileThatIsNotThereDoesNotPass(@TempDir Path folder) {
        assertThat(passes(thrown(() -> Files.readString(folder.resolve("none"))))).isFalse();
        assertThat(passes(thrown(() -> Files.readString(folder.resolve("none").toAbsolutePath().resolve("none"))))).isFalse();
    }

    @Test
    void aServerThatIsAwayOrBusyPasses() {
        assertThat(passes(new ConnectException("refused"))).isTrue();
        assertThat(passes(new IllegalStateException("in a step", new SocketTimeoutException("read")))).isTrue();
        assertThat(passes(new IOException("the connection ended"))).isTrue();
    }

    private static Throwable thrown(Callable<Object> reading) {
        try {
            throw new AssertionError("read: " + reading.call());
        } catch (Exception e) {
            return e;
        }
    }

    private static boolean passes(Throwable fault) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.setException(fault);
        return Fault.passes(exchange);
    }
}
