package dev.atoll.client;

/** The cluster did not answer in time. Every call may be repeated. */
public final class ClusterUnavailableException extends AtollException {
    private static final long serialVersionUID = 1L;

    private final boolean reached;

    ClusterUnavailableException(String message, boolean reached, Throwable cause) {
        super(message, cause);
        this.reached = reached;
    }

    /** Whether the cluster has answered this client before: it is there, and may come back. */
    public boolean reached() {
        return reached;
    }
}
