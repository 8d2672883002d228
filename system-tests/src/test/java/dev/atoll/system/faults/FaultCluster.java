package dev.atoll.system.faults;

import dev.atoll.client.Atoll;
import dev.atoll.client.NodeStatus;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.grpc.Security;
import dev.atoll.runtime.naming.Leader;
import dev.atoll.runtime.naming.LeaderNews;
import dev.atoll.runtime.naming.Member;
import dev.atoll.runtime.naming.NamingClient;
import dev.atoll.runtime.naming.NamingConfig;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A whole cluster of real processes on loopback: three members of etcd, two naming services, two or
 * three masters and three workers, each with a directory of its own. They reach each other through
 * a network that can fail.
 */
final class FaultCluster implements AutoCloseable {
    /** How many members etcd has. */
    static final int ETCD_MEMBERS = 3;

    /** How many replicas the naming service has. */
    static final int NAMING_REPLICAS = 2;

    /** How many workers there are. */
    static final int WORKERS = 3;

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final String HOST = "127.0.0.1:";

    private final Path directory;
    private final int masterCount;
    private final Surroundings surroundings;
    private final Owners owners = new Owners();
    private final Network network = new Network(owners);
    private final Ports ports = new Ports();
    private final Map<String, ClusterProcess> processes = new LinkedHashMap<>();
    private final Map<String, URI> health = new LinkedHashMap<>();
    private final Map<HostAndPort, String> mastersByAddress = new LinkedHashMap<>();
    private final List<String> etcdClients = new ArrayList<>();
    private final List<String> namingDoors = new ArrayList<>();
    private final List<HostAndPort> namingServers = new ArrayList<>();
    private final Map<HostAndPort, NamingClient> naming = new LinkedHashMap<>();
    private final Map<HostAndPort, LeaderNews> leaders = new ConcurrentHashMap<>();
    private final Thread hook = new Thread(this::killAll);

    /** The world of a process that is other than that of the rest. */
    interface Surroundings {
        /** The command that starts a process, perhaps wrapped. */
        List<String> around(String name, Path stateDirectory, List<String> command);
    }

    /**
     * Starts a cluster and waits until it works.
     *
     * @param directory takes everything; must exist
     */
    static FaultCluster start(Path directory, int masterCount)
            throws IOException, InterruptedException {
        return start(directory, masterCount, (_, _, command) -> command);
    }

    /**
     * Starts a cluster with something special and waits until it works.
     *
     * @param directory takes everything; must exist
     */
    static FaultCluster start(Path directory, int masterCount, Surroundings surroundings)
            throws IOException, InterruptedException {
        FaultCluster cluster = new FaultCluster(directory, masterCount, surroundings);
        boolean works = false;
        try {
            cluster.awaitWhole();
            works = true;
            return cluster;
        } finally {
            if (!works) {
                cluster.close();
            }
        }
    }

    private FaultCluster(Path directory, int masterCount, Surroundings surroundings)
            throws IOException, InterruptedException {
        this.directory = directory;
        this.surroundings = surroundings;
        this.masterCount = masterCount;
        Files.createDirectories(directory.resolve("logs"));
        // Whoever stops the test must not leave a cluster behind.
        Runtime.getRuntime().addShutdownHook(hook);
        startEtcd();
        for (int i = 1; i <= NAMING_REPLICAS; i++) {
            startNaming("naming-" + i);
        }
        for (int i = 1; i <= masterCount; i++) {
            startMaster("master-" + i);
        }
        for (int i = 1; i <= WORKERS; i++) {
            startWorker("worker-" + i);
        }
        // Beside the network of the cluster, so that it can be asked whatever happens to that.
        for (HostAndPort server : namingServers) {
            NamingClient client =
                    new NamingClient(NamingConfig.of(server), new Channels(Security.none()));
            naming.put(server, client);
            client.observeLeader(NamingClient.MASTER_OFFICE, news -> leaders.put(server, news));
        }
        for (ClusterProcess process : processes.values()) {
            process.awaitReady();
        }
    }

    Path directory() {
        return directory;
    }

    Network network() {
        return network;
    }

    /** The cluster's address for users. */
    String address() {
        return "naming://" + String.join(",", namingDoors);
    }

    /** Where etcd serves its clients. */
    List<URI> etcdClients() {
        return etcdClients.stream().map(URI::create).toList();
    }

    ClusterProcess process(String name) {
        ClusterProcess process = processes.get(name);
        if (process == null) {
            throw new IllegalArgumentException("there is no " + name);
        }
        return process;
    }

    List<ClusterProcess> processes() {
        return List.copyOf(processes.values());
    }

