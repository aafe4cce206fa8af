package dev.otaroutes.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class MqttThreadsTest {

    /** An integrator's steps, say, that ask a server which does not answer. */
    @Test
    void lanesWhoseTasksDoNotEndHoldUpNoOther() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        try (CamelContext camel = new DefaultCamelContext()) {
            MqttThreads threads = new MqttThreads(camel.getExecutorServiceManager(), Runnable::run);
            List<Executor> silent = threads.lanes.subList(0, threads.lanes.size() - 1);
            silent.forEach(lane -> lane.execute(() -> {
                try {
                    answer.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
            CompletableFuture<Void> other = new CompletableFuture<>();
            threads.lanes.get(silent.size()).execute(() -> other.complete(null));
            assertThat(other).succeedsWithin(Duration.ofSeconds(10));

            answer.countDown();
            threads.stop();
        }
    }

    @Test
    void asManyMayWaitForTheirNextAttemptAsAreWorkedOn() throws Exception {
        try (CamelContext camel = new DefaultCamelContext()) {
            MqttThreads threads = new MqttThreads(camel.getExecutorServiceManager(), Runnable::run);
            List<Future<?>> attempts = new ArrayList<>();
            for (int i = 0; i < 2 * DeliveryWindow.MOST_EXCHANGES; i++) {
                attempts.add(threads.timer.schedule(() -> { }, 1, TimeUnit.HOURS));
            }
            assertThat(attempts).noneMatch(Future::isDone);

            threads.stop();
            assertThat(threads.timer.isShutdown()).isTrue();
        }
    }
}
