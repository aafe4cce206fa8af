package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otaroutes.store.DatabaseKind;
import dev.otaroutes.store.Sql;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubscriptionsTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private TestInstance instance;
    private Subscriptions subscriptions;

    @BeforeEach
    void open() throws Exception {
        instance = new TestInstance("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "", "test").start();
        subscriptions = instance.subscriptions();
    }

    @AfterEach
    void close() {
        instance.close();
    }

    @Test
    void aSecretIsMadeAndShownOnce() {
        Subscription made = subscriptions.create(request(null, Map.of("Authorization", "Bearer word")));

        WebhookSecret.parse(made.secret());
        assertThat(subscriptions.get(made.id())).get().returns(null, Subscription::secret)
                .returns(Map.of("Authorization", "***"), Subscription::headers);
        assertThat(subscriptions.list(0, 10)).singleElement().returns(null, Subscription::secret);
        assertThat(made.toString()).doesNotContain(made.secret()).doesNotContain("word");
        assertThat(request(SECRET, null).toString()).doesNotContain(SECRET);
    }

    @Test
    void aChangeKeepsSecretAndHiddenHeaders() {
        Subscription made = subscriptions.create(request(SECRET, Map.of("Authorization", "Bearer word", "X-Old", "1")));

        subscriptions.update(made.id(), request(null, Map.of("Authorization", "***", "X-New", "2")));

        assertThat(subscriptions.current()).singleElement().returns(SECRET, Subscription::secret)
                .returns(Map.of("Authorization", "Bearer word", "X-New", "2"), Subscription::headers);
    }

    @Test
    void aHiddenHeaderIsNotSentToAnotherServer() {
        Subscription made = subscriptions.create(at("https://platform.example/a", Map.of("X-Token", "word")));

        for (String elsewhere : List.of("https://other.example/a", "http://platform.example/a", "https://platform.example:8443/a", "https://platform.example.org/a")) {
            assertThatThrownBy(() -> subscriptions.update(made.id(), at(elsewhere, Map.of("X-Token", "***")))).as(elsewhere)
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("[X-Token]").hasMessageContaining("[https://platform.example]");
            assertThat(subscriptions.current()).singleElement().returns("https://platform.example/a", Subscription::url);
        }

        subscriptions.update(made.id(), at("https://PLATFORM.example/b?c", Map.of("X-Token", "***")));
        assertThat(subscriptions.current()).singleElement().returns(Map.of("X-Token", "word"), Subscription::headers);
        subscriptions.update(made.id(), at("https://other.example/", Map.of("X-Token", "new")));
        assertThat(subscriptions.current()).singleElement().returns(Map.of("X-Token", "new"), Subscription::headers);
    }

    @Test
    void whatIsNotThereIsNotChanged() {
        assertThat(subscriptions.get(4711)).isEmpty();
        assertThat(subscriptions.update(4711, request(null, null))).isEmpty();
        assertThat(subscriptions.resume(4711)).isEmpty();
        assertThat(subscriptions.delete(4711)).isFalse();
    }

    /** Another thread looks all the time. */
    @Test
    void aChangeIsNotForgottenForALookThatBeganBeforeIt(@TempDir Path statements) throws Exception {
        String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
        try (Connection connection = DriverManager.getConnection(url + ";MODE=MySQL;DATABASE_TO_LOWER=TRUE", "sa", ""); Statement statement = connection.createStatement()) {
            statement.execute("CREATE ALIAS look_slowly FOR '" + SlowLook.class.getName() + ".look'");
        }
        String find = new Sql(null, DatabaseKind.H2).get("webhook/find-webhooks");
        Files.writeString(Files.createDirectories(statements.resolve("webhook")).resolve("find-webhooks.sql"), find.replace("WHERE", "WHERE look_slowly() AND"));
        try (TestInstance slow = new TestInstance(url, "sa", "", "slow", statements.toString()).start()) {
            Subscription made = slow.subscriptions().create(request(null, Map.of("X-Old", "1")));
            Thread before = new Thread(() -> slow.subscriptions().refresh(), SlowLook.THREAD);
            before.setDaemon(true);
            before.start();
            assertThat(SlowLook.BEGUN.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
            slow.subscriptions().update(made.id(), request(null, Map.of("X-New", "2")));

            SlowLook.GO_ON.release();
            before.join();
            assertThat(slow.subscriptions().current()).singleElement().returns(Map.of("X-New", "2"), Subscription::headers);
        }
    }

    /** Has one thread stop while it looks at the table. */
    public static final class SlowLook {
        static final String THREAD = "looks-slowly";
        static final Semaphore BEGUN = new Semaphore(0);
        static final Semaphore GO_ON = new Semaphore(0);

        private SlowLook() {
        }

        /** Called by the database, for each row. */
        public static boolean look() throws InterruptedException {
            if (Thread.currentThread().getName().equals(THREAD)) {
                BEGUN.release();
                GO_ON.acquire();
            }
            return true;
        }
    }

    @Test
    void aFormatWithoutARouteIsRefused() {
        assertThatThrownBy(() -> subscriptions.create(
                new SubscriptionRequest("name", "http://example.org", "thingsboard", List.of("*"), null, null, null)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("[thingsboard]");
    }

    @Test
    void informEventsAreWantedWhileSomebodyAsksForThem() {
        assertThat(subscriptions.wantsInform()).isFalse();
        Subscription tasks = subscriptions.create(request(null, null));
        assertThat(subscriptions.wantsInform()).isFalse();
        Subscription all = subscriptions.create(
                new SubscriptionRequest("all", "http://example.org", null, List.of("*"), null, null, null));
        assertThat(subscriptions.wantsInform()).as("every type").isTrue();

        subscriptions.delete(all.id());
        assertThat(subscriptions.wantsInform()).isFalse();
        subscriptions.update(tasks.id(), new SubscriptionRequest("one", "http://example.org", null,
                List.of("task.*", "inform"), null, null, null));
        assertThat(subscriptions.wantsInform()).isTrue();
    }

    @Test
    void aListGoesOnAfterThePageBefore() {
        List<Long> ids = List.of(subscriptions.create(request(null, null)).id(), subscriptions.create(request(null, null)).id(),
                subscriptions.create(request(null, null)).id());

        assertThat(subscriptions.list(0, 2)).extracting(Subscription::id).isEqualTo(ids.subList(0, 2));
        assertThat(subscriptions.list(ids.get(1), 2)).extracting(Subscription::id).isEqualTo(ids.subList(2, 3));
        assertThatThrownBy(() -> subscriptions.deliveries(ids.get(0), "lost", 0, 10)).hasMessageContaining("[lost]");
    }

    private static SubscriptionRequest request(String secret, Map<String, String> headers) {
        return new SubscriptionRequest("platform", "http://example.org/hook", "standard", List.of("task.*"), null, secret, headers);
    }

    private static SubscriptionRequest at(String url, Map<String, String> headers) {
        return new SubscriptionRequest("name", url, null, List.of("*"), null, null, headers);
    }
}
