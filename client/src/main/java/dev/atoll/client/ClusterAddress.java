package dev.atoll.client;

import dev.atoll.runtime.config.HostAndPort;

import java.util.List;

/** Where a cluster is found. */
public sealed interface ClusterAddress {
    /** What stands before the addresses of a naming service. */
    String NAMING_SCHEME = "naming://";

    /** How an address is written. */
    String ALLOWED = "HOST:PORT of its masters, or naming://HOST:PORT; several with ','";

    /**
     * At its masters.
     *
     * @param addresses "host:port"; at least one; those that do not lead are passed over
     */
    record Masters(List<String> addresses) implements ClusterAddress {
        public Masters {
            addresses = checked(addresses);
        }

        @Override
        public String toString() {
            return String.join(",", addresses);
        }
    }

    /**
     * At its naming service, which knows the master that leads.
     *
     * @param addresses of its replicas, "host:port"; at least one; any of them will do
     */
    record Naming(List<String> addresses) implements ClusterAddress {
        public Naming {
            addresses = checked(addresses);
        }

        @Override
        public String toString() {
            return NAMING_SCHEME + String.join(",", addresses);
        }
    }

    /**
     * Reads an address as it is written.
     *
     * @throws IllegalArgumentException with what is allowed
     */
    static ClusterAddress parse(String text) {
        return text.startsWith(NAMING_SCHEME)
                ? new Naming(List.of(text.substring(NAMING_SCHEME.length()).split(",", -1)))
                : new Masters(List.of(text.split(",", -1)));
    }

    private static List<String> checked(List<String> addresses) {
        try {
            addresses.forEach(HostAndPort::parse);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(ALLOWED, e);
        }
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException(ALLOWED);
        }
        return List.copyOf(addresses);
    }
}
