package dev.atoll.naming.testing;

import org.testcontainers.DockerClientFactory;

import java.net.URI;
import java.util.List;

/** A real etcd of one member for a test. Its data lives as long as this object. */
public interface EtcdServer extends AutoCloseable {
    /**
     * Starts an etcd: the binary on the PATH, or else a container.
     *
     * @throws IllegalStateException when this machine can do neither; a test must not pass without
     *     the etcd that it asked for
     */
    static EtcdServer start() {
        if (EtcdProcess.isInstalled()) {
            return EtcdProcess.start();
        }
        if (DockerClientFactory.instance().isDockerAvailable()) {
            return EtcdContainer.startOnFreePort();
        }
        throw new IllegalStateException(
                "these tests need an etcd: install etcd-server so that `etcd` is on the PATH, or"
                        + " start a Docker engine, or leave them out with -D"
                        + RequiresEtcd.PROPERTY
                        + "=none");
    }

    /** Where clients connect; the same after a restart. */
    List<URI> endpoints();

    /** Kills it as kill -9 does: it writes nothing more. */
    void kill();

    /** Starts it again with the data that it had; returns when it serves. */
    void restart();

    /** Stops it in the middle of whatever it does, as SIGSTOP does. */
    void freeze();

    /** Lets it go on. */
    void thaw();

    @Override
    void close();
}
