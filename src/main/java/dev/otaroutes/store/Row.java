package dev.otaroutes.store;

import java.util.Arrays;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/**
 * The parameters of a statement for one row, in their order. As Spring's {@code MapSqlParameterSource}, which makes three maps and an entry for
 * each value: a message writes dozens of them. Not for use by several threads.
 */
final class Row implements SqlParameterSource {
    private String[] names = new String[12];
    private Object[] values = new Object[12];
    private int size;

    /** @param value may be null */
    Row(String name, Object value) {
        addValue(name, value);
    }

    /**
     * @param name  one that is not there yet
     * @param value may be null
     */
    Row addValue(String name, Object value) {
        if (size == names.length) {
            names = Arrays.copyOf(names, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        names[size] = name;
        values[size++] = value;
        return this;
    }

    int size() {
        return size;
    }

    String name(int index) {
        return names[index];
    }

    Object value(int index) {
        return values[index];
    }

    @Override
    public boolean hasValue(String name) {
        return index(name) >= 0;
    }

    /** @throws IllegalArgumentException if there is no such parameter */
    @Override
    public Object getValue(String name) {
        int index = index(name);
        if (index < 0) {
            throw new IllegalArgumentException("there is no parameter [" + name + "] among " + Arrays.toString(getParameterNames()));
        }
        return values[index];
    }

    /** @return in the order in which they were added */
    @Override
    public String[] getParameterNames() {
        return Arrays.copyOf(names, size);
    }

    private int index(String name) {
        for (int i = 0; i < size; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }
}
