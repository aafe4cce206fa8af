package dev.otaroutes.bench.load;

/** What devices say, one message at a time. */
interface Traffic extends AutoCloseable {
    /**
     * Sends the next message.
     *
     * @param dueNanos {@link System#nanoTime()} that its latency counts from
     * @return false if there is no device left that has not said it
     */
    boolean send(long dueNanos) throws Exception;
}
