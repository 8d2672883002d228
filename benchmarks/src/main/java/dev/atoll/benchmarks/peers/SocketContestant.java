package dev.atoll.benchmarks.peers;

import dev.atoll.benchmarks.contest.Contestant;
import dev.atoll.benchmarks.contest.Turns;
import dev.atoll.benchmarks.contest.Work;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;

/** A plain socket of this machine, which is what gathering results cannot beat. */
final class SocketContestant implements Contestant {
    private static final int CHUNK_BYTES = 1 << 16;

    /** Serves. */
    public static void main(String[] arguments) {
        Turns.serve(SocketContestant::new);
    }

    @Override
    public String about() {
        return "one thread writes made results to a loopback socket, another reads them";
    }

    @Override
    public void results(int count, int bytes) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread writer =
                    Thread.ofPlatform().start(() -> write(server.getLocalPort(), count, bytes));
            long sum = 0;
            byte[] chunk = new byte[CHUNK_BYTES];
            try (Socket socket = server.accept();
                    InputStream input = socket.getInputStream()) {
                for (int read = input.read(chunk); read >= 0; read = input.read(chunk)) {
                    sum += read;
                }
            }
            writer.join();
            Work.requireBytes(sum, (long) count * bytes);
        }
    }

    private static void write(int port, int count, int bytes) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                OutputStream output = socket.getOutputStream()) {
            for (int item = 0; item < count; item++) {
                output.write(Work.bytes(item, bytes));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Long> processIds() {
        return List.of();
    }

    @Override
    public void close() {}
}
