package dev.otaroutes;

import dev.otaroutes.device.Rejections;
import dev.otaroutes.download.RemoteFiles;
import dev.otaroutes.extension.NamedVersionOrder;
import dev.otaroutes.http.InternalHosts;
import dev.otaroutes.mqtt.ReliableMqttComponent;
import dev.otaroutes.mqtt.RouteThreads;
import dev.otaroutes.rollout.ExternalFiles;
import dev.otaroutes.rollout.ProgressRules;
import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.rollout.Rules;
import dev.otaroutes.rollout.TaskRules;
import dev.otaroutes.rollout.VersionOrder;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.GroupedRollout;
import dev.otaroutes.store.Scheduler;
import dev.otaroutes.store.Sql;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The rollout and the scheduler, as the routes and the operator API find them: {@code rollout} and {@code scheduler}. They run from
 * the start of the context until its routes have stopped.
 */
final class RolloutBeans extends ServiceSupport {
    private static final String PUSH_ROUTE = "direct:push";
    /** As many as pushes that are on their way at a time: more can never be blocked in steps of the route. */
    private static final int MOST_THREADS = 600;
    /** With a server that has a package's file. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CamelContext context;
    private final ReliableMqttComponent mqtt;
    private final String clientId;
    private final GroupedRollout rollout;
    private final Scheduler scheduler;
    private final RemoteFiles files;
    private final RouteThreads threads;
    private ScheduledExecutorService timer;
    private AsyncProducer pushRoute;

    /**
     * @param clientId      of the connection that upgrades go out on
     * @param verifiedPercent of a verify batch's devices that must have succeeded for its package to be verified
     * @param internalHosts which servers with package files may be called that are not on the public Internet
     * @param wantsInform   whether somebody wants an event for each inform
     * @param eventsWritten is run after a commit that wrote events
     */
    RolloutBeans(CamelContext context, ReliableMqttComponent mqtt, String clientId, Database database, Sql sql, Clock clock, MeterRegistry meters,
            int verifiedPercent, InternalHosts internalHosts, BooleanSupplier wantsInform, Runnable eventsWritten) {
        this.context = context;
        this.mqtt = mqtt;
        this.clientId = clientId;
        this.files = new RemoteFiles(PATIENCE, internalHosts);
        VersionOrder versions = context.getRegistry().findSingleByType(VersionOrder.class);
        Rules rules = new Rules(new TaskRules(versions == null ? VersionOrder.numbers() : new NamedVersionOrder(versions), wantsInform), new ProgressRules());
        rollout = new GroupedRollout(database, sql, rules, clock,
                outcome -> Counter.builder("ota.rollout.outcomes").description("Messages that came late, twice or for no task and changed no state, by which of it")
                        .tag("outcome", outcome).register(meters).increment(), eventsWritten);
        rollout.bindTo(meters);
        scheduler = new Scheduler(database, sql, clock, files, verifiedPercent, rollout, this::push, this::canPush, eventsWritten,
                (what, fault) -> context.getRegistry().findSingleByType(Rejections.class).gaveUp(what, fault));
        threads = new RouteThreads(task -> context.getExecutorServiceManager().newThread("Push", task), MOST_THREADS);
        context.getRegistry().bind("rollout", rollout);
        context.getRegistry().bind("scheduler", scheduler);
    }

    GroupedRollout rollout() {
        return rollout;
    }

    /** Files of packages that are elsewhere. */
    ExternalFiles files() {
        return files;
    }

    /** There is a new batch: looks at it at once. */
    void wakeScheduler() {
        scheduler.wake();
    }

    @Override
    protected void doStart() throws Exception {
        timer = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "PushTimer");
        threads.watch(timer);
        pushRoute = context.getEndpoint(PUSH_ROUTE).createAsyncProducer();
        pushRoute.start();
        rollout.start();
        scheduler.start();
    }

    @Override
    protected void doStop() {
        scheduler.close();
        files.close();
        rollout.close();
        threads.stop();
        timer.shutdownNow();
        pushRoute.stop();
    }

    private boolean canPush() {
        return context.isStarted() && mqtt.canPublish(clientId);
    }

    /** Completes when the broker's answer has been recorded. */
    CompletionStage<?> push(PushOrder order) {
        CompletableFuture<Exchange> done = new CompletableFuture<>();
        // Not by a ProducerTemplate: its threads would wake each other for each push, and are only so many when steps block.
        threads.execute(() -> {
            Exchange exchange = pushRoute.getEndpoint().createExchange();
            exchange.getMessage().setBody(order);
            try {
                pushRoute.process(exchange, doneSync -> done.complete(exchange));
            } catch (RuntimeException | Error e) {
                // Camel puts failures into the exchange; what it does not must not leave the push on its way for ever.
                done.completeExceptionally(e);
            }
        });
        return done.thenCompose(RolloutBeans::outcome);
    }

    private static CompletionStage<Exchange> outcome(Exchange exchange) {
        return exchange.getException() == null
                ? CompletableFuture.completedStage(exchange) : CompletableFuture.failedStage(exchange.getException());
    }
}
