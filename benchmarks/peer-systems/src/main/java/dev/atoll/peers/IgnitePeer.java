package dev.atoll.peers;

import dev.atoll.benchmarks.contest.Contestant;
import dev.atoll.benchmarks.contest.Turns;
import dev.atoll.benchmarks.contest.Window;
import dev.atoll.benchmarks.contest.Work;

import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCompute;
import org.apache.ignite.IgniteLogger;
import org.apache.ignite.Ignition;
import org.apache.ignite.configuration.DataRegionConfiguration;
import org.apache.ignite.configuration.DataStorageConfiguration;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.internal.IgniteVersionUtils;
import org.apache.ignite.lang.IgniteCallable;
import org.apache.ignite.lang.IgniteFuture;
import org.apache.ignite.logger.NullLogger;
import org.apache.ignite.spi.communication.tcp.TcpCommunicationSpi;
import org.apache.ignite.spi.discovery.tcp.TcpDiscoverySpi;
import org.apache.ignite.spi.discovery.tcp.ipfinder.vm.TcpDiscoveryVmIpFinder;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Ignite's compute grid: three server nodes, and a client node. */
final class IgnitePeer implements Contestant {
    private static final long REGION_BYTES = 64L << 20;

    private final Servers servers;
    private final Ignite client;
    private final IgniteCompute compute;

    private IgnitePeer(Servers servers, Ignite client) {
        this.servers = servers;
        this.client = client;
        this.compute = client.compute(client.cluster().forServers());
    }

    /** Serves as a client; takes the directory for logs. */
    public static void main(String[] arguments) {
        Turns.serve(() -> start(Path.of(arguments[0])));
    }

    private static IgnitePeer start(Path room) throws Exception {
        List<Integer> ports = Server.freePorts(2 * (Servers.WORKERS + 1));
        String first = "127.0.0.1:" + ports.get(0);
        Servers servers = new Servers();
        for (int i = 0; i < Servers.WORKERS; i++) {
            servers.add(
                    Server.start(
                            room,
                            "server-" + i,
                            Node.class,
                            room.resolve("server-" + i).toString(),
                            first,
                            ports.get(2 * i).toString(),
                            ports.get(2 * i + 1).toString()));
        }
        int own = 2 * Servers.WORKERS;
        IgniteConfiguration config =
                configuration(room.resolve("client"), first, ports.get(own), ports.get(own + 1));
        Ignite client = Ignition.start(config.setClientMode(true));
        Servers.await(
                "three servers",
                () -> client.cluster().forServers().nodes().size() == Servers.WORKERS);
        return new IgnitePeer(servers, client);
    }

    private static IgniteConfiguration configuration(
            Path home, String first, int discoveryPort, int communicationPort) {
        System.setProperty("IGNITE_UPDATE_NOTIFIER", "false");
        System.setProperty("IGNITE_NO_ASCII", "true");
        TcpDiscoverySpi discovery =
                new TcpDiscoverySpi()
                        .setLocalPort(discoveryPort)
                        .setLocalPortRange(0)
                        .setIpFinder(new TcpDiscoveryVmIpFinder().setAddresses(List.of(first)));
        TcpCommunicationSpi communication =
                new TcpCommunicationSpi().setLocalPort(communicationPort).setLocalPortRange(0);
        DataRegionConfiguration region =
                new DataRegionConfiguration()
                        .setName("default")
                        .setInitialSize(REGION_BYTES)
                        .setMaxSize(REGION_BYTES);
        IgniteLogger none = new NullLogger();
        IgniteConfiguration config =
                new IgniteConfiguration()
                        .setLocalHost("127.0.0.1")
                        .setWorkDirectory(home.toString())
                        .setGridLogger(none)
                        .setMetricsLogFrequency(0)
                        .setPublicThreadPoolSize(SLOTS)
                        .setDiscoverySpi(discovery)
                        .setCommunicationSpi(communication)
                        .setConnectorConfiguration(null)
                        .setDataStorageConfiguration(
                                new DataStorageConfiguration()
                                        .setDefaultDataRegionConfiguration(region));
        config.setClientConnectorConfiguration(null);
        return config;
    }

    /** A server node. */
    static final class Node {
        private Node() {}

        /** Takes its directory, the first node's address, and its two ports. */
        public static void main(String[] arguments) {
            Ignition.start(
                    configuration(
                            Path.of(arguments[0]),
                            arguments[1],
                            Integer.parseInt(arguments[2]),
                            Integer.parseInt(arguments[3])));
        }
    }

    private <R> Future<R> submit(IgniteCallable<R> task) {
        CompletableFuture<R> future = new CompletableFuture<>();
        compute.callAsync(task).listen(ended -> complete(future, ended));
        return future;
    }

    private static <R> void complete(CompletableFuture<R> future, IgniteFuture<R> ended) {
        try {
            future.complete(ended.get());
        } catch (RuntimeException e) {
            future.completeExceptionally(e);
        }
    }

    private long sum(int count, IntFunction<IgniteCallable<Integer>> task) throws Exception {
        return Window.<Integer>run(count, WINDOW, i -> submit(task.apply(i)), Integer::longValue);
    }

    @Override
    public String about() {
        return "Ignite %s: callAsync; nothing is on disk".formatted(IgniteVersionUtils.VER_STR);
    }

    @Override
    public void tasks(int count) throws Exception {
        Work.requireSum(sum(count, i -> () -> Work.nothing(i)), count);
    }

    @Override
    public void processes(int count) throws Exception {
        Work.requireSum(sum(count, i -> () -> Work.process(i)), count);
    }

    @Override
    public void pauses(int count, int millis) throws Exception {
        Work.requireSum(sum(count, i -> () -> Work.pause(i, millis)), count);
    }

    @Override
    public void results(int count, int bytes) throws Exception {
        long sum =
                Window.<byte[]>run(
                        count,
                        Window.ofBytes(bytes),
                        i -> submit(() -> Work.bytes(i, bytes)),
                        result -> result.length);
        Work.requireBytes(sum, (long) count * bytes);
    }

    @Override
    public void close() {
        client.close();
        servers.close();
    }
}
