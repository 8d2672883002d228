package dev.atoll.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The memory that the entrants' processes occupy now. */
final class Memory {
    private Memory() {}

    /** Prints a table. */
    static void print(String title, List<Entrant> entrants) throws InterruptedException {
        Table table = new Table(title, "system", "processes", "MiB of all", "MiB of the client");
        for (Entrant entrant : entrants) {
            List<Long> servers = entrant.serverIds();
            if (!servers.isEmpty()) {
                table.row(
                        entrant.name(),
                        String.valueOf(servers.size()),
                        "%,d".formatted(servers.stream().mapToLong(Memory::mebibytes).sum()),
                        "%,d".formatted(mebibytes(entrant.clientId())));
            }
        }
    }

    private static long mebibytes(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
                    .sum();
        } catch (IOException e) {
            // It ended meanwhile.
            return 0;
        }
    }
}
