package dev.atoll.cli.local;

import dev.atoll.client.local.LocalCluster;
import dev.atoll.runtime.program.HostedPrograms;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A cluster of one worker that lives in this process, and only while it is open. */
public final class HostedCluster implements AutoCloseable {
    private static final List<String> NAMES = List.of("naming", "master", "worker");

    private static final String MASTER_READY = ServiceProcess.READY + "master ";
    private static final String WORKER_READY = ServiceProcess.READY + "worker ";

    private final HostedPrograms programs;

    private HostedCluster(HostedPrograms programs) {
        this.programs = programs;
    }

    /**
     * Starts it and waits until it is reached by whoever looks for a cluster in that home.
     *
     * @throws IOException when it does not start; why is in the log of its home
     */
    public static HostedCluster start(Home home, Map<String, String> environment)
            throws IOException {
        home.create();
        home.createToken();
        PrintStream log = new PrintStream(home.log("atoll").toFile(), StandardCharsets.UTF_8);
        PipedInputStream said = new PipedInputStream();
        PrintStream out =
                new PrintStream(new PipedOutputStream(said), true, StandardCharsets.UTF_8);
        HostedPrograms programs =
                HostedPrograms.start(environment, out, log, NAMES, ServiceFlags.whole(home));
        HostedCluster cluster = new HostedCluster(programs);
        boolean up = false;
        try {
            String address = addressOfMaster(said);
            // Who stops the cluster stops its processes; this one has none of its own.
            LocalCluster.Member none = new LocalCluster.Member("atoll", 1, "1", home.log("atoll"));
            new LocalCluster(address, home.tokenFile(), List.of(none)).write(home.directory());
            up = true;
            return cluster;
        } finally {
            if (!up) {
                cluster.close();
            }
        }
    }

    private static String addressOfMaster(PipedInputStream said) throws IOException {
        String address = "";
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(said, StandardCharsets.UTF_8));
        String line;
        while ((line = lines.readLine()) != null) {
            if (line.startsWith(MASTER_READY)) {
                address = line.substring(MASTER_READY.length()).strip();
            } else if (line.startsWith(WORKER_READY)) {
                return address;
            }
        }
        throw new IOException("the cluster did not start");
    }

    /** Ends it; its home stays. */
    @Override
    public void close() {
        programs.close();
    }
}
