package dev.atoll.system.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * Free ports on loopback, for servers that come back to theirs. They are below those that the
 * system gives to outgoing connections, which would take the port of a server that is down.
 */
final class Ports {
    private static final int MIN = 12_000;
    private static final int MAX = 32_000;

    private final Random random = new Random();
    private final Set<Integer> given = new HashSet<>();

    int next() {
        while (true) {
            int port = MIN + random.nextInt(MAX - MIN);
            if (isFree(port) && given.add(port)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
