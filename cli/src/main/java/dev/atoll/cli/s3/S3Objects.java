package dev.atoll.cli.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads objects. Each is, for as long as this lives, the one that it was when it was first looked
 * at: if it has been replaced since, reading it fails.
 */
public final class S3Objects {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(60);
    private static final int ERROR_BYTES_MAX = 64 << 10;
    private static final Pattern CODE = Pattern.compile("<Code>([A-Za-z0-9]{1,60})</Code>");

    private final Map<String, String> environment;
    private final Map<String, Seen> seen = new LinkedHashMap<>();
    private Optional<HttpClient> client = Optional.empty();

    /** An object as it was. */
    record Seen(S3Name name, String etag, long sizeBytes) {}

    /**
     * Does nothing yet.
     *
     * @param environment says where the server is, and with which keys objects are read
     */
    public S3Objects(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Whether a word can only mean an object. */
    public static boolean isOne(String word) {
        return word.startsWith(S3Name.SCHEME);
    }

    /** Looks whether an object can be read; in a sentence, why not. */
    public Optional<String> fault(String word) {
        try {
            var _ = look(word);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Opens an object at its first byte. */
    public InputStream open(String word) throws IOException {
        return new S3Input(this, look(word));
    }

    private synchronized Seen look(String word) throws IOException {
        Seen known = seen.get(word);
        if (known != null) {
            return known;
        }
        S3Name name;
        try {
            name = S3Name.parse(word);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        // Not HEAD, whose answer says nothing of why there is no object. Nothing of this is read.
        send("GET", name, new TreeMap<>(), this::found).close();
        return Optional.ofNullable(seen.get(word)).orElseThrow();
    }

    private void found(S3Name name, HttpResponse<InputStream> response) throws IOException {
        Optional<String> etag = response.headers().firstValue("etag");
        OptionalLong size = response.headers().firstValueAsLong("content-length");
        if (etag.isEmpty() || size.isEmpty()) {
            throw new IOException(name + ": the server does not say which object it is");
        }
        seen.put(name.toString(), new Seen(name, etag.get(), size.getAsLong()));
    }

    /** The bytes of an object from one on; as many as come before the connection breaks. */
    InputStream read(Seen object, long offset) throws IOException {
        SortedMap<String, String> headers = new TreeMap<>();
        headers.put("if-match", object.etag());
        if (offset > 0) {
            headers.put("range", "bytes=%d-".formatted(offset));
        }
        return send(
                "GET",
                object.name(),
                headers,
                (name, response) -> {
                    long rest = response.headers().firstValueAsLong("content-length").orElse(-1);
                    if (rest != object.sizeBytes() - offset) {
                        throw new IOException(changed(name));
                    }
                });
    }

    /** Looks at an answer that tells of success. */
    private interface OnSuccess {
        void take(S3Name name, HttpResponse<InputStream> response) throws IOException;
    }

    private InputStream send(
            String method, S3Name name, SortedMap<String, String> headers, OnSuccess onSuccess)
            throws IOException {
        S3Access access;
        try {
            access = S3Access.of(environment);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        HttpResponse<InputStream> response = exchange(access, method, name, headers);
        int status = response.statusCode();
        if (status == 200 || status == 206) {
            try {
                onSuccess.take(name, response);
            } catch (IOException e) {
                response.body().close();
                throw e;
            }
            return response.body();
        }
        try (InputStream body = response.body()) {
            String text = new String(body.readNBytes(ERROR_BYTES_MAX), StandardCharsets.UTF_8);
            Matcher code = CODE.matcher(text);
            throw fault(name, access, status, code.find() ? code.group(1) : "");
        }
    }

    private HttpResponse<InputStream> exchange(
            S3Access access, String method, S3Name name, SortedMap<String, String> headers)
            throws IOException {
        String path = Signature.encode("/" + name.bucket() + "/" + name.key());
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(access.endpoint() + path))
                        .timeout(ANSWER_MAX)
                        .method(method, HttpRequest.BodyPublishers.noBody());
        Signature.sign(access, method, path, headers, Instant.now()).forEach(request::header);
        try {
            return client().send(request.build(), BodyHandlers.ofInputStream());
        } catch (IOException e) {
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new S3UnreachableException(
                    "%s: cannot reach %s: %s".formatted(name, access.endpoint(), why), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(e);
        }
    }

    private synchronized HttpClient client() {
        HttpClient present =
                client.orElseGet(() ->
                        HttpClient.newBuilder()
                                .version(HttpClient.Version.HTTP_1_1)
                                .connectTimeout(CONNECT_MAX)
                                .build());
        client = Optional.of(present);
        return present;
    }

    private static IOException fault(S3Name name, S3Access access, int status, String code) {
        String said = code.isEmpty() ? "HTTP " + status : code;
        boolean isElsewhere =
                status == 301 || status == 307 || code.equals("AuthorizationHeaderMalformed");
        if (isElsewhere) {
            return new IOException(
                    "%s: is not in region %s (%s): set AWS_REGION"
                            .formatted(name, access.region(), said));
        }
        return switch (status) {
            case 404 ->
                    new IOException(
                            code.equals("NoSuchBucket")
                                    ? "%s: no such bucket at %s".formatted(name, access.endpoint())
                                    : name + ": no such object");
            case 401, 403 ->
                    new IOException(
                            "%s: refused (%s): may the key %s read it, and is its secret right?"
                                    .formatted(name, said, access.keyId()));
            case 412 -> new IOException(changed(name));
            case 429, 500, 502, 503, 504 ->
                    new S3UnreachableException(
                            "%s: %s is in trouble (%s)".formatted(name, access.endpoint(), said));
            default ->
                    new IOException(
                            "%s: %s does not give it (%s)"
                                    .formatted(name, access.endpoint(), said));
        };
    }

    private static String changed(S3Name name) {
        return name + ": was replaced while it was read";
    }
}