    /** What a master or a worker says of its health. */
    String health(String name) throws IOException, InterruptedException {
        URI address = Optional.ofNullable(health.get(name)).orElseThrow();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                    .body();
        }
    }

    /** Everything that a process has logged. */
    String log(String name) throws IOException {
        return Files.readString(directory.resolve("logs").resolve(name + ".log"));
    }

    /** The names of the processes whose names begin with this, such as "worker". */
    List<String> names(String kind) {
        return processes.keySet().stream().filter(name -> name.startsWith(kind)).toList();
    }

    /** The master that leads; waits until every naming service says the same. */
    String leader() throws InterruptedException {
        AtomicReference<Optional<Leader>> found = new AtomicReference<>(Optional.empty());
        Await.until(
                "somebody leads",
                LONG,
                () -> {
                    found.set(agreed());
                    return found.get().isPresent();
                });
        HostAndPort address = found.get().orElseThrow().address();
        return Optional.ofNullable(mastersByAddress.get(address)).orElseThrow();
    }

    private Optional<Leader> agreed() {
        Set<LeaderNews> news = new HashSet<>(leaders.values());
        return news.size() == 1 && news.iterator().next() instanceof LeaderNews.Leads(Leader now)
                ? Optional.of(now)
                : Optional.empty();
    }

    /** Waits until every process serves, all workers are ready, and the masters are members. */
    void awaitWhole() throws InterruptedException {
        for (ClusterProcess process : processes.values()) {
            if (!process.isAlive()) {
                throw new AssertionError(
                        "%s ended by itself, with %d; its log is in %s"
                                .formatted(process.name(), process.exitCode(), directory));
            }
        }
        try (Atoll client = Atoll.connect(address())) {
            Await.until("all workers are ready", LONG, () -> readyCount(client) == WORKERS);
        }
        Await.until(
                "all masters are members",
                LONG,
                () ->
                        naming.values().stream()
                                .allMatch(it ->
                                        it.listMembers(Member.Role.MASTER).size() == masterCount));
        String _ = leader();
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(hook);
        naming.values().forEach(NamingClient::close);
        killAll();
        network.close();
    }

    private void killAll() {
        List<ClusterProcess> lastFirst = new ArrayList<>(processes.values());
        lastFirst.reversed().forEach(ClusterProcess::close);
    }

    private static long readyCount(Atoll client) {
        return client.nodes().stream()
                .filter(node -> node.state() == NodeStatus.State.READY)
                .count();
    }

    /** A server of a process: where it listens, and the door through which others come to it. */
    private record Place(String listen, String door) {}

    private Place place(String name) {
        int listen = ports.next();
        int door = ports.next();
        network.open(name, door, listen);
        return new Place(HOST + listen, HOST + door);
    }

    private void startEtcd() throws IOException {
        Map<String, Place> clients = new LinkedHashMap<>();
        Map<String, Place> peers = new LinkedHashMap<>();
        for (int i = 1; i <= ETCD_MEMBERS; i++) {
            clients.put("etcd-" + i, place("etcd-" + i));
            peers.put("etcd-" + i, place("etcd-" + i));
        }
        String initial =
                peers.entrySet().stream()
                        .map(peer -> peer.getKey() + "=http://" + peer.getValue().door())
                        .collect(Collectors.joining(","));
        clients.forEach((name, client) -> {
            Place peer = peers.get(name);
            etcdClients.add("http://" + client.door());
            start(
                    name,
                    List.of(
                            "etcd",
                            "--name=" + name,
                            "--data-dir=" + directory.resolve(name),
                            "--listen-client-urls=http://" + client.listen(),
                            "--advertise-client-urls=http://" + client.door(),
                            "--listen-peer-urls=http://" + peer.listen(),
                            "--initial-advertise-peer-urls=http://" + peer.door(),
                            "--initial-cluster=" + initial,
                            "--log-level=info"),
                    "serving (insecure client requests|client traffic insecurely)");
        });
    }

    private void startNaming(String name) {
        Place place = place(name);
        namingDoors.add(place.door());
        namingServers.add(HostAndPort.parse(place.listen()));
        start(
                name,
                AtollCommand.of(
                        "naming",
                        "--listen=" + place.listen(),
                        "--store=etcd:" + String.join(",", etcdClients),
                        "--state-dir=" + directory.resolve(name)),
                "atoll-ready naming");
    }

    private void startMaster(String name) {
        Place place = place(name);
        mastersByAddress.put(HostAndPort.parse(place.door()), name);
        start(
                name,
                AtollCommand.of(
                        "master",
                        "--id=" + name,
                        "--listen=" + place.listen(),
                        "--advertise=" + place.door(),
                        "--metrics-listen=" + metrics(name),
                        "--naming=" + String.join(",", namingDoors)),
                "atoll-ready master");
    }

    private void startWorker(String name) {
        Place place = place(name);
        start(
                name,
                AtollCommand.of(
                        "worker",
                        "--worker-id=" + name,
                        "--listen=" + place.listen(),
                        "--advertise=" + place.door(),
                        "--cpus=2",
                        "--metrics-listen=" + metrics(name),
                        "--state-dir=" + directory.resolve(name),
                        "--naming=" + String.join(",", namingDoors)),
                "atoll-ready worker");
    }

    private String metrics(String name) {
        String address = HOST + ports.next();
        health.put(name, URI.create("http://%s/healthz".formatted(address)));
        return address;
    }

    private void start(String name, List<String> command, String readyMark) {
        Path log = directory.resolve("logs").resolve(name + ".log");
        List<String> inItsWorld =
                surroundings.around(name, directory.resolve(name), List.copyOf(command));
        processes.put(
                name,
                ClusterProcess.start(name, inItsWorld, log, Pattern.compile(readyMark), owners));
    }
}
