package dev.atoll.worker.execution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The kernel's list of processes, as far as this user may see it. Empty where there is no /proc.
 */
final class ProcessTable {
    private static final Path PROC = Path.of("/proc");
    private static final Pattern PROPORTIONAL_SHARE = Pattern.compile("\nPss: +(\\d+) kB");
    private static final byte[] NOTHING = new byte[0];

    /**
     * One process.
     *
     * @param state as the kernel abbreviates it; 'Z' is dead and not yet reaped
     * @param residentPages the pages of memory that it occupies
     */
    record Entry(long pid, char state, long parent, long group, long session, long residentPages) {
        /** Whether it can still do anything. */
        boolean lives() {
            return state != 'Z' && state != 'X';
        }
    }

    /** Every process that lives or waits to be reaped. */
    List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path path : paths) {
                entry(Long.parseLong(path.getFileName().toString())).ifPresent(entries::add);
            }
        } catch (IOException | UncheckedIOException e) {
            return entries;
        }
        return entries;
    }

    /** One process; empty if it is gone. */
    Optional<Entry> entry(long pid) {
        String stat = new String(bytes(pid, "stat"), StandardCharsets.ISO_8859_1);
        // The name, in parentheses, may hold anything, even parentheses and spaces.
        int behindName = stat.lastIndexOf(')');
        if (behindName < 0) {
            return Optional.empty();
        }
        String[] fields = stat.substring(behindName + 2).split(" ", -1);
        return Optional.of(
                new Entry(
                        pid,
                        fields[0].charAt(0),
                        Long.parseLong(fields[1]),
                        Long.parseLong(fields[2]),
                        Long.parseLong(fields[3]),
                        Long.parseLong(fields[21])));
    }

    /** The environment that a process was started with; empty if it is gone or another user's. */
    byte[] environment(long pid) {
        return bytes(pid, "environ");
    }

    /** How many bytes of memory a process occupies, with its share of those that others use too. */
    long proportionalBytes(long pid) {
        String rollup = new String(bytes(pid, "smaps_rollup"), StandardCharsets.ISO_8859_1);
        Matcher share = PROPORTIONAL_SHARE.matcher(rollup);
        return share.find() ? Long.parseLong(share.group(1)) * 1_024 : 0;
    }

    private static byte[] bytes(long pid, String name) {
        try {
            return Files.readAllBytes(PROC.resolve(Long.toString(pid)).resolve(name));
        } catch (IOException e) {
            // It has just gone, or belongs to somebody else: either way it is none of ours.
            return NOTHING;
        }
    }
}
