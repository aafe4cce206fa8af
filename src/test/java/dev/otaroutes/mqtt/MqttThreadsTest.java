package dev.otaroutes.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class MqttThreadsTest {

    @Test
    void asManyMayWaitForTheirNextAttemptAsAreWorkedOn() throws Exception {
        try (CamelContext camel = new DefaultCamelContext()) {
            MqttThreads threads = new MqttThreads(camel.getExecutorServiceManager());
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
