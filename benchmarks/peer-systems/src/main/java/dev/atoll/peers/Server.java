package dev.atoll.peers;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of a system, with the options and the class path of this one. It ends with this one,
 * whatever way that ends: its standard input does then.
 */
final class Server implements AutoCloseable {
    private static final int END_SECONDS = 10;

    private final Process process;

    private Server(Process process) {
        this.process = process;
    }

    /** What runs in the server: another main class, under a watch. */
    public static void main(String[] arguments) throws Exception {
        Thread watch = new Thread(Server::leaveWithParent, "watch");
        watch.setDaemon(true);
        watch.start();
        List<String> rest = List.of(arguments).subList(1, arguments.length);
        Class.forName(arguments[0])
                .getMethod("main", String[].class)
                .invoke(null, (Object) rest.toArray(String[]::new));
    }

    private static void leaveWithParent() {
        try {
            while (System.in.read() >= 0) {
                continue;
            }
        } catch (IOException e) {
            System.err.println(e);
        }
        Runtime.getRuntime().halt(0);
    }

    /** Starts a main class; what it prints goes to a file of that name in the room. */
    static Server start(Path room, String name, Class<?> main, String... arguments)
            throws IOException {
        return start(room, name, Map.of(), List.of(), main.getName(), arguments);
    }

    /** The same, with variables of the environment and more options. */
    static Server start(
            Path room,
            String name,
            Map<String, String> environment,
            List<String> options,
            String main,
            String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Server.class.getName(), main));
        command.addAll(List.of(arguments));
        File log = room.resolve(name + ".log").toFile();
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(room.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        builder.environment().putAll(environment);
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new Server(process);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** A port of the loopback address that was free just now. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** So many of them, all different. */
    static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
