package dev.atoll.runtime.grpc;

import io.grpc.netty.shaded.io.netty.util.internal.logging.InternalLoggerFactory;
import io.grpc.netty.shaded.io.netty.util.internal.logging.JdkLoggerFactory;

/** Where netty's own log goes. */
final class NettyLog {
    private NettyLog() {}

    /**
     * Sends it where gRPC's goes. By itself netty looks for slf4j, which only services need: a
     * command that is over in a moment should not load it.
     */
    static void intoJavaLogging() {
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    }
}
