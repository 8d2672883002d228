package dev.atoll.worker;

import com.sun.management.OperatingSystemMXBean;

import dev.atoll.core.model.Resources;
import dev.atoll.runtime.config.ByteSize;
import dev.atoll.runtime.config.HostAndPort;

import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.TreeMap;

/** What this machine has, as far as the settings do not say otherwise. Containers' limits count. */
final class Machine {
    private static final double MILLIS = 1_000;

    private Machine() {}

    static Resources offer(WorkerConfig config) {
        double cpus =
                config.cpus().orElseGet(() -> (double) Runtime.getRuntime().availableProcessors());
        return new Resources(
                (int) Math.max(1, Math.round(cpus * MILLIS)),
                config.memory().map(ByteSize::bytes).orElseGet(Machine::memoryBytes),
                config.gpus(),
                new TreeMap<>(config.labels()));
    }

    /** Where others reach a server that listens here. */
    static HostAndPort reachedAt(WorkerConfig config, HostAndPort listening) {
        if (config.advertise().isPresent()) {
            HostAndPort advertised = config.advertise().get();
            return advertised.port() == 0 ? advertised.withPort(listening.port()) : advertised;
        }
        try {
            return InetAddress.getByName(listening.host()).isAnyLocalAddress()
                    ? new HostAndPort(InetAddress.getLocalHost().getHostAddress(), listening.port())
                    : listening;
        } catch (UnknownHostException e) {
            return listening;
        }
    }

    private static long memoryBytes() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                .getTotalMemorySize();
    }
}
