package dev.otaroutes.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.otaroutes.message.DeviceId;
import dev.otaroutes.message.Inform;
import dev.otaroutes.message.Progress;
import dev.otaroutes.message.RefusedMessageException;
import dev.otaroutes.rollout.Batch;
import dev.otaroutes.rollout.Command;
import dev.otaroutes.rollout.DailyWindow;
import dev.otaroutes.rollout.DeviceState;
import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.rollout.Reason;
import dev.otaroutes.rollout.Rollout;
import dev.otaroutes.rollout.Rules;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;

/**
 * The rollout on the tables: gathers what waits, locks its devices, has the {@link Rules} decide and writes what came of it, in one
 * transaction. Correct with any number of instances: what a decision reads is locked with the device's row.
 */
public final class GroupedRollout implements Rollout, AutoCloseable {
    private static final int LARGEST_GROUP = 200;
    private static final int SHARDS = 16;
    /** As for routes (RouteThreads): a second would mostly be woken in vain. */
    private static final int COMPLETION_THREADS = 1;

    private record Result(PushOrder order, RefusedMessageException refused) {
        static final Result NOTHING = new Result(null, null);
    }

    private final Database database;
    private final Sql sql;
    private final Rules rules;
    private final Clock clock;
    private final Consumer<String> outcomes;
    private final KnownDevices fleet;
    private final Batches batches;
    private final DeviceReader looks;
    private final boolean marksReady;
    private final boolean ownTasks;
    private final Runnable eventsWritten;
    private final List<Writer> writers;
    private StoreMeters meters = new StoreMeters(new CompositeMeterRegistry(), this);
    private final PushesUnderway underway = new PushesUnderway();
    private final Cache<String, Boolean> products = Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofSeconds(10)).build();
    private final Cache<String, Boolean> modules = Caffeine.newBuilder().maximumSize(100_000).expireAfterWrite(Duration.ofMinutes(1)).build();

    /**
     * @param outcomes      hears, after the commit, the name of what a message came to where that is worth counting
     * @param eventsWritten is run after a commit that put events into the outbox
     */
    public GroupedRollout(Database database, Sql sql, Rules rules, Clock clock, Consumer<String> outcomes, Runnable eventsWritten) {
        this.database = database;
        this.sql = sql;
        this.rules = rules;
        this.clock = clock;
        this.outcomes = outcomes;
        this.eventsWritten = eventsWritten;
        fleet = new KnownDevices(database, sql);
        batches = new Batches(database, sql);
        looks = new DeviceReader(database, sql, batches);
        ownTasks = sql.areOurs("task/find-open");
        // What an integrator reads from elsewhere may change there, and nobody here would hear of it.
        marksReady = ownTasks && rules.tasks().areLasting() && sql.areOurs("device/find-modules", "scheduler/find-waiting");
        int shard = ThreadLocalRandom.current().nextInt(SHARDS);
        writers = IntStream.range(0, writers(database.kind())).mapToObj(number -> new Writer((shard + number) % SHARDS)).toList();
    }

    /**
     * With MariaDB and MySQL this process waits for the answer to each statement of a group, and the database for the next statement: of one
     * group at a time, either sleeps half of the time. PostgreSQL is sent several at once ({@link Pipeline}), and H2 is in this process.
     */
    private static int writers(DatabaseKind kind) {
        return kind == DatabaseKind.MYSQL ? 2 : 1;
    }

    /** Measures from now on; before {@link #start}. */
    public void bindTo(MeterRegistry registry) {
        meters = new StoreMeters(registry, this);
    }

    public void start() {
        writers.forEach(writer -> writer.commits.start());
    }

    /** @return why nothing can be stored at the moment; null if it can */
    public String trouble() {
        return writers.stream().map(writer -> writer.commits.trouble()).filter(Objects::nonNull).findFirst().orElse(null);
    }

    /** @return calls that wait to be stored */
    public int queued() {
        return writers.stream().mapToInt(writer -> writer.commits.queued()).sum();
    }

    @Override
    public CompletionStage<PushOrder> inform(DeviceId device, Inform inform) {
        return submit(new Command.InformCommand(device, inform));
    }

    @Override
    public CompletionStage<PushOrder> ask(DeviceId device, String module) {
        return submit(new Command.AskCommand(device, module));
    }

    @Override
    public CompletionStage<Void> online(DeviceId device) {
        return submit(new Command.OnlineCommand(device)).thenApply(none -> null);
    }

    @Override
    public CompletionStage<Void> progress(DeviceId device, Progress progress) {
        return submit(new Command.ProgressCommand(device, progress)).thenApply(order -> null);
    }

    @Override
    public void release(PushOrder order) {
        underway.release(order);
    }

    @Override
    public CompletionStage<Void> pushed(PushOrder order, int reasonCode) {
        return submit(new Command.PushedCommand(order, reasonCode)).thenApply(none -> null);
    }

    @Override
    public CompletionStage<Void> pushRefused(PushOrder order, int reasonCode) {
        return submit(new Command.PushRefusedCommand(order, reasonCode)).thenApply(none -> null);
    }

    @Override
    public CompletionStage<Void> assign(DeviceId device, Batch batch) {
        return submit(new Command.AssignCommand(device, batch, false)).thenApply(none -> null);
    }

    @Override
    public CompletionStage<PushOrder> assignAndPush(DeviceId device, Batch batch) {
        return submit(new Command.AssignCommand(device, batch, true));
    }

    @Override
    public CompletionStage<PushOrder> due(DeviceId device, long taskId) {
        return submit(new Command.DueCommand(device, taskId));
    }

    @Override
    public CompletionStage<PushOrder> letGo(DeviceId device, long taskId, int stage) {
        return submit(new Command.LetGoCommand(device, taskId, stage));
    }

    @Override
    public Map<Long, PushOrder> letGoUnwritten(Map<Long, DeviceId> tasks) {
        List<Command> commands = new ArrayList<>();
        tasks.forEach((task, device) -> commands.add(new Command.LetGoCommand(device, task, 0)));
        Set<String> products = knownProducts(productsOf(commands));
        Set<DeviceId> devices = new HashSet<>(tasks.values());
        devices.removeIf(device -> !products.contains(device.productKey()));
        devices.removeAll(fleet.unknownOf(devices));
        Map<String, DeviceState> states = looks.look(devices);
        looks.readHeld(states, commands);
        PushesUnderway.Marked marked = underway.mark(states.values());
        Instant now = now();
        Map<Long, PushOrder> orders = new HashMap<>();
        tasks.forEach((task, device) -> {
            DeviceState state = states.get(device.path());
            PushOrder order = state == null ? null : rules.tasks().letGo(state, task, 0, now);
            if (order != null) {
                orders.put(task, order);
            }
        });
        underway.committed(states.values().stream().filter(DeviceState::untouched).toList(), marked);
        orders.values().removeIf(order -> !states.get(order.device().path()).untouched());
        return orders;
    }

    @Override
    public Map<Long, PushOrder> letGoReady(Batch batch, Map<Long, DeviceId> tasks) {
        DailyWindow window = batch.plan().window();
        boolean closed = window != null && !window.isOpen(now());
        if (tasks.isEmpty() || !marksReady || closed || looks.isHeld(batch.id())
                || !knownProducts(Set.of(batch.productKey())).contains(batch.productKey())) {
            return Map.of();
        }
        Set<DeviceId> unknown = fleet.unknownOf(new HashSet<>(tasks.values()));
        Map<Long, PushOrder> orders = new HashMap<>();
        tasks.forEach((task, device) -> {
            if (!unknown.contains(device)) {
                orders.put(task, rules.tasks().readyOrder(device, task, batch));
            }
        });
        underway.begin(orders, now());
        return orders;
    }

    @Override
    public CompletionStage<PushOrder> pushByHand(DeviceId device, long taskId) {
        return submit(new Command.PushByHandCommand(device, taskId));
    }

    @Override
    public CompletionStage<Void> retry(DeviceId device, long taskId) {
        return submit(new Command.RetryCommand(device, taskId)).thenApply(none -> null);
    }

    @Override
    public CompletionStage<Void> cancel(DeviceId device, long taskId, boolean force) {
        return submit(new Command.CancelCommand(device, taskId, force)).thenApply(none -> null);
    }

    @Override
    public CompletionStage<Void> timeOut(DeviceId device, long taskId) {
        return submit(new Command.TimeOutCommand(device, taskId)).thenApply(none -> null);
    }

    @Override
    public CompletionStage<Void> remove(DeviceId device) {
        return submit(new Command.RemoveCommand(device)).thenApply(none -> null);
    }

    private CompletionStage<PushOrder> submit(Command command) {
        Writer writer = writers.get(Math.floorMod(command.device().productKey().hashCode(), writers.size()));
        return writer.commits.submit(command).thenCompose(result -> result.refused == null
                ? CompletableFuture.completedStage(result.order) : CompletableFuture.failedStage(result.refused));
    }

    /** Stores groups of calls about its products, one group after the other: what comes of a device, and of a batch's devices, stays in order. */
    private final class Writer {
        private final DeviceReader reader = new DeviceReader(database, sql, batches);
        private final DynamicBatches dynamic = new DynamicBatches(database, sql);
        private final DeviceWriter writer;
        private final ThreadPoolExecutor completions = (ThreadPoolExecutor) Executors.newFixedThreadPool(COMPLETION_THREADS, task -> {
            Thread thread = new Thread(task, "ota-stored");
            thread.setDaemon(true);
            return thread;
        });
        private final GroupCommit<Command, Result> commits = new GroupCommit<>("ota-store", this::store, LARGEST_GROUP, completions);

        /** @param shard of the counters that it writes */
        Writer(int shard) {
            writer = new DeviceWriter(database, sql, rules.tasks(), marksReady, shard);
        }

        private List<Result> store(List<Command> commands) {
            List<String> named = new ArrayList<>();
            boolean[] events = new boolean[1];
            PushesUnderway.Marked[] marked = new PushesUnderway.Marked[1];
            List<DeviceState> touched = new ArrayList<>();
            long began = System.nanoTime();
            Set<String> newModules = new HashSet<>();
            List<Result> results = database.transaction(() -> {
                named.clear();
                newModules.clear();
                Set<String> known = knownProducts(productsOf(commands));
                Set<DeviceId> devices = new HashSet<>();
                Set<DeviceId> registered = new HashSet<>();
                Set<DeviceId> asked = new HashSet<>();
                for (Command command : commands) {
                    boolean knownProduct = known.contains(command.device().productKey());
                    if (knownProduct || !command.needsProduct()) {
                        devices.add(command.device());
                    }
                    if (knownProduct) {
                        if (command.registers()) {
                            registered.add(command.device());
                        }
                        if (fleet.knowsTheFleet() && command.asksFleet()) {
                            asked.add(command.device());
                        }
                    }
                }
                Set<DeviceId> unknown = fleet.unknownOf(asked);
                registered.removeAll(unknown);
                boolean oneEventEach = devices.size() == commands.size() && commands.stream().allMatch(Command::makesAnEvent);
                Map<String, DeviceState> states = reader.lock(devices, registered, devices(commands, Command::asksModules), onlyTasks(commands),
                        oneEventEach, now());
                // Taken when the locks are held: another instance that had them first was earlier.
                Instant now = now();
                reader.readFinished(states, commands, now);
                reader.readOffers(states, commands, dynamic);
                reader.readHeld(states, commands);
                touched.clear();
                touched.addAll(states.values());
                marked[0] = underway.mark(touched);
                List<Result> decided = new ArrayList<>(commands.size());
                for (Command command : commands) {
                    if (command.needsProduct() && !known.contains(command.device().productKey())) {
                        decided.add(new Result(null, new RefusedMessageException(
                                "unknown-product", "there is no product [" + command.device().productKey() + "]")));
                    } else if (unknown.contains(command.device()) && command.asksFleet()) {
                        decided.add(refuse(command, states, now));
                    } else {
                        decided.add(decide(command, states, now));
                    }
                }
                registerModules(commands, known, unknown, newModules, now);
                events[0] = writer.write(states.values(), reader.wanted(), now);
                states.values().forEach(state -> named.addAll(state.outcomes()));
                return decided.stream().map(result -> withTaskId(result, states)).toList();
            });
            underway.committed(touched, marked[0]);
            newModules.forEach(module -> modules.put(module, true));
            named.forEach(outcomes);
            meters.committed(commands.size(), Duration.ofNanos(System.nanoTime() - began), touched);
            if (events[0]) {
                eventsWritten.run();
            }
            return results;
        }

        private Result decide(Command command, Map<String, DeviceState> states, Instant now) {
            DeviceState state = states.get(command.device().path());
            if (state == null) {
                return Result.NOTHING;
            }
            if (state.removed()) {
                throw new IllegalStateException("device [" + command.device() + "] has just been removed; what came with that is tried alone");
            }
            if (!(command instanceof Command.AssignCommand) && state.tasks().stream().anyMatch(task -> task.id == 0)) {
                writer.addTasks(states.values(), now);
            }
            return new Result(command.apply(rules, state, now), null);
        }

        void close() {
            commits.close();
            completions.shutdown();
        }
    }

    /** A task that has just been made has its ID only now. */
    private static Result withTaskId(Result result, Map<String, DeviceState> states) {
        PushOrder order = result.order;
        if (order == null || order.taskId() != 0) {
            return result;
        }
        long id = states.get(order.device().path()).tasks().stream()
                .filter(task -> task.batch.id() == order.batchId() && task.batch.module().equals(order.module())).findFirst().orElseThrow().id;
        return new Result(order.ofTask(id), null);
    }

    private static Set<String> devices(List<Command> commands, Predicate<Command> which) {
        return commands.stream().filter(which).map(command -> command.device().path()).collect(Collectors.toSet());
    }

    /** What the fleet does not have any more has nothing to install; who asks for it is told why. */
    private Result refuse(Command command, Map<String, DeviceState> states, Instant now) {
        DeviceState state = states.get(command.device().path());
        if (state != null) {
            rules.tasks().cancelAll(state, Reason.DEVICE_REMOVED, now);
        }
        return command.fromDevice() ? new Result(null, new RefusedMessageException("unknown-device",
                "the fleet has no device [" + command.device() + "], or it is disabled")) : Result.NOTHING;
    }

    /** @return in the precision of the tables, so that a decision is the same before and after the row is read again */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** @return of devices of which the commands look at one task alone, by path */
    private Map<String, Long> onlyTasks(List<Command> commands) {
        Map<String, Long> tasks = new HashMap<>();
        if (!ownTasks) {
            return tasks;
        }
        commands.forEach(command -> tasks.merge(command.device().path(), command.onlyTask(), (one, other) -> one.equals(other) ? one : Long.valueOf(0)));
        tasks.values().removeIf(task -> task == 0);
        return tasks;
    }

    private static Set<String> productsOf(List<Command> commands) {
        Set<String> products = new TreeSet<>();
        commands.forEach(command -> products.add(command.device().productKey()));
        return products;
    }

    private Set<String> knownProducts(Set<String> named) {
        Set<String> asked = new TreeSet<>(named);
        Set<String> known = new TreeSet<>(products.getAllPresent(asked).keySet());
        asked.removeAll(known);
        if (!asked.isEmpty()) {
            database.named().queryForList(sql.get("device/find-products"), Map.of("products", asked), String.class).forEach(product -> {
                products.put(product, true);
                known.add(product);
            });
        }
        return known;
    }

    private void registerModules(List<Command> commands, Set<String> known, Set<DeviceId> unknown, Set<String> added, Instant now) {
        Map<String, MapSqlParameterSource> rows = new TreeMap<>();
        for (Command command : commands) {
            if (command instanceof Command.InformCommand inform && known.contains(inform.device().productKey())
                    && !unknown.contains(inform.device())) {
                String path = inform.device().productKey() + "/" + inform.inform().module();
                if (modules.getIfPresent(path) == null) {
                    rows.put(path, new MapSqlParameterSource("productKey", inform.device().productKey())
                            .addValue("module", inform.inform().module()).addValue("now", Times.toDb(now)));
                }
            }
        }
        if (!rows.isEmpty()) {
            database.named().batchUpdate(sql.get("device/register-module"), rows.values().toArray(MapSqlParameterSource[]::new));
            added.addAll(rows.keySet());
        }
    }

    @Override
    public void close() {
        // At once: each waits for the group that it is at.
        writers.parallelStream().forEach(Writer::close);
    }
}
