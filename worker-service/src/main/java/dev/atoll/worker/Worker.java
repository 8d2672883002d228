package dev.atoll.worker;

import dev.atoll.core.agent.Agent;
import dev.atoll.core.agent.AgentLimits;
import dev.atoll.core.model.Resources;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.Addressee;
import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.grpc.GrpcServer;
import dev.atoll.runtime.grpc.PeerChannels;
import dev.atoll.runtime.grpc.Security;
import dev.atoll.runtime.naming.Member;
import dev.atoll.runtime.naming.NamingClient;
import dev.atoll.runtime.naming.NamingConfig;
import dev.atoll.runtime.program.RunningService;
import dev.atoll.runtime.program.ServiceContext;
import dev.atoll.runtime.wire.HelloWire;
import dev.atoll.worker.attempt.LiveAttempts;
import dev.atoll.worker.attempt.Surroundings;
import dev.atoll.worker.copy.OutputCopier;
import dev.atoll.worker.segment.Spool;
import dev.atoll.worker.serving.KeepingEndpoint;
import dev.atoll.worker.serving.OutputEndpoint;
import dev.atoll.worker.session.AgentLoop;
import dev.atoll.worker.session.Hands;
import dev.atoll.worker.session.LoopGauges;
import dev.atoll.worker.session.OutputSyncer;
import dev.atoll.worker.session.Presence;
import dev.atoll.worker.session.SessionKeeper;

import io.grpc.ManagedChannel;
import io.micrometer.core.instrument.Counter;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** A worker and its parts. */
final class Worker implements RunningService {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /** Workers that outputs, records and blobs are read from at a time. */
    private static final int PEERS_MAX = 64;

    /** How long another worker that is copied from may send nothing. */
    private static final Duration COPY_PATIENCE = Duration.ofSeconds(30);

    private final Parts parts = new Parts();
    private final CompletableFuture<Void> terminated = new CompletableFuture<>();
    private final HostAndPort address;

    private Worker(WorkerConfig config, ServiceContext context) throws IOException {
        try {
            address = assemble(config, context);
        } catch (IOException | RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    static Worker start(WorkerConfig config, ServiceContext context) throws IOException {
        return new Worker(config, context);
    }

    @Override
    public HostAndPort address() {
        return address;
    }

    @Override
    public CompletableFuture<Void> terminated() {
        return terminated;
    }

    @Override
    public void close() {
        parts.close();
        terminated.complete(null);
    }

    private HostAndPort assemble(WorkerConfig config, ServiceContext context) throws IOException {
        Security security = Security.load(config.security());
        security.checkListen(config.listen());
        Resources offer = Machine.offer(config);
        Stores stores = Stores.open(config, context.metrics().registry(), parts);
        LiveAttempts live = new LiveAttempts();
        Channels channels = new Channels(security);
        PeerChannels peers = parts.add(new PeerChannels(channels, PEERS_MAX));
        GrpcServer server =
                parts.add(
                        GrpcServer.builder(config.listen(), security)
                                .service(stores.blobEndpoint())
                                .service(
                                        new KeepingEndpoint(
                                                stores.blobs(), stores.keptRoom(), peers))
                                .service(
                                        new OutputEndpoint(
                                                stores.segments(),
                                                stores.damaged(),
                                                live,
                                                stores.worker()))
                                .interceptor(new Addressee(stores.worker().value()))
                                .metrics(context.metrics())
                                .start());
        HostAndPort reachedAt = Machine.reachedAt(config, server.address());
        NamingConfig whereNaming = config.naming().preferring(context.addressOf("naming"));
        NamingClient naming = parts.add(new NamingClient(whereNaming, channels));
        context.metrics().addNotice("worker", naming::trouble);
        ManagedChannel leader = naming.openLeaderChannel(NamingClient.MASTER_OFFICE);
        parts.add(leader::shutdownNow);
        TaskRoom.Runners runners =
                new TaskRoom(stores, live, leader, peers, offer, context.metrics().registry())
                        .open(surroundings(config, whereNaming, stores), parts);
        context.metrics().addNotice("disk", stores.room()::shortage);
        Hands hands = hands(stores, runners, peers, context);
        AgentLoop loop = loop(stores, hands, reachedAt, offer, context);
        parts.add(new SessionKeeper(naming, channels, loop, context.fatal()));
        Member self =
                new Member(
                        stores.worker().value(),
                        stores.state().incarnation(),
                        Member.Role.WORKER,
                        reachedAt,
                        config.labels());
        parts.add(new Presence(naming, self, context.fatal()));
        LOG.info("worker {} offers {} at {}", stores.worker(), offer, reachedAt);
        return server.address();
    }

    private static Surroundings surroundings(
            WorkerConfig config, NamingConfig naming, Stores stores) {
        Optional<Path> program = Launcher.find();
        Path bin = stores.state().part("bin");
        program.ifPresent(launcher -> Launcher.link(launcher, bin));
        Surroundings.WayIn way =
                new Surroundings.WayIn(
                        naming.addresses().stream()
                                .map(HostAndPort::toString)
                                .collect(Collectors.joining(",", "naming://", "")),
                        config.security().tokenFile().map(Path::toAbsolutePath),
                        program,
                        bin.toAbsolutePath());
        return new Surroundings(System.getenv(), way);
    }

    private AgentLoop loop(
            Stores stores,
            Hands hands,
            HostAndPort reachedAt,
            Resources offer,
            ServiceContext context) {
        HelloWire.Introduction introduction =
                new HelloWire.Introduction(
                        stores.worker(), stores.state().incarnation(), reachedAt.toString(), offer);
        AgentLoop loop =
                parts.add(
                        new AgentLoop(
                                new Agent(offer, AgentLimits.defaults(), stores.segments().held()),
                                hands,
                                introduction,
                                stores.room(),
                                new LoopGauges(context.metrics().registry()),
                                context.fatal()));
        loop.start();
        stores.damaged().tell(loop::happened);
        return loop;
    }

    private Hands hands(
            Stores stores, TaskRoom.Runners runners, PeerChannels peers, ServiceContext context)
            throws IOException {
        OutputCopier copier = copier(stores, peers, context);
        OutputSyncer syncer = parts.add(new OutputSyncer(stores.segments()));
        return new Hands(runners.attempts(), runners.batches(), stores.segments(), syncer, copier);
    }

    private static OutputCopier copier(Stores stores, PeerChannels peers, ServiceContext context)
            throws IOException {
        Counter copiedBytes =
                Counter.builder("atoll.worker.outputs.copied")
                        .baseUnit("bytes")
                        .description("Outputs of other workers that were fetched to be kept here")
                        .register(context.metrics().registry());
        return new OutputCopier(
                new OutputCopier.Tools(
                        peers,
                        stores.segments(),
                        Spool.open(stores.state().part("copies")),
                        stores.room(),
                        copiedBytes,
                        COPY_PATIENCE));
    }
}
