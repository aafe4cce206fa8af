package dev.otaroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** api.md, Settings: two instances on one database without a share group are noticed. */
class InstancesTest {
    private static final Instant NOW = Instant.parse("2026-11-23T15:04:05Z");

    private final Database database = new Database("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "", 2);

    @BeforeEach
    void migrate() {
        database.migrate();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void twoWithoutAShareGroupNoticeEachOther() {
        instance("ota-a", "", NOW).lookAround();

        assertThat(instance("ota-b", "", NOW).lookAround()).containsExactly("ota-a");
        assertThat(instance("ota-a", "", NOW).lookAround()).containsExactly("ota-b");
    }

    @Test
    void oneInAShareGroupAndOneWithoutNoticeEachOther() {
        instance("ota-a", "", NOW).lookAround();

        assertThat(instance("ota-b", "ota", NOW).lookAround()).containsExactly("ota-a");
    }

    @Test
    void twoInOneShareGroupAreAsTheyShouldBe() {
        instance("ota-a", "ota", NOW).lookAround();

        assertThat(instance("ota-b", "ota", NOW).lookAround()).isEmpty();
    }

    @Test
    void whoHasNotBeenSeenForHalfAMinuteIsGone() {
        instance("ota-a", "", NOW).lookAround();

        assertThat(instance("ota-b", "", NOW.plus(Duration.ofSeconds(30))).lookAround()).containsExactly("ota-a");
        assertThat(instance("ota-b", "", NOW.plus(Duration.ofSeconds(31))).lookAround()).isEmpty();
    }

    @Test
    void whoStopsInGoodOrderIsGoneAtOnce() {
        Instances first = instance("ota-a", "", NOW);
        first.lookAround();

        first.close();

        assertThat(instance("ota-b", "", NOW).lookAround()).isEmpty();
    }

    private Instances instance(String clientId, String shareGroup, Instant now) {
        return new Instances(database, new Sql(null, database.kind()), Clock.fixed(now, ZoneOffset.UTC), clientId, shareGroup);
    }
}
