package dev.atoll.runtime.naming;

import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.config.Key;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where the naming service is; a part of the settings of each program that needs it.
 *
 * @param addresses of its replicas, at least one
 * @param timeout how long one call may take, over all replicas
 */
public record NamingConfig(
        @Key(
                        name = "naming",
                        value = "127.0.0.1:7400",
                        doc =
                                "The addresses of the naming service, all of its replicas; one in"
                                        + " the same process comes before them.")
                List<HostAndPort> addresses,
        @Key(
                        name = "naming-timeout",
                        value = "5s",
                        min = "100ms",
                        max = "1m",
                        doc = "How long one call to the naming service may take.")
                Duration timeout) {
    public NamingConfig {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("naming must hold at least one address");
        }
        addresses = List.copyOf(addresses);
    }

    /** The same, but for a naming service that runs in this very process, if one does. */
    public NamingConfig preferring(Optional<HostAndPort> sameProcess) {
        return sameProcess.map(address -> new NamingConfig(List.of(address), timeout)).orElse(this);
    }

    /** The default, with other addresses. */
    public static NamingConfig of(HostAndPort... addresses) {
        return new NamingConfig(List.of(addresses), Duration.ofSeconds(5));
    }
}
