package dev.otaroutes.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otaroutes.extension.FaultPlaces;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RejectedMessagesTest {
    private static final Instant NOW = Instant.parse("2026-11-23T15:04:05.123Z");
    private static final String KITCHEN = "/ota/device/inform/lamp/kitchen";
    private static final String HALL = "/ota/device/inform/lamp/hall";

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
    void aMessageIsKeptAsItCame() {
        at(NOW).record(KITCHEN, bytes("{"), "not-json", "it is broken");

        assertThat(at(NOW).list(10, null)).singleElement().satisfies(message -> {
            assertThat(message.topic()).isEqualTo(KITCHEN);
            assertThat(message.payload()).isEqualTo(bytes("{"));
            assertThat(message.text()).isEqualTo("{");
            assertThat(message.reason()).isEqualTo("not-json");
            assertThat(message.detail()).isEqualTo("it is broken");
            assertThat(message.at()).isEqualTo(NOW);
            assertThat(message.replayedAt()).isNull();
            assertThat(at(NOW).find(message.id())).isPresent();
        });
        assertThat(at(NOW).find(4711)).isEmpty();
    }

    @Test
    void whatDoesNotFitIsCut() {
        at(NOW).record("/" + "t".repeat(60_000), new byte[65_537], "bad-topic", "d".repeat(10_000));

        assertThat(at(NOW).list(10, null)).singleElement().satisfies(message -> {
            assertThat(message.topic()).hasSize(256);
            assertThat(message.payload()).hasSize(65_536);
            assertThat(message.detail()).hasSize(256);
        });
    }

    @Test
    void whatNoColumnTakesIsDropped() {
        at(NOW).record("/x\u0000y\uD800", bytes("{"), "bad-topic", "\uD83D\uDE80".repeat(300) + "\u0000");

        assertThat(at(NOW).list(10, null)).singleElement().satisfies(message -> {
            assertThat(message.topic()).isEqualTo("/xy\uFFFD");
            assertThat(message.detail()).isEqualTo("\uD83D\uDE80".repeat(256));
        });
    }

    @Test
    void onlyUtf8WithoutNulIsText() {
        assertThat(message("好\n").text()).isEqualTo("好\n");
        assertThat(message("a\u0000").text()).isNull();
        assertThat(new RejectedMessage(1, "t", new byte[] {(byte) 0xC3}, "r", null, NOW, null).text()).isNull();
    }

    @Test
    void pagesAreNewestFirst() {
        RejectedMessages messages = at(NOW);
        LongStream.rangeClosed(1, 5).forEach(i -> messages.record(KITCHEN, bytes("" + i), "not-json", null));

        List<RejectedMessage> first = messages.list(2, null);
        assertThat(first).extracting(RejectedMessage::text).containsExactly("5", "4");
        assertThat(messages.list(10, first.get(1).id())).extracting(RejectedMessage::text).containsExactly("3", "2", "1");
    }

    @Test
    void aDeviceKeepsIts100NewestAndLeavesOthersAlone() {
        RejectedMessages messages = at(NOW);
        messages.record(HALL, bytes("hall"), "not-json", null);
        LongStream.rangeClosed(1, 103).forEach(i -> messages.record(KITCHEN, bytes("" + i), "not-json", null));

        List<RejectedMessage> kept = messages.list(1_000, null);
        assertThat(kept).hasSize(101);
        assertThat(kept.get(0).text()).isEqualTo("103");
        assertThat(kept.get(99).text()).isEqualTo("4");
        assertThat(kept.get(100).text()).isEqualTo("hall");
    }

    @Test
    void whatIsOlderThan30DaysIsRemoved() {
        at(NOW.minus(Duration.ofDays(30)).minusMillis(1)).record(KITCHEN, bytes("old"), "not-json", null);
        at(NOW.minus(Duration.ofDays(30))).record(KITCHEN, bytes("young"), "not-json", null);

        at(NOW).clean();

        assertThat(at(NOW).list(10, null)).extracting(RejectedMessage::text).containsExactly("young");
    }

    @Test
    void moreThan20000AreTooMany() {
        database.jdbc().sql("INSERT INTO ota_rejected_message (topic, payload, reason, at)"
                + " SELECT 't', X'00', 'bad-topic', TIMESTAMP '2026-11-23 00:00:00' FROM SYSTEM_RANGE(1, 20002)").update();

        at(NOW).clean();

        assertThat(database.jdbc().sql("SELECT MIN(id) FROM ota_rejected_message").query(Long.class).single()).isEqualTo(3);
        at(NOW).clean();
        assertThat(database.jdbc().sql("SELECT COUNT(*) FROM ota_rejected_message").query(Long.class).single()).isEqualTo(20_000);
    }

    @Test
    void aFloodIsBoundedWhileItComes() {
        database.jdbc().sql("INSERT INTO ota_rejected_message (topic, payload, reason, at)"
                + " SELECT 't', X'00', 'bad-topic', TIMESTAMP '2026-11-23 00:00:00' FROM SYSTEM_RANGE(1, 20000)").update();
        RejectedMessages messages = at(NOW);

        LongStream.rangeClosed(1, 1_500).forEach(i -> messages.record("/ota/device/inform/lamp/d" + i, bytes("{"), "not-json", null));

        // 999 came before the first look, 501 with it and after it.
        assertThat(database.jdbc().sql("SELECT COUNT(*) FROM ota_rejected_message").query(Long.class).single()).isEqualTo(20_501);
    }

    private RejectedMessages at(Instant now) {
        return new RejectedMessages(database, new Sql(null, database.kind()), Clock.fixed(now, ZoneOffset.UTC), null, Duration.ofDays(30), new FaultPlaces());
    }

    private static RejectedMessage message(String payload) {
        return new RejectedMessage(1, "t", bytes(payload), "r", null, NOW, null);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
