package dev.otaroutes.webhook;

import dev.otaroutes.support.TestFolder;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;

@DisplayName("webhooks on H2")
class DeliveryOnH2IT extends ReplayRules {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    @Override
    String newDatabase() {
        return "jdbc:h2:file:" + TestFolder.make("webhook-h2").resolve("ota" + DATABASES.incrementAndGet());
    }

    @Override
    String username() {
        return "sa";
    }

    @Override
    String password() {
        return "";
    }
}
