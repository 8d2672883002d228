package dev.atoll.system.architecture.offenders.core;

import com.google.protobuf.Message;

import io.grpc.Status;

import org.slf4j.Logger;

import java.io.File;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** What the core may not know: each nested class knows one thing of the world. */
final class WorldlyThoughts {
    static final class ReadsFiles {
        boolean exists(File file) {
            return file.exists();
        }
    }

    static final class WalksPaths {
        Path parent(Path path) {
            return path.resolve("..");
        }
    }

    static final class NamesHosts {
        InetAddress host = InetAddress.getLoopbackAddress();
    }

    static final class Locks {
        void lock(ReentrantLock lock) {
            lock.lock();
        }
    }

    static final class Counts {
        AtomicLong count = new AtomicLong();
    }

    static final class Logs {
        void log(Logger logger) {
            logger.info("thinking");
        }
    }

    static final class SpeaksProtobuf {
        void say(Message message) {
            message.toByteArray();
        }
    }

    static final class SpeaksGrpc {
        Status status = Status.OK;
    }
}
