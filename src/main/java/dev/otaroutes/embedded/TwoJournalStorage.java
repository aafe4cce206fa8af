package dev.otaroutes.embedded;

import java.util.concurrent.ScheduledExecutorService;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.io.IOCriticalErrorListener;
import org.apache.activemq.artemis.core.persistence.OperationContext;
import org.apache.activemq.artemis.core.persistence.impl.journal.JournalStorageManager;
import org.apache.activemq.artemis.utils.ExecutorFactory;
import org.apache.activemq.artemis.utils.critical.CriticalAnalyzer;

/**
 * Storage that does not take one journal's progress for the other's.
 * <p>
 * Artemis holds PUBACK back until as many writes have ended as were begun before it, and only counts them. The journal of
 * addresses and queues is faster than that of messages: with the first message of a new topic its address is written too, and what
 * the addresses of the next topics were done with counted for this message. It was acknowledged before it was on disk, and a kill lost it. So what
 * goes into the journal of addresses and queues is counted apart here.
 */
final class TwoJournalStorage extends JournalStorageManager {
    TwoJournalStorage(Configuration configuration, CriticalAnalyzer analyzer, ExecutorFactory executors, ScheduledExecutorService timer,
            ExecutorFactory ioExecutors, IOCriticalErrorListener errors) {
        super(configuration, analyzer, executors, timer, ioExecutors, errors);
    }

    @Override
    public void commitBindings(long transaction) throws Exception {
        apart(() -> super.commitBindings(transaction));
    }

    @Override
    public void storeID(long journalId, long id) throws Exception {
        apart(() -> super.storeID(journalId, id));
    }

    private void apart(Write write) throws Exception {
        OperationContext messages = getContext();
        setContext(newSingleThreadContext());
        try {
            write.run();
        } finally {
            setContext(messages);
        }
    }

    private interface Write {
        void run() throws Exception;
    }
}
