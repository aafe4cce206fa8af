package dev.otaroutes.operator;

import dev.otaroutes.device.RejectedMessage;
import dev.otaroutes.device.RejectedMessages;
import dev.otaroutes.http.ProblemException;
import dev.otaroutes.message.RefusedMessageException;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.camel.Variable;

/** The operations on messages that could not be used (domain.md, Bad input). Every refusal is a {@link ProblemException}. */
public final class RejectedMessageOperations {
    private final Database database;
    private final Sql sql;
    private final RejectedMessages kept;

    public RejectedMessageOperations(Database database, Sql sql, RejectedMessages kept) {
        this.database = database;
        this.sql = sql;
        this.kept = kept;
    }

    /**
     * Rejected messages, the newest first.
     *
     * @param asked entries in the page; null for the default
     * @param after null for the first page
     */
    public Page<OtaRejectedMessage> list(@Variable("limit") Integer asked, @Variable("after") String after) {
        int limit = Page.limit(asked);
        return Page.of(kept.list(limit + 1, after == null ? null : Long.valueOf(after)).stream()
                .map(OtaRejectedMessage::of).toList(), limit, OtaRejectedMessage::id);
    }

    public OtaRejectedMessage find(@Variable("id") String id) {
        return shown(id, kept.find(Long.parseLong(id)));
    }

    /** Handles the message as if it had just come; what is refused again stays as it was. */
    public OtaRejectedMessage replay(@Variable("id") String id) {
        try {
            return shown(id, kept.replay(Long.parseLong(id)));
        } catch (RefusedMessageException e) {
            throw new ProblemException(409, "rejected message [" + id + "] is refused again: " + e.getMessage());
        } catch (TimeoutException e) {
            throw new ProblemException(503, "rejected message [" + id + "] is being replayed, but the broker or the database is away;"
                    + " it goes on by itself when they are back, see replayedAt");
        }
    }

    public void remove(@Variable("id") String id) {
        int removed = database.transaction(() ->
                database.jdbc().sql(sql.get("operator/delete-rejected-message")).param("id", Long.parseLong(id)).update());
        if (removed == 0) {
            throw unknown(id);
        }
    }

    private static OtaRejectedMessage shown(String id, Optional<RejectedMessage> found) {
        return found.map(OtaRejectedMessage::of).orElseThrow(() -> unknown(id));
    }

    private static ProblemException unknown(String id) {
        return new ProblemException(404, "there is no rejected message [" + id + "]");
    }
}
