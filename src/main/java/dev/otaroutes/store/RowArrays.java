package dev.otaroutes.store;

import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;

/**
 * The rows of a statement of PostgreSQL that takes an array for each of its parameters. What it says that one is ({@code :step::int[]})
 * decides how that is sent: numbers and times are sent as such, for to read a text costs more than to store it; all else as texts. One
 * that is null in all rows is sent as an empty array, which {@code unnest} fills up beside a longer one: most of what a row of a table
 * has is null most of the time, and each element costs.
 */
final class RowArrays {
    private static final Pattern CAST = Pattern.compile(":(\\w+)::(\\w+)\\[]");

    private enum Type {
        TEXTS, NUMBERS, TIMES;

        static Type of(String sql) {
            return switch (sql) {
                case "bigint", "int", "smallint" -> NUMBERS;
                case "timestamp" -> TIMES;
                default -> TEXTS;
            };
        }

        Object[] column(int length) {
            return switch (this) {
                case TEXTS -> new String[length];
                case NUMBERS -> new Long[length];
                case TIMES -> new LocalDateTime[length];
            };
        }

        Object element(Object value) {
            return value == null ? null : switch (this) {
                case TEXTS -> value.toString();
                case NUMBERS -> ((Number) value).longValue();
                case TIMES -> value;
            };
        }
    }

    private final Map<String, Map<String, Type>> types = new ConcurrentHashMap<>();

    /** @throws IllegalArgumentException if the rows have not the same parameters in the same order */
    MapSqlParameterSource of(String statement, List<Row> rows) {
        String[] names = rows.get(0).getParameterNames();
        Map<String, Type> known = types.computeIfAbsent(statement, RowArrays::types);
        Type[] columnTypes = new Type[names.length];
        Object[][] columns = new Object[names.length][];
        boolean[] filled = new boolean[names.length];
        for (int column = 0; column < names.length; column++) {
            columnTypes[column] = known.getOrDefault(names[column], Type.TEXTS);
            columns[column] = columnTypes[column].column(rows.size());
        }
        for (int row = 0; row < rows.size(); row++) {
            Row values = rows.get(row);
            if (values.size() != names.length) {
                throw differs(row, rows);
            }
            for (int column = 0; column < names.length; column++) {
                if (!values.name(column).equals(names[column])) {
                    throw differs(row, rows);
                }
                Object element = columnTypes[column].element(values.value(column));
                columns[column][row] = element;
                filled[column] |= element != null;
            }
        }
        MapSqlParameterSource arrays = new MapSqlParameterSource();
        for (int column = 0; column < columns.length; column++) {
            if (!filled[column]) {
                columns[column] = columnTypes[column].column(0);
            }
            arrays.addValue(names[column], columns[column] instanceof LocalDateTime[] times ? new TimestampArray(times) : columns[column]);
        }
        return arrays;
    }

    private static Map<String, Type> types(String statement) {
        return CAST.matcher(statement).results().collect(Collectors.toMap((MatchResult cast) -> cast.group(1), cast -> Type.of(cast.group(2)),
                (one, other) -> one == other ? one : Type.TEXTS, HashMap::new));
    }

    private static IllegalArgumentException differs(int row, List<Row> rows) {
        return new IllegalArgumentException("row " + row + " has the parameters " + Arrays.toString(rows.get(row).getParameterNames())
                + " where the first has " + Arrays.toString(rows.get(0).getParameterNames()));
    }
}
