package dev.atoll.client.local;

import static java.util.Objects.requireNonNull;

import dev.atoll.client.json.Json;
import dev.atoll.client.json.JsonReader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster on this machine, as its state file describes it.
 *
 * @param address of its master, "host:port"
 * @param tokenFile holds its secret
 * @param members its processes
 */
public record LocalCluster(String address, Path tokenFile, List<Member> members) {
    private static final String FILE = "cluster.json";

    /**
     * A process of the cluster. A pid alone would soon name somebody else's process.
     *
     * @param name what it is: "master", "worker-1"
     * @param pid its process id
     * @param stamp when it started, as the system tells it; only ever compared
     * @param log where it writes what it has to say
     */
    public record Member(String name, long pid, String stamp, Path log) {}

    public LocalCluster {
        requireNonNull(address, "address is null");
        members = List.copyOf(members);
    }

    /** The directory of the local cluster: $ATOLL_HOME, or ~/.atoll/local. */
    public static Path home(Map<String, String> environment) {
        String named = environment.getOrDefault("ATOLL_HOME", "");
        return named.isEmpty()
                ? Path.of(System.getProperty("user.home", ""), ".atoll", "local")
                : Path.of(named).toAbsolutePath();
    }

    /**
     * Reads the state file in a directory; empty if there is none.
     *
     * @throws IOException when it cannot be read, or is not one
     */
    public static Optional<LocalCluster> read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        try {
            Json json = JsonReader.parse(Files.readString(file));
            return Optional.of(of(json));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IllegalArgumentException | ClassCastException e) {
            throw new IOException(file + " is not the state of a cluster: " + e.getMessage(), e);
        }
    }

    /** Writes the state file, all of it or nothing. */
    public void write(Path directory) throws IOException {
        List<Json> processes = new ArrayList<>();
        for (Member member : members) {
            processes.add(
                    Json.object()
                            .put("name", member.name())
                            .put("pid", member.pid())
                            .put("started", member.stamp())
                            .put("log", member.log().toString())
                            .build());
        }
        Json json =
                Json.object()
                        .put("address", address)
                        .put("token_file", tokenFile.toString())
                        .put("members", Json.array(processes))
                        .build();
        Path temporary = directory.resolve(FILE + ".new");
        Files.writeString(temporary, json + "\n");
        Files.move(temporary, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes the state file: there is no cluster any more. */
    public static void remove(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(FILE));
    }

    private static LocalCluster of(Json json) {
        List<Member> members = new ArrayList<>();
        for (Json member : ((Json.Elements) member(json, "members")).elements()) {
            members.add(
                    new Member(
                            text(member, "name"),
                            number(member, "pid"),
                            text(member, "started"),
                            Path.of(text(member, "log"))));
        }
        return new LocalCluster(text(json, "address"), Path.of(text(json, "token_file")), members);
    }

    private static Json member(Json json, String name) {
        Json value = ((Json.Members) json).members().get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    private static String text(Json json, String name) {
        return ((Json.Text) member(json, name)).value();
    }

    private static long number(Json json, String name) {
        return Long.parseLong(((Json.Digits) member(json, name)).written());
    }
}
