package dev.atoll.system.architecture.offenders.worker.session;

import java.io.IOException;
import java.lang.foreign.Linker;

/** Processes and native calls outside of their room. */
final class Starters {
    static final class Builds {
        ProcessBuilder builder = new ProcessBuilder("true");
    }

    static final class Executes {
        void start(Runtime runtime) throws IOException {
            runtime.exec(new String[] {"true"});
        }
    }

    static final class GoesNative {
        Linker linker = Linker.nativeLinker();
    }
}
