package dev.atoll.worker.copy;

import java.io.IOException;

/** This disk has no room for copies, or only what the tasks here need. */
final class NoRoomException extends IOException {
    NoRoomException(String message) {
        super(message);
    }
}
