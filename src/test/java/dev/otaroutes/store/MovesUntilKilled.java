package dev.otaroutes.store;

import java.util.Random;
import java.util.stream.LongStream;

/**
 * Threads that move amounts between rows, one transaction a move, so that all amounts add up to nothing whenever the process is
 * killed. Arguments: JDBC URL. Says {@code moving} when it has begun.
 */
final class MovesUntilKilled {
    private static final int THREADS = 4;
    private static final int ROWS_OF_A_THREAD = 300;

    private MovesUntilKilled() {
    }

    public static void main(String[] args) {
        Database database = new Database(args[0], "sa", "", THREADS + 2);
        database.migrate();
        database.transaction(() -> {
            database.jdbc().sql("CREATE TABLE moves (id BIGINT PRIMARY KEY, amount BIGINT NOT NULL, due INT NOT NULL)").update();
            database.jdbc().sql("CREATE INDEX moves_due ON moves (due)").update();
        });
        database.transaction(() -> moveBetween(database, new Random(), new long[] {THREADS * ROWS_OF_A_THREAD, THREADS * ROWS_OF_A_THREAD + 1L}, 1));
        for (int thread = 0; thread < THREADS; thread++) {
            Random random = new Random(thread);
            long first = (long) thread * ROWS_OF_A_THREAD;
            new Thread(() -> {
                while (true) {
                    database.repeatableTransaction(() -> {
                        moveBetween(database, random, twoOf(random, first), random.nextInt(100));
                        return null;
                    });
                }
            }).start();
        }
        // One that waits for the disk, and so has it written while the others are in the middle of theirs.
        new Thread(() -> {
            Random random = new Random(THREADS);
            while (true) {
                database.transaction(() -> moveBetween(database, random, twoOf(random, (long) THREADS * ROWS_OF_A_THREAD), random.nextInt(100)));
            }
        }).start();
        System.err.println("moving");
    }

    private static long[] twoOf(Random random, long first) {
        return LongStream.generate(() -> first + random.nextInt(ROWS_OF_A_THREAD)).distinct().limit(2).toArray();
    }

    private static void moveBetween(Database database, Random random, long[] rows, int amount) {
        add(database, rows[0], amount, random.nextInt(1_000));
        add(database, rows[1], -amount, random.nextInt(1_000));
    }

    private static void add(Database database, long row, int amount, int due) {
        Long before = database.jdbc().sql("SELECT amount FROM moves WHERE id = :id FOR UPDATE").param("id", row)
                .query(Long.class).optional().orElse(null);
        String statement = before == null ? "INSERT INTO moves (amount, due, id) VALUES (:amount, :due, :id)"
                : before + amount == 0 ? "DELETE FROM moves WHERE id = :id"
                : "UPDATE moves SET amount = :amount, due = :due WHERE id = :id";
        database.jdbc().sql(statement).param("id", row).param("amount", (before == null ? 0 : before) + amount).param("due", due).update();
    }
}
