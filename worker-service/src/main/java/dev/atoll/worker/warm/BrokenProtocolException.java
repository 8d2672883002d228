package dev.atoll.worker.warm;

import java.io.IOException;

/** A program does not keep to the contract of warm programs; the message says in what. */
final class BrokenProtocolException extends IOException {
    BrokenProtocolException(String message) {
        super(message);
    }
}
