package dev.atoll.client;

/** The cluster, or what speaks for it, broke its contract. Worth a report. */
public final class ClusterFaultException extends AtollException {
    private static final long serialVersionUID = 1L;

    ClusterFaultException(String message, Throwable cause) {
        super(message, cause);
    }
}
