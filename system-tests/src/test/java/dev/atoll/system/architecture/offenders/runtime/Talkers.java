package dev.atoll.system.architecture.offenders.runtime;

/** Prints where a log belongs. */
final class Talkers {
    static final class Prints {
        void say() {
            System.out.println("here");
        }
    }

    static final class Complains {
        void say() {
            System.err.println("here");
        }
    }

    static final class Dumps {
        void say(IllegalStateException failure) {
            failure.printStackTrace();
        }
    }
}
