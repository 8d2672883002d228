package dev.atoll.system.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The network between the processes of a cluster, which can fail for any of them. Each server is
 * reached through a door of this network; who comes through it is found out from the system.
 */
final class Network implements AutoCloseable {
    /* A cable that is pulled loses packets, and TCP sends them again when it is back: for those at
     * both ends the connection falls silent for a while. So a line that is cut holds the bytes back
     * and loses none. */

    private final Owners owners;
    private final Set<ServerSocket> doors = ConcurrentHashMap.newKeySet();
    private final Set<Line> lines = ConcurrentHashMap.newKeySet();
    private final Map<String, Cut> cuts = new HashMap<>(); // Guarded by this.

    /** How a process is cut off. */
    enum Cut {
        /** Nothing reaches it and nothing leaves it, and nobody is told. */
        SILENT,
        /** Nothing reaches it. */
        DEAF,
        /** Nothing leaves it. */
        MUTE,
        /** Its connections break, and new ones are refused. */
        BROKEN;

        static final Set<Cut> ALL = EnumSet.allOf(Cut.class);
    }

    Network(Owners owners) {
        this.owners = owners;
    }

    /**
     * Opens a door to a server.
     *
     * @param server whose it is
     * @param doorPort where others come in
     * @param serverPort where it listens
     */
    void open(String server, int doorPort, int serverPort) {
        try {
            ServerSocket door = new ServerSocket();
            door.setReuseAddress(true);
            door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), doorPort));
            doors.add(door);
            Thread.ofVirtual()
                    .name("door-" + server)
                    .start(() -> welcome(door, server, serverPort));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Cuts a process off, from everybody. */
    synchronized void cut(String process, Cut how) {
        cuts.put(process, how);
        if (how == Cut.BROKEN) {
            lines.stream().filter(line -> line.touches(process)).forEach(Line::breakOff);
        }
    }

    /** Lets a process be reached again. What was held back arrives now. */
    synchronized void heal(String process) {
        cuts.remove(process);
        notifyAll();
    }

    @Override
    public void close() {
        doors.forEach(Network::closeQuietly);
        lines.forEach(Line::breakOff);
        synchronized (this) {
            cuts.clear();
            notifyAll();
        }
    }

    /** Waits until bytes may go from one process to another. */
    synchronized void awaitPassage(String from, String to) throws InterruptedException {
        while (isHeldBack(from, to)) {
            wait();
        }
    }

    synchronized boolean isRefused(String one, String other) {
        return cuts.get(one) == Cut.BROKEN || cuts.get(other) == Cut.BROKEN;
    }

    /** A line has come to its end. */
    void ended(Line line) {
        lines.remove(line);
    }

    private boolean isHeldBack(String from, String to) {
        Cut ofSender = cuts.get(from);
        Cut ofReceiver = cuts.get(to);
        return ofSender == Cut.SILENT
                || ofSender == Cut.MUTE
                || ofReceiver == Cut.SILENT
                || ofReceiver == Cut.DEAF;
    }

    private void welcome(ServerSocket door, String server, int serverPort) {
        while (!door.isClosed()) {
            try {
                Socket guest = door.accept();
                Thread.ofVirtual().name("line").start(() -> connect(guest, server, serverPort));
            } catch (SocketException _) {
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void connect(Socket guest, String server, int serverPort) {
        String from = owners.ofPort(guest.getPort());
        Line line = new Line(this, guest, from, server);
        lines.add(line);
        if (isRefused(from, server)) {
            line.breakOff();
            return;
        }
        line.connect(serverPort);
    }

    static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception _) {
            // It is closed to whoever holds the other end: that is all that matters.
        }
    }
}
