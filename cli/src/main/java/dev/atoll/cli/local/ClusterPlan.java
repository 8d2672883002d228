package dev.atoll.cli.local;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;

/**
 * What a cluster on this machine is made of. It is kept when the cluster ends, so that the next
 * one, or what has to be started again of this one, is like it and is found at the same place.
 *
 * @param workerCount how many workers, at least 1
 * @param cpusPerWorker how many processors each offers, more than 0
 * @param masterPort of the master; 0: any
 * @param namingPort of the naming service; 0: any
 */
public record ClusterPlan(int workerCount, double cpusPerWorker, int masterPort, int namingPort) {
    private static final String FILE = "plan.properties";

    /**
     * Reads what was kept in a directory; empty if there is nothing that can be read.
     *
     * @throws IOException if the disk fails
     */
    public static Optional<ClusterPlan> read(Path directory) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(directory.resolve(FILE))) {
            properties.load(reader);
            return Optional.of(
                    new ClusterPlan(
                            Integer.parseInt(properties.getProperty("workers", "")),
                            Double.parseDouble(properties.getProperty("cpus", "")),
                            Integer.parseInt(properties.getProperty("master-port", "")),
                            Integer.parseInt(properties.getProperty("naming-port", ""))));
        } catch (NoSuchFileException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** Keeps it, all of it or nothing. */
    void write(Path directory) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("workers", Integer.toString(workerCount));
        properties.setProperty("cpus", Double.toString(cpusPerWorker));
        properties.setProperty("master-port", Integer.toString(masterPort));
        properties.setProperty("naming-port", Integer.toString(namingPort));
        Path temporary = directory.resolve(FILE + ".new");
        try (Writer writer = Files.newBufferedWriter(temporary)) {
            properties.store(
                    writer, "What the next `atoll up` starts, unless it is told otherwise");
        }
        Files.move(temporary, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    /** How many processes that are: the workers, and the one that names and leads. */
    public int processCount() {
        return workerCount + 1;
    }

    /** The same at these ports. */
    ClusterPlan at(int master, int naming) {
        return new ClusterPlan(workerCount, cpusPerWorker, master, naming);
    }
}
