package dev.atoll.master;

import dev.atoll.master.api.ClusterEndpoint;
import dev.atoll.master.api.JobEndpoint;
import dev.atoll.master.file.FileEndpoint;
import dev.atoll.master.file.Files;
import dev.atoll.master.journal.LedgerTrouble;
import dev.atoll.master.leadership.Leadership;
import dev.atoll.master.leadership.TermStart;
import dev.atoll.master.loop.MasterMetrics;
import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.master.relay.BlobEndpoint;
import dev.atoll.master.relay.BlobRelay;
import dev.atoll.master.relay.InputSearch;
import dev.atoll.master.relay.PlacementEndpoint;
import dev.atoll.master.relay.RelayedOutputs;
import dev.atoll.master.session.SessionEndpoint;
import dev.atoll.master.session.Terms;
import dev.atoll.runtime.config.ConfigException;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.grpc.GrpcServer;
import dev.atoll.runtime.grpc.PeerChannels;
import dev.atoll.runtime.grpc.Security;
import dev.atoll.runtime.naming.Member;
import dev.atoll.runtime.naming.NamingClient;
import dev.atoll.runtime.program.RunningService;
import dev.atoll.runtime.program.ServiceContext;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** A master that runs: its parts, put together, and taken apart in the opposite order. */
final class Master implements RunningService {
    private static final int PEERS_MAX = 1_024;

    /** How much longer than the scheduler a reader waits before an output counts as lost. */
    private static final Duration OUTPUT_PATIENCE_MORE = Duration.ofSeconds(5);

    private final GrpcServer server;
    private final Leadership leadership;
    private final Files files;
    private final PeerChannels peers;
    private final NamingClient naming;
    private final CompletableFuture<Void> terminated = new CompletableFuture<>();

    private Master(
            GrpcServer server,
            Leadership leadership,
            Files files,
            PeerChannels peers,
            NamingClient naming) {
        this.server = server;
        this.leadership = leadership;
        this.files = files;
        this.peers = peers;
        this.naming = naming;
    }

    /** Serves at once; answers with NOT_LEADING until it leads. */
    static Master start(MasterConfig config, Security security, ServiceContext context)
            throws IOException {
        checkAdvertise(config);
        MasterMetrics metrics = new MasterMetrics(context.metrics().registry());
        Channels channels = new Channels(security);
        PeerChannels peers = new PeerChannels(channels, PEERS_MAX);
        NamingClient naming =
                new NamingClient(config.naming().preferring(context.addressOf("naming")), channels);
        context.metrics().addNotice("master", naming::trouble);
        Terms terms = new Terms();
        Duration outputPatience =
                config.tuning()
                        .silenceLost()
                        .plus(config.tuning().disconnectGrace())
                        .plus(OUTPUT_PATIENCE_MORE);
        BlobRelay relay = new BlobRelay(peers, metrics);
        Files files = new Files(terms, naming, relay);
        GrpcServer server =
                GrpcServer.builder(config.listen(), security)
                        .directService(new SessionEndpoint(terms))
                        .service(
                                new JobEndpoint(
                                        terms,
                                        new RelayedOutputs(terms, peers, metrics, outputPatience)))
                        .service(new ClusterEndpoint(terms, version()))
                        .service(new BlobEndpoint(terms, relay))
                        .service(new PlacementEndpoint(terms, relay, config.relaysAll()))
                        .service(new FileEndpoint(terms, files))
                        .metrics(context.metrics())
                        .start();
        server.setServing(false);
        LedgerTrouble ledgerTrouble = new LedgerTrouble();
        context.metrics().addNotice("ledger", ledgerTrouble::now);
        TermStart termStart =
                new TermStart(
                        settings(config),
                        naming.ledger(),
                        metrics,
                        ledgerTrouble,
                        new InputSearch(relay));
        Leadership leadership =
                new Leadership(
                        naming,
                        identity(config, server.address()),
                        termStart,
                        terms,
                        server::setServing,
                        context.fatal());
        leadership.start();
        files.start();
        return new Master(server, leadership, files, peers, naming);
    }

    @Override
    public HostAndPort address() {
        return server.address();
    }

    @Override
    public void close() {
        files.close();
        leadership.close();
        server.close();
        peers.close();
        naming.close();
        terminated.complete(null);
    }

    @Override
    public CompletableFuture<Void> terminated() {
        return terminated;
    }

    private static TermStart.Settings settings(MasterConfig config) {
        var limits = config.tuning().limits();
        // After a pause of its own, the master hears everybody twice before it accuses anybody.
        Duration settle = config.heartbeatInterval().multipliedBy(2);
        return new TermStart.Settings(
                limits,
                new SchedulerLoop.Limits(limits.tick(), settle, config.mailboxMax()),
                config.commitInterval(),
                config.heartbeatInterval());
    }

    private static Leadership.Identity identity(MasterConfig config, HostAndPort served) {
        HostAndPort address = config.advertise().orElse(served);
        String id =
                config.id()
                        .orElseGet(() ->
                                "master-%s-%d"
                                        .formatted(address.host(), address.port())
                                        .toLowerCase(Locale.ROOT)
                                        .replaceAll("[^a-z0-9.-]", "-"));
        Member member =
                new Member(id, System.currentTimeMillis(), Member.Role.MASTER, address, Map.of());
        return new Leadership.Identity(member, config.leaseTimeToLive());
    }

    /** Others cannot reach "every address": they must be told one. */
    private static void checkAdvertise(MasterConfig config) {
        HostAndPort address = config.advertise().orElse(config.listen());
        InetAddress resolved = address.toSocketAddress().getAddress();
        if (resolved != null && resolved.isAnyLocalAddress()) {
            throw new ConfigException(
                    "advertise",
                    config.advertise().map(HostAndPort::toString).orElse(""),
                    "the address where others reach this master, which listens on all");
        }
    }

    private static String version() {
        return Objects.requireNonNullElse(
                Master.class.getPackage().getImplementationVersion(), "0.1.0-SNAPSHOT");
    }
}
