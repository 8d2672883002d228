package dev.atoll.master.loop;

import org.jspecify.annotations.Nullable;

/** The right to act as the master. Safe for use by several threads; does not block. */
public interface Mandate {
    /**
     * Whether this master may still act: its lease was kept alive recently enough. Once it does not
     * hold, it never holds again.
     */
    boolean holds();

    /**
     * Gives the right up, for good. Only the first call counts.
     *
     * @param reason one sentence for people
     * @param cause what was thrown, if anything was
     */
    void forfeit(String reason, @Nullable Throwable cause);
}
