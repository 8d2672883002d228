package dev.atoll.peers;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.IExecutorService;
import com.hazelcast.instance.BuildInfoProvider;

import dev.atoll.benchmarks.contest.Contestant;
import dev.atoll.benchmarks.contest.Turns;
import dev.atoll.benchmarks.contest.Window;
import dev.atoll.benchmarks.contest.Work;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** Hazelcast's executor service, on members of their own and a client. */
final class HazelcastPeer implements Contestant {
    private static final String EXECUTOR = "tasks";

    private final Servers servers;
    private final HazelcastInstance client;
    private final IExecutorService executor;

    private HazelcastPeer(Servers servers, HazelcastInstance client) {
        this.servers = servers;
        this.client = client;
        this.executor = client.getExecutorService(EXECUTOR);
    }

    /** Serves as a client; takes the directory for logs. */
    public static void main(String[] arguments) {
        Turns.serve(() -> start(Path.of(arguments[0])));
    }

    private static HazelcastPeer start(Path room) throws Exception {
        System.setProperty("hazelcast.logging.type", "none");
        List<Integer> ports = Server.freePorts(Servers.WORKERS);
        Servers servers = new Servers();
        ClientConfig config = new ClientConfig();
        for (int own : ports) {
            StringBuilder arguments = new StringBuilder(String.valueOf(own));
            ports.forEach(port -> arguments.append(' ').append(port));
            servers.add(
                    Server.start(
                            room, "member-" + own, Member.class, arguments.toString().split(" ")));
            config.getNetworkConfig().addAddress("127.0.0.1:" + own);
        }
        HazelcastInstance client = HazelcastClient.newHazelcastClient(config);
        Servers.await(
                "three members", () -> client.getCluster().getMembers().size() == Servers.WORKERS);
        return new HazelcastPeer(servers, client);
    }

    /** A member of the cluster. */
    static final class Member {
        private Member() {}

        /** Takes its own port, and those of all. */
        public static void main(String[] ports) {
            Config config = new Config();
            config.setProperty("hazelcast.phone.home.enabled", "false");
            config.setProperty("hazelcast.socket.bind.any", "false");
            config.setProperty("hazelcast.logging.type", "none");
            config.getNetworkConfig()
                    .setPort(Integer.parseInt(ports[0]))
                    .setPortAutoIncrement(false);
            config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
            config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
            config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
            config.getNetworkConfig().getJoin().getTcpIpConfig().setEnabled(true);
            for (int i = 1; i < ports.length; i++) {
                config.getNetworkConfig()
                        .getJoin()
                        .getTcpIpConfig()
                        .addMember("127.0.0.1:" + ports[i]);
            }
            config.getExecutorConfig(EXECUTOR).setPoolSize(SLOTS);
            Hazelcast.newHazelcastInstance(config);
        }
    }

    /** A function that travels. */
    private interface Task<R> extends Callable<R>, Serializable {}

    private long sum(int count, java.util.function.IntFunction<Task<Integer>> task)
            throws Exception {
        return Window.<Integer>run(
                count, WINDOW, i -> executor.submit(task.apply(i)), Integer::longValue);
    }

    @Override
    public String about() {
        return "Hazelcast %s: IExecutorService; nothing is on disk"
                .formatted(BuildInfoProvider.getBuildInfo().getVersion());
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
                        i -> executor.submit((Task<byte[]>) () -> Work.bytes(i, bytes)),
                        result -> result.length);
        Work.requireBytes(sum, (long) count * bytes);
    }

    @Override
    public void close() {
        client.shutdown();
        servers.close();
    }
}
