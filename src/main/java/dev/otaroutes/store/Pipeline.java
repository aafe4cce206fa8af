package dev.otaroutes.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.PreparedStatementCallback;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.SqlTypeValue;
import org.springframework.jdbc.core.StatementCreatorUtils;
import org.springframework.jdbc.core.namedparam.NamedParameterUtils;
import org.springframework.jdbc.core.namedparam.ParsedSql;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/**
 * Sends several statements to PostgreSQL without waiting for the answer to each: its driver takes them as one, separated by semicolons. They
 * run one after the other, each sees what was committed before it began, and the first that fails is the last. To wait for an answer has
 * both sides fall asleep and be woken, which costs more than most of these statements do.
 */
final class Pipeline {
    /** @param rows hears of each row that a query finds; null for a statement that finds none */
    record Step(String statement, SqlParameterSource parameters, RowCallbackHandler rows) {
    }

    private final JdbcOperations jdbc;
    private final Map<String, ParsedSql> parsed = new ConcurrentHashMap<>();

    Pipeline(JdbcOperations jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Inside a transaction part of it.
     *
     * @param steps statements with named parameters; nothing happens if there are none
     * @throws org.springframework.dao.DataAccessException of the first that fails
     */
    void run(List<Step> steps) {
        if (steps.isEmpty()) {
            return;
        }
        StringBuilder statements = new StringBuilder();
        List<Object> values = new ArrayList<>();
        for (Step step : steps) {
            ParsedSql statement = parsed.computeIfAbsent(step.statement, NamedParameterUtils::parseSqlStatement);
            statements.append(statements.isEmpty() ? "" : ";\n").append(NamedParameterUtils.substituteNamedParameters(statement, step.parameters));
            for (Object value : NamedParameterUtils.buildValueArray(statement, step.parameters, null)) {
                if (value instanceof Collection<?> list) {
                    values.addAll(list);
                } else {
                    values.add(value);
                }
            }
        }
        jdbc.execute(statements.toString(), (PreparedStatementCallback<Void>) all -> {
            for (int i = 0; i < values.size(); i++) {
                StatementCreatorUtils.setParameterValue(all, i + 1, SqlTypeValue.TYPE_UNKNOWN, values.get(i));
            }
            // Whatever the URL says: else the first query would stop at so many rows, and lock the others only when they are read.
            all.setFetchSize(0);
            all.execute();
            read(steps, all);
            return null;
        });
    }

    private static void read(List<Step> steps, PreparedStatement all) throws SQLException {
        for (Step step : steps) {
            if (step.rows != null) {
                try (ResultSet found = all.getResultSet()) {
                    while (found.next()) {
                        step.rows.processRow(found);
                    }
                }
            }
            all.getMoreResults();
        }
    }
}
