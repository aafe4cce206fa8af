package dev.otaroutes.webhook;

import dev.otaroutes.support.MariaDb;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;

@DisplayName("webhooks on MariaDb")
class DeliveryOnMariaDbIT extends ReplayRules {
    private static MariaDb server;

    @BeforeAll
    static void startServer() {
        server = new MariaDb();
        server.start();
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    String newDatabase() {
        return server.newDatabase();
    }

    @Override
    String username() {
        return server.username();
    }

    @Override
    String password() {
        return server.password();
    }
}
