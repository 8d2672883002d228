package dev.atoll.runtime.logging;

import java.io.PrintStream;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * The log of a process of services. Libraries are quiet: of them only warnings and worse are
 * written, whatever the level.
 */
public final class ServiceLog {
    private static final String MANAGER = "java.util.logging.manager";
    private static final List<String> LIBRARIES =
            List.of("io.grpc", "io.netty", "io.vertx", "io.etcd", "io.micrometer", "com.google");

    // Would write a stack trace for each message over the limit, which its sender hears of anyway.
    private static final String MESSAGE_READER =
            "io.grpc.netty.shaded.io.grpc.netty.NettyServerStream";

    private final Logger root;

    // java.util.logging holds loggers weakly; without these their levels would be forgotten.
    private final List<Logger> libraries;
    private final Logger messageReader;

    private ServiceLog() {
        this.root = Logger.getLogger("");
        this.libraries = LIBRARIES.stream().map(Logger::getLogger).toList();
        this.messageReader = Logger.getLogger(MESSAGE_READER);
    }

    /**
     * Sets up the log of this process; call it before anything logs, and keep what it returns.
     *
     * @param process what lines are said to be of that do not come from a program of the cluster
     * @param level the least level that is written
     * @param stream where to
     */
    public static ServiceLog start(String process, LogLevel level, PrintStream stream) {
        if (System.getProperty(MANAGER) == null) {
            System.setProperty(MANAGER, SteadyLogManager.class.getName());
        }
        ServiceLog log = new ServiceLog();
        for (Handler handler : log.root.getHandlers()) {
            log.root.removeHandler(handler);
        }
        log.root.addHandler(new LineHandler(stream, new LineFormatter(process)));
        if (LogManager.getLogManager() instanceof SteadyLogManager manager) {
            manager.set();
        }
        log.setLevel(level);
        return log;
    }

    /** Changes the least level that is written. */
    public void setLevel(LogLevel level) {
        root.setLevel(level.toJavaLevel());
        Level quiet = level == LogLevel.ERROR ? Level.SEVERE : Level.WARNING;
        libraries.forEach(library -> library.setLevel(quiet));
        messageReader.setLevel(Level.SEVERE);
    }
}
