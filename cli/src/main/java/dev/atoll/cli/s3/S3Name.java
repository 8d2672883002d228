package dev.atoll.cli.s3;

/**
 * The name of an object, as a user writes it: s3://BUCKET/KEY.
 *
 * @param key may contain slashes
 */
record S3Name(String bucket, String key) {
    static final String SCHEME = "s3://";

    /**
     * Reads a name.
     *
     * @throws IllegalArgumentException with what it should be
     */
    static S3Name parse(String word) {
        String rest = word.substring(SCHEME.length());
        int slash = rest.indexOf('/');
        if (slash < 1 || slash == rest.length() - 1) {
            throw new IllegalArgumentException("%s: must be s3://BUCKET/KEY".formatted(word));
        }
        return new S3Name(rest.substring(0, slash), rest.substring(slash + 1));
    }

    @Override
    public String toString() {
        return SCHEME + bucket + "/" + key;
    }
}
