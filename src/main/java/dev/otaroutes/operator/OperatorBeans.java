package dev.otaroutes.operator;

import dev.otaroutes.device.RejectedMessages;
import dev.otaroutes.download.PackageDirectory;
import dev.otaroutes.download.PackageFiles;
import dev.otaroutes.rollout.ExternalFiles;
import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.rollout.Rollout;
import dev.otaroutes.store.BatchEvents;
import dev.otaroutes.store.BatchLists;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import dev.otaroutes.webhook.Webhooks;
import java.time.Clock;
import java.util.function.Consumer;
import org.apache.camel.spi.Registry;

/** Builds what the routes in {@code routes/operator} call by name, and {@code deviceLists}, which a handler on the router calls. */
public final class OperatorBeans {
    private OperatorBeans() {
    }

    /**
     * @param beans has rejected messages, webhooks and the files of packages already
     * @param files where files of packages are that are elsewhere
     * @param push  publishes an upgrade, some time
     * @param wake  tells whoever prepares batches that there is a new one
     */
    public static void bind(Registry beans, Database database, Sql sql, Clock clock, Rollout rollout, DownloadAddress downloads,
                            ExternalFiles files, BatchEvents events, Consumer<PushOrder> push, Runnable wake) {
        Products products = new Products(database, sql, clock);
        Packages packages = new Packages(database, sql, clock,
                beans.findSingleByType(PackageDirectory.class), beans.findSingleByType(PackageFiles.class));
        Batches batches = new Batches(database, sql, clock, packages, downloads, files, wake);
        beans.bind("operatorJson", OperatorJson.mapper());
        beans.bind("contractValidator", new ContractValidator());
        beans.bind("products", products);
        beans.bind("modules", new Modules(database, sql, clock, products));
        beans.bind("packages", packages);
        beans.bind("batches", batches);
        Tasks tasks = new Tasks(database, sql, batches);
        beans.bind("tasks", tasks);
        beans.bind("batchActions", BatchActions.class, new BatchActions(database, sql, clock, packages, batches, tasks, rollout, events, push, wake), null, "close");
        beans.bind("deviceLists", new DeviceLists(database, sql, clock, packages, batches, new BatchLists(database, sql, clock, rollout), events, wake));
        beans.bind("devices", new Devices(database, sql, rollout));
        beans.bind("results", new Results(database, sql, clock, products, packages, batches));
        beans.bind("webhookOperations", new WebhookOperations(beans.findSingleByType(Webhooks.class)));
        beans.bind("deliveryOperations", new DeliveryOperations(beans.findSingleByType(Webhooks.class)));
        beans.bind("rejectedMessageOperations", new RejectedMessageOperations(database, sql,
                beans.findSingleByType(RejectedMessages.class)));
    }
}
