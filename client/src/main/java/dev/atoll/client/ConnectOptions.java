package dev.atoll.client;

import static java.util.Objects.requireNonNull;

import dev.atoll.client.local.LocalCluster;
import dev.atoll.core.model.TaskRef;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How to reach a cluster.
 *
 * @param cluster where it is found
 * @param security how to show who one is
 * @param firstContact how long to try before the cluster counts as not there; more than zero
 * @param patience how long a call is repeated once the cluster has answered, while it has no leader
 *     or the network is down; at least zero
 * @param parent the task of that cluster within which this runs, if it does; asked by each thread
 *     that submits a job
 */
public record ConnectOptions(
        ClusterAddress cluster,
        Credentials security,
        Duration firstContact,
        Duration patience,
        Supplier<Optional<TaskRef>> parent) {
    /** The usual {@link #firstContact}. */
    public static final Duration FIRST_CONTACT_DEFAULT = Duration.ofSeconds(2);

    /** The usual {@link #patience}: longer than a failover takes, or an outage of a minute. */
    public static final Duration PATIENCE_DEFAULT = Duration.ofMinutes(2);

    /** How to reach a cluster of which this is no task. */
    public ConnectOptions(
            ClusterAddress cluster,
            Credentials security,
            Duration firstContact,
            Duration patience) {
        this(cluster, security, firstContact, patience, Optional::empty);
    }

    /**
     * What a client shows to the cluster and trusts of it.
     *
     * @param tokenFile holds the secret of the cluster and is closed to other users
     * @param certificate the client's own certificate chain, PEM
     * @param key the certificate's private key, PEM, PKCS 8
     * @param authorities the certificates of the authorities to trust, PEM; with it, TLS is spoken
     */
    public record Credentials(
            Optional<Path> tokenFile,
            Optional<Path> certificate,
            Optional<Path> key,
            Optional<Path> authorities) {
        public Credentials {
            if (certificate.isPresent() != key.isPresent()) {
                throw new IllegalArgumentException("certificate and key are given together");
            }
        }

        /** Shows nothing: for a cluster on this machine that demands nothing. */
        public static Credentials none() {
            return new Credentials(
                    Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        }

        /** Shows the secret in this file. */
        public static Credentials token(Path file) {
            return new Credentials(
                    Optional.of(file), Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    public ConnectOptions {
        requireNonNull(cluster, "cluster is null");
        requireNonNull(security, "security is null");
        requireNonNull(parent, "parent is null");
        if (!firstContact.isPositive() || patience.isNegative()) {
            throw new IllegalArgumentException(
                    "firstContact %s must be more than zero, and patience %s at least zero"
                            .formatted(firstContact, patience));
        }
    }

    /**
     * A cluster, with the usual patience.
     *
     * @param address its masters, "host:port", or its naming service, "naming://host:port"; several
     *     addresses with ','
     */
    public static ConnectOptions to(String address) {
        return new ConnectOptions(
                ClusterAddress.parse(address),
                Credentials.none(),
                FIRST_CONTACT_DEFAULT,
                PATIENCE_DEFAULT);
    }

    /**
     * The cluster that an environment names with ATOLL_CLUSTER and ATOLL_TOKEN_FILE, or else the
     * one that runs on this machine. Within a task the environment names the task's own cluster,
     * and with ATOLL_PARENT the task. Where there is ATOLL_TOKEN_CLUSTER, the secret is for that
     * cluster, and told to no other.
     *
     * @throws UncheckedIOException when the state file of this machine's cluster cannot be read
     */
    public static Optional<ConnectOptions> find(Map<String, String> environment) {
        String address = environment.getOrDefault("ATOLL_CLUSTER", "");
        String tokenFile = environment.getOrDefault("ATOLL_TOKEN_FILE", "");
        if (!address.isEmpty()) {
            ConnectOptions named = to(address).within(ParentTask.find(environment));
            String tokenCluster = environment.getOrDefault("ATOLL_TOKEN_CLUSTER", address);
            return Optional.of(
                    tokenFile.isEmpty() || !tokenCluster.equals(address)
                            ? named
                            : named.with(Credentials.token(Path.of(tokenFile))));
        }
        try {
            return LocalCluster.read(LocalCluster.home(environment)).map(ConnectOptions::to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A cluster on this machine. */
    public static ConnectOptions to(LocalCluster cluster) {
        return to(cluster.address()).with(Credentials.token(cluster.tokenFile()));
    }

    /** The same with these credentials. */
    public ConnectOptions with(Credentials credentials) {
        return new ConnectOptions(cluster, credentials, firstContact, patience, parent);
    }

    /** The same with this patience. */
    public ConnectOptions withPatience(Duration newPatience) {
        return new ConnectOptions(cluster, security, firstContact, newPatience, parent);
    }

    /** The same, within a task of the cluster: the parent of what is submitted. */
    public ConnectOptions within(Supplier<Optional<TaskRef>> task) {
        return new ConnectOptions(cluster, security, firstContact, patience, task);
    }
}
