package dev.atoll.system.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** One connection through the network: a socket to each end, and a thread for each direction. */
final class Line {
    private static final int BUFFER_BYTES = 64 << 10;

    private final Network network;
    private final Socket guest;
    private final Socket host = new Socket();
    private final String from;
    private final String to;
    private final AtomicInteger openDirections = new AtomicInteger(2);

    Line(Network network, Socket guest, String from, String to) {
        this.network = network;
        this.guest = guest;
        this.from = from;
        this.to = to;
    }

    boolean touches(String process) {
        return from.equals(process) || to.equals(process);
    }

    /** Connects to the server, once something can reach it, and passes on what comes. */
    void connect(int serverPort) {
        try {
            network.awaitPassage(from, to);
            host.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
            host.setTcpNoDelay(true);
            guest.setTcpNoDelay(true);
            Thread.ofVirtual().name("line-back").start(() -> pass(host, guest, to, from));
            pass(guest, host, from, to);
        } catch (IOException _) {
            breakOff();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            breakOff();
        }
    }

    /** Resets the connection, at both ends. */
    void breakOff() {
        reset(guest);
        reset(host);
        network.ended(this);
    }

    private void pass(Socket source, Socket target, String sender, String receiver) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = source.getInputStream();
            OutputStream out = target.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                network.awaitPassage(sender, receiver);
                out.write(buffer, 0, n);
            }
            network.awaitPassage(sender, receiver);
            target.shutdownOutput();
            if (openDirections.decrementAndGet() == 0) {
                breakOff();
            }
        } catch (IOException _) {
            // The end of one direction by force is that of the other too, as far as it can be told.
            endAfter(sender, receiver);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            breakOff();
        }
    }

    private void endAfter(String sender, String receiver) {
        try {
            network.awaitPassage(sender, receiver);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        breakOff();
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException _) {
            // Closed already.
        }
        Network.closeQuietly(socket);
    }
}
