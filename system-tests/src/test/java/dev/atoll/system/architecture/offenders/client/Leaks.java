package dev.atoll.system.architecture.offenders.client;

import com.google.protobuf.Message;

import io.grpc.Status;

import java.util.List;
import java.util.Objects;

/** Shows the wire to the users of the SDK. */
public final class Leaks {
    public static final class Returns {
        public List<Message> messages() {
            return List.of();
        }
    }

    public static final class Takes {
        public Takes(Status status) {
            Objects.requireNonNull(status, "status is null");
        }
    }
}
