package dev.atoll.worker;

import dev.atoll.core.model.WorkerId;
import dev.atoll.runtime.config.ByteSize;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.config.Key;
import dev.atoll.runtime.grpc.SecurityConfig;
import dev.atoll.runtime.naming.NamingConfig;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of a worker.
 *
 * @param id who it is
 * @param stateDirectory where it keeps everything
 * @param listen where it serves
 * @param advertise where others reach it
 * @param naming where the naming service is
 * @param cpus how many processors it offers
 * @param memory how much memory it offers
 * @param gpus how many GPUs it offers
 * @param labels what it says of itself
 * @param blobCacheMax how many bytes of blobs it keeps
 * @param diskFreeMin below this it wants no new tasks
 * @param security who may call
 */
public record WorkerConfig(
        @Key(
                        name = "worker-id",
                        value = "",
                        doc =
                                "The worker's name, of [a-z0-9.-], up to 63 characters; nothing:"
                                        + " one that is made once and kept in state-dir.")
                Optional<String> id,
        @Key(
                        name = "state-dir",
                        value = "atoll-state",
                        doc =
                                "The directory of this process's state; its part \"worker\" holds"
                                        + " blobs and outputs. One worker has it at a time.")
                Path stateDirectory,
        @Key(
                        name = "listen",
                        value = "127.0.0.1:0",
                        doc = "Where the worker serves blobs and outputs.")
                HostAndPort listen,
        @Key(
                        name = "advertise",
                        value = "",
                        doc =
                                "Where the master reaches the worker; with port 0 the port that it"
                                    + " listens on; nothing: where it listens, or the address of"
                                    + " this host where it listens on all.")
                Optional<HostAndPort> advertise,
        NamingConfig naming,
        @Key(
                        name = "cpus",
                        value = "",
                        doc =
                                "How many processors tasks may use, such as 2.5; nothing: all of"
                                        + " this machine's.")
                Optional<Double> cpus,
        @Key(
                        name = "memory",
                        value = "",
                        doc = "How much memory tasks may use; nothing: all of this machine's.")
                Optional<ByteSize> memory,
        @Key(
                        name = "gpus",
                        value = "0",
                        min = "0",
                        max = "64",
                        doc = "How many GPUs tasks may use; they are numbered from 0.")
                int gpus,
        @Key(
                        name = "labels",
                        value = "",
                        doc =
                                "What the worker says of itself: key=value,...; tasks may ask for"
                                        + " it.")
                Map<String, String> labels,
        @Key(
                        name = "blob-cache-max",
                        value = "20GiB",
                        doc =
                                "How many bytes of blobs the worker keeps; above that, those that"
                                        + " were not used for longest are deleted. Uploads that"
                                        + " no task has read stay for an hour; more are refused"
                                        + " when they fill it.")
                ByteSize blobCacheMax,
        @Key(
                        name = "disk-free-min",
                        value = "64MiB",
                        doc =
                                "With less room than this on the disk of state-dir the worker takes"
                                        + " no new tasks; 0: it always does.")
                ByteSize diskFreeMin,
        SecurityConfig security) {
    private static final double CPUS_MAX = 4_096;
    private static final int LABELS_MAX = 32;

    public WorkerConfig {
        if (id.isPresent() && !id.get().matches("[a-z0-9.-]{1," + WorkerId.LENGTH_MAX + "}")) {
            throw new IllegalArgumentException(
                    "worker-id must be 1 to 63 characters of [a-z0-9.-]");
        }
        if (cpus.isPresent() && !(cpus.get() > 0 && cpus.get() <= CPUS_MAX)) {
            throw new IllegalArgumentException("cpus must be more than 0 and at most 4,096");
        }
        if (labels.size() > LABELS_MAX
                || !labels.keySet().stream().allMatch(key -> key.matches("[a-z0-9./-]{1,63}"))
                || !labels.values().stream().allMatch(value -> value.length() <= 63)) {
            throw new IllegalArgumentException(
                    "labels must be at most 32, with keys of [a-z0-9./-] and up to 63 characters");
        }
        labels = Map.copyOf(labels);
    }
}
