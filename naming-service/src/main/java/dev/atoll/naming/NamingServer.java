package dev.atoll.naming;

import dev.atoll.naming.election.ElectionService;
import dev.atoll.naming.election.Offices;
import dev.atoll.naming.election.Successions;
import dev.atoll.naming.feed.PrefixFeed;
import dev.atoll.naming.ledger.LedgerService;
import dev.atoll.naming.membership.Members;
import dev.atoll.naming.membership.MembershipService;
import dev.atoll.naming.names.NamesService;
import dev.atoll.naming.serving.MeteredStore;
import dev.atoll.naming.serving.StoreTrouble;
import dev.atoll.naming.serving.Streams;
import dev.atoll.naming.serving.Upkeep;
import dev.atoll.naming.store.Store;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.GrpcServer;
import dev.atoll.runtime.grpc.Security;
import dev.atoll.runtime.metrics.Metrics;
import dev.atoll.runtime.program.RunningService;

import io.micrometer.core.instrument.MeterRegistry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;

/** A naming service that serves: the parts list. */
public final class NamingServer implements RunningService {
    private static final Logger LOG = LoggerFactory.getLogger(NamingServer.class);

    private final GrpcServer server;
    private final Deque<AutoCloseable> parts;

    private NamingServer(GrpcServer server, Deque<AutoCloseable> parts) {
        this.server = server;
        this.parts = parts;
    }

    /**
     * Starts to serve what is in a store, whether the store answers yet or not.
     *
     * @param untimed the store; closed with the server, not when this fails
     * @throws IOException when the address cannot be had
     */
    public static NamingServer start(
            HostAndPort listen, Security security, Store untimed, Metrics metrics)
            throws IOException {
        Store store = new MeteredStore(untimed, metrics.registry());
        PrefixFeed memberFeed = PrefixFeed.start(store, Members.PREFIX);
        PrefixFeed officeFeed = PrefixFeed.start(store, ElectionService.PREFIX);
        PrefixFeed nameFeed = PrefixFeed.start(store, NamesService.PREFIX);
        Streams streams = new Streams();
        Members members = new Members(store, InstantSource.system());
        Offices offices = new Offices(store);
        Successions successions = Successions.start(store, officeFeed, offices);
        MeterRegistry registry = metrics.registry();
        registry.gauge("atoll.naming.members", memberFeed, PrefixFeed::size);
        registry.gauge("atoll.naming.names", nameFeed, PrefixFeed::size);
        registry.gauge("atoll.naming.streams", streams, Streams::size);
        // In the order in which they are closed: streams first, as the server waits for them.
        Deque<AutoCloseable> parts = new ConcurrentLinkedDeque<>();
        parts.add(streams);
        parts.add(successions);
        parts.add(memberFeed);
        parts.add(officeFeed);
        parts.add(nameFeed);
        try {
            GrpcServer server =
                    GrpcServer.builder(listen, security)
                            .service(new MembershipService(store, members, memberFeed, streams))
                            .service(new ElectionService(store, offices, officeFeed, streams))
                            .service(new NamesService(store, nameFeed, streams))
                            .service(new LedgerService(store, streams, registry))
                            .interceptor(new StoreTrouble())
                            .metrics(metrics)
                            .start();
            parts.add(server);
            Upkeep upkeep = Upkeep.start(store, server::setServing);
            metrics.addHealthCheck("naming-store", upkeep::isReachable);
            metrics.addNotice("naming-store", upkeep::trouble);
            parts.addFirst(upkeep);
            parts.add(store);
            return new NamingServer(server, parts);
        } catch (IOException | RuntimeException e) {
            closeAll(parts);
            throw e;
        }
    }

    @Override
    public HostAndPort address() {
        return server.address();
    }

    @Override
    public void close() {
        closeAll(parts);
    }

    @Override
    public CompletableFuture<Void> terminated() {
        return server.terminated();
    }

    private static void closeAll(Deque<AutoCloseable> parts) {
        AutoCloseable part = parts.poll();
        while (part != null) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("a part of the naming service did not close: {}", part, e);
            }
            part = parts.poll();
        }
    }
}
