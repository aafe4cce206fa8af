package dev.otaroutes.device;

import dev.otaroutes.http.CodeJson;
import dev.otaroutes.http.Http1Vertx;
import dev.otaroutes.http.ProblemException;
import dev.otaroutes.message.AccessSignature;
import dev.otaroutes.message.DeviceId;
import dev.otaroutes.message.HttpProgress;
import dev.otaroutes.message.Inform;
import dev.otaroutes.message.Keys;
import dev.otaroutes.message.Progress;
import dev.otaroutes.message.RefusedMessageException;
import dev.otaroutes.message.Text;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Failures;
import dev.otaroutes.store.KnownDevices;
import dev.otaroutes.store.Sql;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Message;
import org.apache.camel.Variable;
import org.apache.camel.http.base.HttpHeaderFilterStrategy;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of the device HTTP API (protocol.md §7): who asks, for which device, and what is answered if that is refused. */
public final class DeviceApi {
    /** A request that is older, or younger, is refused. */
    static final Duration TOLERANCE = Duration.ofMinutes(5);
    /**
     * Requests at a time. Each takes a thread of the server until what it wrote is committed, and the operator and the health report need some
     * while the database is away.
     */
    static final int MOST_AT_A_TIME = Http1Vertx.THREADS / 2;
    /** RFC 9110's: the day has two digits, unlike {@link DateTimeFormatter#RFC_1123_DATE_TIME}'s. */
    static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US).withZone(ZoneOffset.UTC);
    private static final Logger LOG = LoggerFactory.getLogger("ota.device-api");

    private record Key(String productKey, String secret) {
    }

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final KnownDevices fleet;
    private final Semaphore room = new Semaphore(MOST_AT_A_TIME);

    public DeviceApi(Database database, Sql sql, Clock clock) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.fleet = new KnownDevices(database, sql);
    }

    /** @return Camel's rules for HTTP headers, but with a Date in answers: a device sets its clock by it */
    public static HeaderFilterStrategy headers() {
        HttpHeaderFilterStrategy headers = new HttpHeaderFilterStrategy();
        headers.getOutFilter().remove("date");
        return headers;
    }

    /**
     * The first step: takes a place among the requests at work, until the exchange is done.
     *
     * @throws ProblemException 503 if there is none
     */
    public void enter(Exchange exchange) {
        if (!room.tryAcquire()) {
            throw new ProblemException(503, MOST_AT_A_TIME + " requests wait for the database; try again in 5 s");
        }
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                room.release();
            }
        });
    }

    /**
     * @param accessKey of the product
     * @param time      Unix seconds
     * @param sign      HMAC-SHA256 over {@code ak=<ak>&time=<time>} with the product's secret key, in lower-case hex
     * @return key of the product that asks
     * @throws ProblemException 401; which of key and signature is wrong it does not say
     */
    public String product(@Header("ak") String accessKey, @Header("time") String time, @Header("sign") String sign) {
        if (accessKey == null || time == null || sign == null) {
            throw new ProblemException(401, "the query must have ak, time and sign");
        }
        Duration age = Duration.between(seconds(time), clock.instant()).abs();
        if (age.compareTo(TOLERANCE) > 0) {
            throw new ProblemException(401, "time [" + time + "] is more than " + TOLERANCE.toMinutes() + " minutes from ours: see Date");
        }
        // No column takes NUL, so no product has it in its key; PostgreSQL would fail on the question.
        Key key = !Text.clean(accessKey).equals(accessKey) ? null : database.jdbc().sql(sql.get("device/find-access-key")).param("accessKey", accessKey)
                .query((row, number) -> new Key(row.getString("product_key"), row.getString("secret_key"))).optional().orElse(null);
        // An unknown key costs the same time as a wrong signature.
        String expected = AccessSignature.of(accessKey, time, key == null || key.secret == null ? "none" : key.secret);
        boolean signed = MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), sign.getBytes(StandardCharsets.UTF_8));
        if (!signed || key == null || key.secret == null) {
            throw new ProblemException(401, "ak or sign is wrong");
        }
        return key.productKey;
    }

    private static Instant seconds(String time) {
        try {
            return Instant.ofEpochSecond(Long.parseLong(time));
        } catch (NumberFormatException | DateTimeException e) {
            throw new ProblemException(401, "time must be in Unix seconds, but was [" + time + "]");
        }
    }

    /** @throws RefusedMessageException {@code bad-key} */
    public DeviceId device(@Variable("product") String product, @Header("deviceKey") String deviceKey) {
        return new DeviceId(product, Keys.check("deviceKey", deviceKey));
    }

    /** The device of a progress. */
    public DeviceId deviceOf(@Variable("product") String product, @Variable("written") HttpProgress written) {
        return new DeviceId(product, written.deviceKey());
    }

    public Progress progressOf(@Variable("written") HttpProgress written) {
        return written.progress();
    }

    /** @throws RefusedMessageException {@code bad-version} or {@code bad-key} (the module) */
    public Inform inform(@Header("version") String version, @Header("module") String module) {
        return Inform.of(version, module);
    }

    /**
     * A platform may ask only for devices that there are.
     *
     * @throws ProblemException 404
     */
    public void mustBeKnown(@Variable("device") DeviceId device) {
        boolean known = fleet.knowsTheFleet() ? fleet.unknownOf(Set.of(device)).isEmpty()
                : database.jdbc().sql(sql.get("operator/find-device")).param("device", device.path()).query((row, number) -> true).optional().isPresent();
        if (!known) {
            throw new ProblemException(404, "there is no device [" + device.deviceKey() + "] of the product of this access key");
        }
    }

    /** Answers that all is well. */
    public String done() {
        return "{\"code\":0,\"message\":\"\"}";
    }

    /** @param body of a progress, as it came */
    public HttpProgress written(@Body byte[] body) {
        return HttpProgress.parse(body);
    }

    /** Makes what is wrong the answer: a code that is the HTTP status, and words. For {@code onException} of the routes. */
    public void answerFailure(Exchange exchange) {
        Throwable fault = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        int status = 500;
        String words = "internal error; the reason is in the log of the service";
        if (fault instanceof ProblemException problem) {
            status = problem.status();
            words = problem.getMessage();
        } else if (fault instanceof RefusedMessageException refused) {
            status = refused.reason().startsWith("unknown-") ? 404 : 400;
            words = refused.getMessage();
        } else if (Failures.passing(fault)) {
            status = 503;
            words = "the database is away; try again in 5 s";
            LOG.warn("answered 503, the database is away: {}", fault.getMessage());
        } else {
            LOG.error("answered 500", fault);
        }
        Message answer = exchange.getMessage();
        answer.removeHeaders("*");
        answer.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        answer.setHeader(Exchange.CONTENT_TYPE, CodeJson.MEDIA_TYPE);
        answer.setHeader("Date", HTTP_DATE.format(clock.instant()));
        answer.setBody(CodeJson.of(status, words));
    }
}
