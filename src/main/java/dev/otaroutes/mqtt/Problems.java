package dev.otaroutes.mqtt;

import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.Mqtt5ReasonCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is wrong now, each thing logged when it begins or changes, not at every attempt, and not every time when it comes and goes. */
final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger("ota.mqtt");

    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final String connection;
    private final Map<String, String> open = new ConcurrentSkipListMap<>();
    private final Map<String, Long> logged = new LinkedHashMap<>();

    Problems(ConnectionOptions options) {
        this.connection = options.toString();
    }

    void found(String subject, String problem) {
        if (!problem.equals(open.put(subject, problem)) && isNews(problem)) {
            warn(problem);
        }
    }

    private boolean isNews(String problem) {
        synchronized (logged) {
            long now = System.nanoTime();
            logged.values().removeIf(time -> now - time > QUIET_NANOS);
            return logged.putIfAbsent(problem, now) == null;
        }
    }

    void solved(String subject) {
        open.remove(subject);
    }

    void warn(String problem) {
        LOG.warn("MQTT client {}: {}", connection, problem);
    }

    void info(String news) {
        LOG.info("MQTT client {}: {}", connection, news);
    }

    /** @return null when all is well */
    String now() {
        return open.isEmpty() ? null : String.join("; ", open.values());
    }

    /** The cause in words; never credentials, which no exception of the client holds. */
    static String describe(Throwable failure) {
        if (failure instanceof Mqtt5ConnAckException connAck) {
            return "the broker refused the connection: " + describe(connAck.getMqttMessage().getReasonCode());
        }
        if (failure instanceof Mqtt5DisconnectException disconnect) {
            return "disconnected: " + describe(disconnect.getMqttMessage().getReasonCode())
                    + disconnect.getMqttMessage().getReasonString().map(why -> ", " + why).orElse("");
        }
        if (failure instanceof Mqtt5SubAckException subAck) {
            return describe(subAck.getMqttMessage().getReasonCodes().get(0));
        }
        if (failure instanceof TimeoutException) {
            return "no answer";
        }
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    private static String describe(Mqtt5ReasonCode code) {
        return code + " (0x" + Integer.toHexString(code.getCode()) + ")";
    }
}
