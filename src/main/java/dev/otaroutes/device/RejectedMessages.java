package dev.otaroutes.device;

import dev.otaroutes.extension.FaultPlaces;
import dev.otaroutes.message.DeviceTopic;
import dev.otaroutes.message.RefusedMessageException;
import dev.otaroutes.message.Text;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import dev.otaroutes.store.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.DefaultExchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * The messages that could not be used, kept where the operator can look (table {@code ota_rejected_message}).
 * Bounded, whatever devices send: by age, by count, and per device.
 */
public final class RejectedMessages {
    /** The reason of a message that was right and that we failed to handle. */
    public static final String INTERNAL_ERROR = "internal-error";
    /** At 64 KiB each, 1.3 GB. */
    static final int MOST_KEPT = 20_000;
    static final int MOST_KEPT_OF_A_DEVICE = 100;
    /** So many more than {@link #MOST_KEPT} there may be for a while, on each instance. */
    static final int CLEAN_EVERY = 1_000;
    private static final Logger HOUSEKEEPING = LoggerFactory.getLogger("ota.housekeeping");
    private static final Duration REPLAY_PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_PAYLOAD = 64 * 1024;
    /** Half of what the columns hold, in code points: a database may count a surrogate pair as two. */
    private static final int MAX_TEXT = 256;

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final CamelContext context;
    private final Duration longestKept;
    private final FaultPlaces faults;
    private final AtomicLong recorded = new AtomicLong();

    /**
     * @param context has the routes by which a message is replayed
     * @param faults knows which step of an integrator's an exception came from
     */
    public RejectedMessages(Database database, Sql sql, Clock clock, CamelContext context, Duration longestKept, FaultPlaces faults) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.context = context;
        this.longestKept = longestKept;
        this.faults = faults;
    }

    /** Keeps the message; it is on disk when this returns, and the device's oldest make room for it. */
    public void record(String topic, byte[] payload, String reason, String detail) {
        String device = Rejection.device(topic);
        if (recorded.incrementAndGet() % CLEAN_EVERY == 0) {
            clean();
        }
        database.transaction(() -> {
            statement("insert")
                    .param("topic", fit(topic))
                    .param("device", device)
                    .param("payload", payload.length > MAX_PAYLOAD ? Arrays.copyOf(payload, MAX_PAYLOAD) : payload)
                    .param("reason", reason)
                    .param("detail", fit(detail))
                    .param("at", Times.toDb(clock.instant()))
                    .update();
            if (device != null) {
                statement("find-surplus-of-device").param("device", device).param("kept", MOST_KEPT_OF_A_DEVICE)
                        .query(Long.class).optional()
                        .ifPresent(id -> statement("delete-of-device").param("device", device).param("id", id).update());
            }
        });
    }

    /** Removes what is too old or too much. */
    public void clean() {
        database.transaction(() -> {
            int old = statement("delete-before").param("at", Times.toDb(clock.instant().minus(longestKept))).update();
            int surplus = statement("find-surplus").param("kept", MOST_KEPT).query(Long.class).optional()
                    .map(id -> statement("delete-until").param("id", id).update()).orElse(0);
            if (old + surplus > 0) {
                HOUSEKEEPING.info("removed {} rejected messages older than {} days and {} that were too many", old, longestKept.toDays(), surplus);
            }
        });
    }

    /**
     * A page, newest first.
     *
     * @param after the last ID of the page before; null for the first page
     */
    public List<RejectedMessage> list(int limit, Long after) {
        return statement("list").param("before", after == null ? Long.MAX_VALUE : after).param("limit", limit)
                .query(RejectedMessages::read).list();
    }

    public Optional<RejectedMessage> find(long id) {
        return statement("find").param("id", id).query(RejectedMessages::read).optional();
    }

    /**
     * Hands a message to its route again, which handles it as if it had just come.
     *
     * @return the message, now with the time of the replay; empty if there is none of that ID
     * @throws RefusedMessageException if it is refused again; it is kept as it was
     * @throws IllegalStateException   if we fail on it again; it is kept as it was
     * @throws TimeoutException        if it waits for the broker or the database; it goes on by itself
     */
    public Optional<RejectedMessage> replay(long id) throws TimeoutException {
        Optional<RejectedMessage> message = find(id);
        if (message.isEmpty()) {
            return message;
        }
        CompletableFuture<Void> replayed = handle(message.get()).thenAccept(replay -> {
            requireNoFault(id, replay);
            database.transaction(() -> {
                statement("mark-replayed").param("id", id).param("at", Times.toDb(clock.instant())).update();
            });
        });
        try {
            replayed.get(REPLAY_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException fault ? fault : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("rejected message [" + id + "] is being replayed while the process stops", e);
        }
        return find(id);
    }

    /** From the first step on, as if the broker brought it: a step of an integrator's before ours sees it as well. */
    private CompletableFuture<Exchange> handle(RejectedMessage message) {
        Route route = context.getRoute("receive-" + DeviceTopic.kind(message.topic()));
        if (route == null) {
            throw new IllegalStateException("there is no route [receive-" + DeviceTopic.kind(message.topic()) + "] to replay by");
        }
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setHeader(PahoMqtt5Constants.MQTT_TOPIC, message.topic());
        exchange.getMessage().setBody(message.payload());
        exchange.setVariable(Rejections.REPLAY, true);
        CompletableFuture<Exchange> handled = new CompletableFuture<>();
        // On another thread: this one is in a route itself, which would put off the other's steps until it has ended.
        CompletableFuture.runAsync(() -> AsyncProcessorConverterHelper.convert(route.getProcessor())
                .process(exchange, doneSync -> handled.complete(exchange)));
        return handled;
    }

    private void requireNoFault(long id, Exchange replay) {
        Throwable fault = replay.getException() != null ? replay.getException() : replay.getVariable(Rejections.FAULT, Throwable.class);
        if (fault == null) {
            return;
        }
        Rejection rejection = Rejection.of(fault, faults);
        if (rejection.isOurs()) {
            throw new IllegalStateException("rejected message [" + id + "] was replayed and failed again: " + rejection.detail(), fault);
        }
        throw new RefusedMessageException(rejection.reason(), rejection.detail());
    }

    private StatementSpec statement(String name) {
        return database.jdbc().sql(sql.get("rejected/" + name));
    }

    private static String fit(String text) {
        return text == null ? null : Text.cut(Text.clean(text), MAX_TEXT);
    }

    private static RejectedMessage read(ResultSet row, int number) throws SQLException {
        return new RejectedMessage(row.getLong("id"), row.getString("topic"), row.getBytes("payload"), row.getString("reason"),
                row.getString("detail"), Times.get(row, "at"), Times.get(row, "replayed_at"));
    }
}
