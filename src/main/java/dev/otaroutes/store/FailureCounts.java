package dev.otaroutes.store;

import dev.otaroutes.rollout.DeviceState.Failure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;

/**
 * Counts the tasks that have failed (domain.md, Results): exactly by reason and version, and by the device's words to 1 %. For one writer.
 * <p>
 * Every device may say something else, so a shard keeps some hundred messages for a reason of a batch (Misra and Gries): when there are more,
 * as much is taken from each as the first one too many has, and those that nothing is left of go. What is taken in all is no more than one in
 * {@value #KEPT} of what was counted.
 */
final class FailureCounts {
    static final int KEPT = 200;
    /** Rows that are written before there may be so many too many that it is worth a look. */
    private static final int BETWEEN_LOOKS = 200;
    private static final int REMEMBERED = 10_000;

    private record Words(long batchId, String reason) {
    }

    private final Database database;
    private final Sql sql;
    private final int shard;
    private final Map<Words, Integer> written = new HashMap<>();

    FailureCounts(Database database, Sql sql, int shard) {
        this.database = database;
        this.sql = sql;
        this.shard = shard;
    }

    /** Inside a transaction. @param failures by how many their numbers change */
    void write(Map<Failure, Long> failures) {
        if (failures.isEmpty()) {
            return;
        }
        Map<Failure, Long> byVersion = new TreeMap<>();
        Map<Failure, Long> byMessage = new TreeMap<>();
        failures.forEach((failure, change) -> {
            byVersion.merge(new Failure(failure.batchId(), failure.reason(), failure.fromVersion(), ""), change, Long::sum);
            if (!failure.message().isEmpty()) {
                byMessage.merge(new Failure(failure.batchId(), failure.reason(), "", failure.message()), change, Long::sum);
            }
        });
        byVersion.values().removeIf(change -> change == 0);
        byMessage.values().removeIf(change -> change == 0);
        batch("batch/count-failure", byVersion);
        batch("batch/count-message", byMessage);
        reduce(byMessage);
    }

    private void batch(String statement, Map<Failure, Long> changes) {
        if (!changes.isEmpty()) {
            database.named().batchUpdate(sql.get(statement), changes.entrySet().stream().map(e -> words(new Words(e.getKey().batchId(), e.getKey().reason()))
                    .addValue("fromVersion", e.getKey().fromVersion()).addValue("message", e.getKey().message())
                    .addValue("change", e.getValue())).toArray(MapSqlParameterSource[]::new));
        }
    }

    private void reduce(Map<Failure, Long> byMessage) {
        List<Words> many = new ArrayList<>();
        byMessage.keySet().forEach(failure -> {
            Words words = new Words(failure.batchId(), failure.reason());
            if (written.merge(words, 1, Integer::sum) == BETWEEN_LOOKS) {
                many.add(words);
            }
        });
        if (written.size() > REMEMBERED) {
            written.clear();
        }
        many.forEach(this::reduce);
    }

    private void reduce(Words words) {
        written.remove(words);
        database.named().queryForList(sql.get("batch/find-surplus-message"), words(words).addValue("kept", KEPT), Long.class).stream()
                .filter(Objects::nonNull).findFirst().ifPresent(surplus -> {
                    database.named().update(sql.get("batch/reduce-messages"), words(words).addValue("surplus", surplus));
                    database.named().update(sql.get("batch/delete-messages"), words(words));
                });
    }

    private MapSqlParameterSource words(Words words) {
        return new MapSqlParameterSource("batchId", words.batchId).addValue("reason", words.reason).addValue("shard", shard);
    }
}
