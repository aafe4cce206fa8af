package dev.otaroutes.device;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.otaroutes.download.DownloadLinks;
import dev.otaroutes.message.DeviceId;
import dev.otaroutes.message.DeviceTopic;
import dev.otaroutes.message.FirmwareGet;
import dev.otaroutes.message.UpgradeMessage;
import dev.otaroutes.rollout.PushOrder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.Body;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.Variable;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;

/** Turns an order to push into the message for the device. */
public final class Upgrades {
    private static final String FIND_PACKAGE = "direct:find-package";
    private static final int MOST_BATCHES = 10_000;
    /** Package and batch never change; the product's dialect may, and another instance may have changed it. */
    private static final Duration FRESH = Duration.ofMinutes(1);

    private final Cache<Long, Upgrade> batches = Caffeine.newBuilder().maximumSize(MOST_BATCHES).expireAfterWrite(FRESH).build();
    private final ProducerTemplate routes;
    private final Supplier<DownloadLinks> links;

    /** @param links for files that were uploaded; asked for only then, since their key may be in the database */
    public Upgrades(ProducerTemplate routes, Supplier<DownloadLinks> links) {
        this.routes = routes;
        this.links = links;
    }

    /**
     * The batch's package, from memory or from route {@code find-package}.
     *
     * @throws IllegalStateException if the batch has no package with a file
     */
    public Upgrade find(@Body PushOrder order) {
        return batches.get(order.batchId(), this::load);
    }

    /** The payload of the upgrade; a link in it is good from now on. */
    public byte[] message(@Variable("order") PushOrder order, @Variable("upgrade") Upgrade upgrade) {
        return toldOverMqtt(order, upgrade).toJson();
    }

    /** The payload of the answer to a device that asked; a link in it is good from now on. */
    public byte[] reply(@Variable("order") PushOrder order, @Variable("upgrade") Upgrade upgrade, @Variable("get") FirmwareGet get) {
        return toldOverMqtt(order, upgrade).toReply(get);
    }

    /** The payload of the answer to a device for which there is nothing. */
    public byte[] emptyReply(@Variable("get") FirmwareGet get) {
        return UpgradeMessage.emptyReply(get);
    }

    /** The body of the answer over HTTP; a link in it is good from now on. Always a link: this device has no MQTT, whatever its batch says. */
    public byte[] info(@Variable("order") PushOrder order, @Variable("upgrade") Upgrade upgrade) {
        return told(order, upgrade).toInfo();
    }

    /** The body of the answer over HTTP to a device for which there is nothing. */
    public byte[] emptyInfo() {
        return UpgradeMessage.emptyInfo();
    }

    /** Says in header {@value PahoMqtt5Constants#CAMEL_PAHO_OVERRIDE_TOPIC} where a device is answered that asked. */
    public void addressReply(@Variable("device") DeviceId device, Message message) {
        message.setHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, DeviceTopic.firmwareGetReply(device));
    }

    private UpgradeMessage toldOverMqtt(PushOrder order, Upgrade upgrade) {
        return upgrade.overMqtt() ? new UpgradeMessage(order.messageId(), upgrade.dialect(), upgrade.contents(), upgrade.batchId(), upgrade.tags(),
                null, upgrade.packageId()) : told(order, upgrade);
    }

    private UpgradeMessage told(PushOrder order, Upgrade upgrade) {
        List<String> urls = upgrade.contents().files().stream().map(file -> file.url() != null ? file.url()
                : links.get().link(upgrade.packageId(), file.name()).toString()).toList();
        return new UpgradeMessage(order.messageId(), upgrade.dialect(), upgrade.contents(), upgrade.batchId(), upgrade.tags(), urls);
    }

    /** Says in header {@value PahoMqtt5Constants#CAMEL_PAHO_OVERRIDE_TOPIC} where the device hears about it. */
    public void address(@Variable("order") PushOrder order, Message message) {
        message.setHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, DeviceTopic.upgrade(order.device()));
    }

    private Upgrade load(long batchId) {
        try {
            List<?> rows = routes.requestBody(FIND_PACKAGE, batchId, List.class);
            if (rows == null || rows.isEmpty()) {
                throw new IllegalStateException("batch [" + batchId + "] has no package with a file");
            }
            return UpgradeReader.read(batchId, columns(rows));
        } catch (CamelExecutionException e) {
            throw RuntimeCamelException.wrapRuntimeCamelException(e.getCause());
        }
    }

    @SuppressWarnings("unchecked") // camel-sql's rows: maps that find their columns in either case
    private static List<Map<String, Object>> columns(List<?> rows) {
        return (List<Map<String, Object>>) rows;
    }
}
