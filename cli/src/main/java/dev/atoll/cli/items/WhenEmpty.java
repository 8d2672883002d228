package dev.atoll.cli.items;

/** What becomes of inputs without a byte. */
public enum WhenEmpty {
    /** They are a mistake of the user's. */
    REFUSED,
    /** They are one block, with nothing in it. */
    ONE_EMPTY_BLOCK
}
