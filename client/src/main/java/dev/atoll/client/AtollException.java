package dev.atoll.client;

/** Something asked of the cluster did not happen. The message is a sentence for people. */
public abstract sealed class AtollException extends RuntimeException
        permits ClusterFaultException,
                ClusterUnavailableException,
                InvalidRequestException,
                NotFoundException,
                NotPermittedException,
                OutputLostException,
                RefusedException {
    private static final long serialVersionUID = 1L;

    AtollException(String message, Throwable cause) {
        super(message, cause);
    }
}
