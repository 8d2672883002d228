package dev.atoll.cli.s3;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where objects are, and with which keys they are read. The secret stays in this process: what
 * leaves it are signatures.
 *
 * @param endpoint without a path: its requests are /BUCKET/KEY
 */
record S3Access(
        URI endpoint,
        String region,
        String keyId,
        String secretKey,
        Optional<String> sessionToken) {
    private static final String REGION_DEFAULT = "us-east-1";

    /**
     * As the variables say that all tools for S3 know.
     *
     * @throws IllegalArgumentException with what is missing or wrong
     */
    static S3Access of(Map<String, String> environment) {
        String region =
                first(environment, List.of("AWS_REGION", "AWS_DEFAULT_REGION"))
                        .orElse(REGION_DEFAULT);
        String endpoint =
                first(environment, List.of("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"))
                        .orElse("https://s3.%s.amazonaws.com".formatted(region));
        Optional<String> keyId = first(environment, List.of("AWS_ACCESS_KEY_ID"));
        Optional<String> secretKey = first(environment, List.of("AWS_SECRET_ACCESS_KEY"));
        if (keyId.isEmpty() || secretKey.isEmpty()) {
            throw new IllegalArgumentException(
                    "to read s3://, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
        }
        return new S3Access(
                endpoint(endpoint),
                region,
                keyId.get(),
                secretKey.get(),
                first(environment, List.of("AWS_SESSION_TOKEN")));
    }

    private static Optional<String> first(Map<String, String> environment, List<String> names) {
        return names.stream()
                .filter(name -> !environment.getOrDefault(name, "").isEmpty())
                .findFirst()
                .map(name -> checked(name, environment.getOrDefault(name, "")));
    }

    /* What is wrong is not repeated: it may be a secret. */
    private static String checked(String name, String value) {
        if (value.chars().allMatch(c -> c > ' ' && c <= '~')) {
            return value;
        }
        throw new IllegalArgumentException(
                name + " must be visible ASCII characters without spaces or line ends");
    }

    private static URI endpoint(String text) {
        String plain = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        try {
            URI uri = URI.create(plain);
            boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (isHttp
                    && uri.getHost() != null
                    && uri.getRawPath().isEmpty()
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && uri.getFragment() == null) {
                return uri;
            }
        } catch (IllegalArgumentException _) {
            // Said below.
        }
        throw new IllegalArgumentException(
                "AWS_ENDPOINT_URL must be http://HOST[:PORT] or https://HOST[:PORT] and nothing"
                        + " more");
    }

    /** What the Host header of requests says. */
    String host() {
        int port = endpoint.getPort();
        boolean isUsual = port < 0 || port == ("https".equals(endpoint.getScheme()) ? 443 : 80);
        return isUsual ? endpoint.getHost() : endpoint.getHost() + ":" + port;
    }

    @Override
    public String toString() {
        return "%s, region %s, key %s".formatted(endpoint, region, keyId);
    }
}
