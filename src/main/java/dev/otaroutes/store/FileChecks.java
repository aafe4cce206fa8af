package dev.otaroutes.store;

import dev.otaroutes.rollout.ExternalFile;
import dev.otaroutes.rollout.ExternalFiles;
import dev.otaroutes.rollout.FileCheck;
import dev.otaroutes.rollout.Finding;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then at files that are elsewhere while batches of their package are under way, and reads each once from beginning to end
 * before anything of it is pushed (domain.md, Package). What is wrong for good pauses the batches.
 * <p>
 * One instance at a time does so for a file, by a lease on its row. Nothing here waits for another server: findings are settled by a later step.
 */
final class FileChecks {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final Duration RENEW = Duration.ofSeconds(30);
    private static final int LOOKS = 50;
    /** At once: they take the bandwidth that devices' downloads from here have. */
    private static final int READS = 2;
    private static final Logger LOG = LoggerFactory.getLogger("ota.scheduler");

    /** @param read from beginning to end, else looked at */
    private record Found(FilesElsewhere.Due due, boolean read, Finding finding) {
    }

    private final FilesElsewhere files;
    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final ExternalFiles servers;
    private final BatchEvents events;
    private final Runnable wake;
    private final Set<ExternalFile> looking = new HashSet<>();
    private final Set<ExternalFile> reading = new HashSet<>();
    private final Queue<Found> found = new ConcurrentLinkedQueue<>();
    private Instant looked = Instant.MIN;
    private Instant renewed = Instant.MIN;

    /** @param wake has the next step come at once */
    FileChecks(Database database, Sql sql, Clock clock, ExternalFiles servers, BatchEvents events, Runnable wake) {
        this.files = new FilesElsewhere(database, sql);
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.servers = servers;
        this.events = events;
        this.wake = wake;
    }

    /** @return false: what there is to do has been begun */
    boolean step() {
        Instant now = clock.instant();
        while (!found.isEmpty()) {
            settle(found.peek(), now);
            Found settled = found.remove();
            (settled.read ? reading : looking).remove(settled.due.file());
        }
        if (Times.passed(renewed, RENEW, now)) {
            renewed = now;
            looking.forEach(file -> files.renew(file, now.plus(LEASE)));
            reading.forEach(file -> files.renew(file, now.plus(LEASE)));
        }
        if (Times.passed(looked, LOOK_AGAIN, now)) {
            looked = now;
            files.due(true, now, LOOKS).forEach(due -> begin(due, false, now));
            if (reading.size() < READS) {
                files.due(false, now, READS - reading.size()).forEach(due -> begin(due, true, now));
            }
        }
        return false;
    }

    private void begin(FilesElsewhere.Due due, boolean read, Instant now) {
        if ((read ? reading : looking).contains(due.file()) || !files.claim(due.file(), now, now.plus(LEASE))) {
            return;
        }
        (read ? reading : looking).add(due.file());
        CompletionStage<Finding> finding = read ? servers.read(due.file()) : servers.look(due.file());
        finding.exceptionally(failure -> Finding.unreachable("file [" + due.file().name() + "] cannot be looked at: " + failure.getMessage()))
                .thenAccept(result -> {
                    found.add(new Found(due, read, result));
                    wake.run();
                });
    }

    private void settle(Found result, Instant now) {
        FilesElsewhere.Due due = result.due;
        FileCheck check = FileCheck.of(result.finding, due.failures());
        if (check.pauseReason() != null) {
            // Before the row: if it ends in between, another instance finds out once more.
            files.batchesUnderWay(due.file().packageId()).forEach(id -> pause(id, check.pauseReason(), result.finding.fault(), now));
        }
        files.settle(due.file(), result.read, result.finding, check, now);
    }

    private void pause(long id, String reason, String fault, Instant now) {
        Map<String, Object> data = new LinkedHashMap<>(Map.of("status", "paused", "reason", reason));
        data.put("detail", fault);
        if (events.change(id, "batch.paused", data, now, () ->
                database.jdbc().sql(sql.get("scheduler/pause-batch")).param("id", id).param("reason", reason).update() == 1)) {
            LOG.warn("batch {} pauses, {}: {}", id, reason, fault);
        }
    }
}
