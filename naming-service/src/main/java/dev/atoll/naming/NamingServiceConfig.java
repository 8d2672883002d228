package dev.atoll.naming;

import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.config.Key;
import dev.atoll.runtime.grpc.SecurityConfig;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The settings of the naming service.
 *
 * @param listen where it serves
 * @param store where it keeps what it knows
 * @param stateDirectory of this process, for a store of files without a directory of its own
 * @param etcdRoot what stands before every key in etcd
 * @param storeTimeout how long one call to the store may take
 * @param security who may call
 */
public record NamingServiceConfig(
        @Key(name = "listen", value = "127.0.0.1:7400", doc = "Where the naming service serves.")
                HostAndPort listen,
        @Key(
                        name = "store",
                        value = "file",
                        doc =
                                "Where everything is kept: file (in state-dir) or file:DIRECTORY,"
                                    + " for one machine; or etcd:http://HOST:PORT,... for many.")
                StoreLocation store,
        @Key(
                        name = "state-dir",
                        value = "atoll-state",
                        doc =
                                "The directory of this process's state; its part \"naming\" is used"
                                        + " when the store is \"file\".")
                Path stateDirectory,
        @Key(
                        name = "etcd-root",
                        value = "/atoll",
                        doc =
                                "What stands before every key in etcd, so that clusters may share"
                                        + " it.")
                String etcdRoot,
        @Key(
                        name = "store-timeout",
                        value = "5s",
                        min = "100ms",
                        max = "1m",
                        doc = "How long one call to the store may take before it counts as failed.")
                Duration storeTimeout,
        SecurityConfig security) {
    public NamingServiceConfig {
        if (!etcdRoot.matches("(/[A-Za-z0-9._-]{1,63}){0,4}")) {
            throw new IllegalArgumentException(
                    "etcd-root must be up to 4 parts such as /atoll, of [A-Za-z0-9._-]");
        }
    }
}
