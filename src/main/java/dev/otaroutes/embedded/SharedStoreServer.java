package dev.otaroutes.embedded;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.paging.PagingManager;
import org.apache.activemq.artemis.core.persistence.StorageManager;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager;

/**
 * An Artemis server whose topics share their paging stores.
 * <p>
 * Artemis keeps one store for each topic, some 13 kB, and every device has topics of its own: 10,000 devices took 130 MB.
 * Here the topics of one stage ({@code /ota/device/inform/…}) share one, which stays.
 */
final class SharedStoreServer extends ActiveMQServerImpl {
    private static final int SHARED_LEVELS = 3;

    SharedStoreServer(Configuration configuration, ActiveMQSecurityManager security) {
        super(configuration, null, security);
    }

    @Override
    protected StorageManager createStorageManager() {
        return new TwoJournalStorage(getConfiguration(), getCriticalAnalyzer(), executorFactory, scheduledPool,
                ioExecutorFactory, ioCriticalErrorListener);
    }

    @Override
    public PagingManager createPagingManager() throws Exception {
        PagingManager perTopic = super.createPagingManager();
        return (PagingManager) Proxy.newProxyInstance(PagingManager.class.getClassLoader(),
                new Class<?>[] {PagingManager.class}, (proxy, method, arguments) -> switch (method.getName()) {
                    case "getPageStore" -> perTopic.getPageStore(store((SimpleString) arguments[0]));
                    case "deletePageStore" -> deleteUnlessShared(perTopic, (SimpleString) arguments[0]);
                    default -> call(perTopic, method, arguments);
                });
    }

    private static Object deleteUnlessShared(PagingManager stores, SimpleString address) throws Exception {
        if (store(address).equals(address)) {
            stores.deletePageStore(address);
        }
        return null;
    }

    private static Object call(PagingManager stores, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(stores, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** The first levels of a topic below {@code /}: {@code /ota/device/inform/lamp/1} is in {@code /ota/device/inform}. */
    static SimpleString store(SimpleString address) {
        String topic = address.toString();
        // What pages to disk is a filter's queue: filters keep a store of their own.
        if (!topic.startsWith("/") || topic.indexOf('+') >= 0 || topic.indexOf('#') >= 0) {
            return address;
        }
        int end = 0;
        for (int level = 0; level < SHARED_LEVELS; level++) {
            end = topic.indexOf('/', end + 1);
            if (end < 0) {
                return address;
            }
        }
        return SimpleString.of(topic.substring(0, end));
    }
}
