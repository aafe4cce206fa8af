package dev.otaroutes.operator;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** Everything that is logged at a level, by any logger, until it is closed. */
final class RecordedLog extends AbstractAppender implements AutoCloseable {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final LoggerContext logging = (LoggerContext) LogManager.getContext(false);
    private final LoggerConfig root = logging.getConfiguration().getRootLogger();
    private final Level before = root.getLevel();
    private final Map<String, Appender> others = Map.copyOf(root.getAppenders());

    private RecordedLog() {
        super("recorded", null, null, false, Property.EMPTY_ARRAY);
    }

    static RecordedLog of(Level level) {
        RecordedLog log = new RecordedLog();
        log.start();
        log.others.keySet().forEach(log.root::removeAppender);
        log.root.addAppender(log, level, null);
        log.root.setLevel(level);
        log.logging.updateLoggers();
        return log;
    }

    String text() {
        return String.join("\n", lines);
    }

    @Override
    public void append(LogEvent event) {
        lines.add(event.getLoggerName() + " " + event.getMessage().getFormattedMessage() + " " + event.getThrown());
    }

    @Override
    public void close() {
        root.removeAppender("recorded");
        others.values().forEach(appender -> root.addAppender(appender, null, null));
        root.setLevel(before);
        logging.updateLoggers();
        stop();
    }
}
