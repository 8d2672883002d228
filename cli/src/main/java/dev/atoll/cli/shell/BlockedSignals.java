package dev.atoll.cli.shell;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Signals that were blocked before this process began, read one by one from a signalfd. */
final class BlockedSignals {
    /* A blocked signal is not lost: it waits until somebody reads it. The set of signals is a mask
     * of 1,024 bits for the C library; a signalfd_siginfo has 128 bytes and begins with the number
     * of the signal, in 4 bytes. The threads of the JVM inherited the mask (-Xrs keeps the JVM from
     * changing it), so no thread takes the signal before the signalfd does. */
    private static final int MASK_BYTES = 128;
    private static final int SIGINFO_BYTES = 128;
    private static final int CLOSE_ON_EXEC = 0x80000;

    private BlockedSignals() {}

    static void listen(List<Signal> signals, Consumer<Signal> listener) {
        Thread reader = new Thread(() -> read(signals, listener), "atoll-signals");
        reader.setDaemon(true);
        reader.start();
    }

    private record Functions(MethodHandle signalfd, MethodHandle read) {}

    /** Finds the functions of the C library. */
    @SuppressWarnings("restricted") // The jar's manifest asks for native access.
    private static Functions functions() {
        Linker linker = Linker.nativeLinker();
        return new Functions(
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("signalfd"),
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT)),
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("read"),
                        FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG)));
    }

    /** Links the functions and nothing more. */
    static void link() {
        Functions _ = functions();
    }

    private static void read(List<Signal> signals, Consumer<Signal> listener) {
        Functions functions = functions();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
            long bits = 0;
            for (Signal signal : signals) {
                bits |= 1L << (signal.number() - 1);
            }
            mask.set(JAVA_LONG, 0, bits);
            MethodHandle signalfd = functions.signalfd();
            int descriptor = (int) signalfd.invokeExact(-1, mask, CLOSE_ON_EXEC);
            MemorySegment info = arena.allocate(SIGINFO_BYTES, Long.BYTES);
            MethodHandle read = functions.read();
            while ((long) read.invokeExact(descriptor, info, (long) SIGINFO_BYTES)
                    == SIGINFO_BYTES) {
                int number = info.get(JAVA_INT, 0);
                Arrays.stream(Signal.values())
                        .filter(signal -> signal.number() == number)
                        .findFirst()
                        .ifPresent(listener);
            }
        } catch (Throwable e) {
            throw new IllegalStateException("the blocked signals cannot be read", e);
        }
    }
}
