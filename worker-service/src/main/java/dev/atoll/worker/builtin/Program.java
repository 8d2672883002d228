package dev.atoll.worker.builtin;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A program that takes its standard input piece by piece. One thread at a time. */
interface Program {
    /** Takes the next bytes of standard input. */
    void accept(ByteBuffer bytes) throws IOException;

    /** Standard input has ended. */
    void end() throws IOException;
}
