package dev.otaroutes.webhook;

import dev.otaroutes.support.Postgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;

@DisplayName("webhooks on Postgres")
class DeliveryOnPostgresIT extends ReplayRules {
    private static Postgres server;

    @BeforeAll
    static void startServer() {
        server = new Postgres();
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
