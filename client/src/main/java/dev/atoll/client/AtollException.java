package dev.atoll.client;

import org.jspecify.annotations.Nullable;

/** Something asked of the cluster did not happen. The message is a sentence for people. */
public abstract sealed class AtollException extends RuntimeException
        permits ClusterFaultException,
                ClusterUnavailableException,
                InputLostException,
                InvalidRequestException,
                NotFoundException,
                NotPermittedException,
                OutputLostException,
                RefusedException {
    private static final long serialVersionUID = 1L;

    AtollException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
