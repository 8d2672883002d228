package dev.atoll.client;

/** Whose jobs this client submits: the user of the operating system. */
final class User {
    private static final int LENGTH_MAX = 63;
    private static final String ANONYMOUS = "anonymous";

    private User() {}

    static String name() {
        return allowed(System.getProperty("user.name", ""));
    }

    /** The name in letters that the cluster allows. */
    static String allowed(String name) {
        String kept = name.replaceAll("[^A-Za-z0-9._@-]", "_");
        kept = kept.length() <= LENGTH_MAX ? kept : kept.substring(0, LENGTH_MAX);
        return kept.isEmpty() || kept.equals("?") ? ANONYMOUS : kept;
    }
}
