package dev.atoll.naming;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where the naming service keeps what it knows. */
public sealed interface StoreLocation {
    /**
     * A directory of this machine.
     *
     * @param directory nothing: in the state directory
     */
    record File(Optional<Path> directory) implements StoreLocation {
        @Override
        public String toString() {
            return directory.map(path -> "file:" + path).orElse("file");
        }
    }

    /** An etcd cluster. */
    record Etcd(List<URI> endpoints) implements StoreLocation {
        public Etcd {
            endpoints = List.copyOf(endpoints);
        }

        @Override
        public String toString() {
            return "etcd:" + String.join(",", endpoints.stream().map(URI::toString).toList());
        }
    }

    /** How a location is written. */
    String ALLOWED = "file, file:DIRECTORY, or etcd:http://HOST:PORT,http://HOST:PORT";

    /**
     * Reads a location.
     *
     * @throws IllegalArgumentException with what is allowed
     */
    static StoreLocation parse(String text) {
        if (text.equals("file")) {
            return new File(Optional.empty());
        }
        if (text.startsWith("file:") && text.length() > "file:".length()) {
            return new File(Optional.of(path(text.substring("file:".length()))));
        }
        if (text.startsWith("etcd:") && text.length() > "etcd:".length()) {
            List<URI> endpoints = new ArrayList<>();
            for (String endpoint : text.substring("etcd:".length()).split(",", -1)) {
                endpoints.add(endpoint(endpoint.strip()));
            }
            return new Etcd(endpoints);
        }
        throw new IllegalArgumentException(ALLOWED);
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(ALLOWED, e);
        }
    }

    private static URI endpoint(String text) {
        // URI.create also throws IllegalArgumentException, but says less.
        URI uri = text.matches("https?://[^\\s/?#]+:[0-9]{1,5}/?") ? URI.create(text) : null;
        if (uri == null || uri.getHost() == null) {
            throw new IllegalArgumentException(ALLOWED);
        }
        return uri;
    }
}
