package dev.atoll.cli.terminal;

/**
 * How far some work has come.
 *
 * @param total how many tasks there are
 * @param succeeded how many have succeeded
 * @param running how many run
 * @param failed how many have failed for good
 * @param cancelled how many will not run
 */
public record Progress(long total, long succeeded, long running, long failed, long cancelled) {
    /** How many have ended, whichever way. */
    public long ended() {
        return succeeded + failed + cancelled;
    }
}
