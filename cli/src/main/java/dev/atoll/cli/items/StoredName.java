package dev.atoll.cli.items;

/** The name of a file in the cluster, as a user writes it: NAME, or atoll://NAME. */
public final class StoredName {
    private static final String SCHEME = "atoll://";

    private StoredName() {}

    /** Whether a word can only mean a file in the cluster. */
    public static boolean isOne(String word) {
        return word.startsWith(SCHEME);
    }

    /** The name itself. */
    public static String of(String word) {
        return isOne(word) ? word.substring(SCHEME.length()) : word;
    }
}
