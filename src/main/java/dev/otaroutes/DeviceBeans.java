package dev.otaroutes;

import dev.otaroutes.device.DeviceApi;
import dev.otaroutes.device.DeviceMessages;
import dev.otaroutes.device.InternalErrorsHealth;
import dev.otaroutes.device.MessageCounts;
import dev.otaroutes.device.RejectedMessages;
import dev.otaroutes.device.Rejections;
import dev.otaroutes.device.Upgrades;
import dev.otaroutes.download.DownloadLinks;
import dev.otaroutes.extension.FaultPlaces;
import dev.otaroutes.message.OnlineHint;
import dev.otaroutes.rollout.Rollout;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.spi.Registry;
import org.springframework.util.function.SingletonSupplier;

/** What the routes between devices and the rollout call by name (routes/inform-to-upgrade, firmware-get, online-to-push, device-api,
 * progress-to-event, errors). */
final class DeviceBeans {
    private static final String FIND_UPGRADE = "upgrade/find";

    private DeviceBeans() {
    }

    /**
     * @param onlineClients how EMQX's clients are called that are devices, as {@link OnlineHint} wants it
     * @param keepRejected  how long a rejected message is kept
     * @param faults        knows which step of an integrator's an exception came from
     */
    static void bind(CamelContext context, Rollout rollout, Database database, Sql sql, Clock clock, MeterRegistry meters, Pattern onlineClients,
            Duration keepRejected, FaultPlaces faults) {
        context.getCamelContextExtension().addContextPlugin(FaultPlaces.class, faults);
        Registry beans = context.getRegistry();
        ProducerTemplate routes = context.createProducerTemplate();
        MessageCounts counts = new MessageCounts(meters);
        RejectedMessages rejectedMessages = new RejectedMessages(database, sql, clock, context, keepRejected, faults);
        Rejections rejections = new Rejections(rejectedMessages, counts, clock, faults);
        beans.bind("deviceMessages", new DeviceMessages(rollout, counts));
        beans.bind("onlineHint", new OnlineHint(onlineClients));
        beans.bind("upgrades", new Upgrades(routes, SingletonSupplier.of(() -> beans.findSingleByType(DownloadLinks.class))));
        beans.bind("deviceApiHeaders", DeviceApi.headers());
        beans.bind("deviceApi", new DeviceApi(database, sql, clock));
        beans.bind("rejectedMessages", rejectedMessages);
        beans.bind("rejections", rejections);
        beans.bind(FIND_UPGRADE, sql.get(FIND_UPGRADE)); // camel-sql reads it as ref:upgrade/find
        HealthCheckRegistry.get(context).register(new InternalErrorsHealth(rejections));
    }
}
