package dev.otaroutes.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadPaceTest {
    private final RouteThreads threads = new RouteThreads(Thread::new, 1);
    private final List<String> started = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        threads.stop();
    }

    @Test
    void readsComeAMillisecondApartAndNothingIsKeptBack() {
        EmbeddedChannel channel = new EmbeddedChannel(new ReadPace(List.of()));
        long start = System.nanoTime();
        for (int read = 0; read < 20; read++) {
            channel.writeInbound(read);
            assertThat((Integer) channel.readInbound()).isEqualTo(read);
        }

        assertThat(Duration.ofNanos(System.nanoTime() - start)).as("the first finds no rest").isGreaterThanOrEqualTo(Duration.ofMillis(19));
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void whatAReadBringsStartsWhenTheReadHasEnded() {
        EmbeddedChannel channel = new EmbeddedChannel(new ReadPace(List.of(threads)), bringing());
        channel.writeOneInbound("one");
        channel.writeOneInbound("another");
        await().during(Duration.ofMillis(100)).untilAsserted(() -> assertThat(started).isEmpty());

        channel.flushInbound();
        await().untilAsserted(() -> assertThat(started).containsExactly("one", "another"));
    }

    @Test
    void whatAReadBringsStartsThoughTheConnectionEndsBeforeIt() {
        EmbeddedChannel channel = new EmbeddedChannel(new ReadPace(List.of(threads)), bringing());
        channel.writeOneInbound("one");
        channel.pipeline().fireChannelInactive();
        await().untilAsserted(() -> assertThat(started).containsExactly("one"));
    }

    private ChannelInboundHandlerAdapter bringing() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                threads.execute(() -> started.add(message.toString()));
            }
        };
    }
}
