package dev.atoll.naming.testing;

import com.github.dockerjava.api.DockerClient;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.ImageFromDockerfile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;

/** An etcd in a container, for machines that have a Docker engine and no etcd. */
final class EtcdContainer extends GenericContainer<EtcdContainer> implements EtcdServer {
    private static final int CLIENT_PORT = 2379;
    private static final String READY = ".*serving (insecure client|client traffic insecurely).*";

    private final int hostPort;

    private EtcdContainer(int hostPort) {
        super(
                new ImageFromDockerfile("atoll-test-etcd", false)
                        .withDockerfileFromBuilder(image ->
                                image.from("debian:bookworm-slim")
                                        .run(
                                                "apt-get update && apt-get install -y"
                                                        + " --no-install-recommends"
                                                        + " etcd-server")));
        this.hostPort = hostPort;
        // A port that the engine chose would be another one after a restart.
        addFixedExposedPort(hostPort, CLIENT_PORT);
        withLabel("dev.atoll.test", "true");
        withCommand(
                "etcd",
                "--data-dir=/var/lib/atoll-etcd",
                "--listen-client-urls=http://0.0.0.0:" + CLIENT_PORT,
                "--advertise-client-urls=http://127.0.0.1:" + hostPort);
        waitingFor(Wait.forLogMessage(READY, 1));
    }

    /** Starts one on a free port; it is removed when it is closed. */
    static EtcdServer startOnFreePort() {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        EtcdContainer container = new EtcdContainer(port);
        container.start();
        return container;
    }

    @Override
    public List<URI> endpoints() {
        return List.of(URI.create("http://" + getHost() + ":" + hostPort));
    }

    @Override
    public void kill() {
        docker().killContainerCmd(getContainerId()).exec();
    }

    @Override
    public void restart() {
        docker().startContainerCmd(getContainerId()).exec();
        Wait.forListeningPort().waitUntilReady(this);
    }

    @Override
    public void freeze() {
        docker().pauseContainerCmd(getContainerId()).exec();
    }

    @Override
    public void thaw() {
        docker().unpauseContainerCmd(getContainerId()).exec();
    }

    @Override
    public void close() {
        super.close();
    }

    private DockerClient docker() {
        return getDockerClient();
    }
}
