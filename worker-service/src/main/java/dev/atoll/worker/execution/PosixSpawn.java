package dev.atoll.worker.execution;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** posix_spawn of the GNU C library: a new session, clean signals, and three descriptors only. */
final class PosixSpawn {
    /** The largest of the opaque structures, generously. */
    private static final int OPAQUE_BYTES = 1_024;

    private static final int SIGNAL_SET_BYTES = 128;
    private static final short SET_SIGNAL_DEFAULTS = 0x04;
    private static final short SET_SIGNAL_MASK = 0x08;
    private static final short SET_SESSION = 0x80;
    private static final int O_RDONLY = 0;
    private static final int DESCRIPTORS_KEPT = 3;
    private static final Path NULL_DEVICE = Path.of("/dev/null");

    private static final MethodHandle SPAWN =
            Libc.function(
                    "posix_spawn", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle ATTRIBUTES_INIT = attribute("init");
    private static final MethodHandle ATTRIBUTES_SET_MASK = attribute("setsigmask", ADDRESS);
    private static final MethodHandle ATTRIBUTES_SET_DEFAULTS = attribute("setsigdefault", ADDRESS);
    private static final MethodHandle ATTRIBUTES_SET_FLAGS = attribute("setflags", JAVA_SHORT);
    private static final MethodHandle ACTIONS_INIT = action("init");
    private static final MethodHandle ACTIONS_DESTROY = action("destroy");
    private static final MethodHandle ADD_DUP2 = action("adddup2", JAVA_INT, JAVA_INT);
    private static final MethodHandle ADD_OPEN =
            action("addopen", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle ADD_CHDIR = action("addchdir_np", ADDRESS);
    private static final MethodHandle ADD_CLOSE_FROM = action("addclosefrom_np", JAVA_INT);

    private final MemorySegment attributes;

    /**
     * What becomes the standard descriptors of the child.
     *
     * @param input the file that is opened as standard input, unless {@code inputDescriptor} is set
     * @param inputDescriptor becomes standard input, unless it is -1
     */
    record Descriptors(Path input, int inputDescriptor, int output, int error) {
        static Descriptors withoutInput(int output, int error) {
            return new Descriptors(NULL_DEVICE, -1, output, error);
        }

        static Descriptors withInput(int input, int output, int error) {
            return new Descriptors(NULL_DEVICE, input, output, error);
        }
    }

    /** The answer of a spawn: a process id, or the error that kept it from running. */
    record Answer(int error, long pid) {}

    /**
     * @param arena lives as long as this object is used
     */
    PosixSpawn(Arena arena) {
        // The JVM and whoever launched it block and ignore signals; tasks must not inherit that.
        MemorySegment noSignals = arena.allocate(SIGNAL_SET_BYTES);
        MemorySegment allSignals = arena.allocate(SIGNAL_SET_BYTES).fill((byte) -1);
        short flags = SET_SIGNAL_DEFAULTS | SET_SIGNAL_MASK | SET_SESSION;
        attributes = arena.allocate(OPAQUE_BYTES, Long.BYTES);
        succeed(Libc.invoke(() -> (int) ATTRIBUTES_INIT.invokeExact(attributes)));
        succeed(Libc.invoke(() -> (int) ATTRIBUTES_SET_MASK.invokeExact(attributes, noSignals)));
        succeed(
                Libc.invoke(
                        () -> (int) ATTRIBUTES_SET_DEFAULTS.invokeExact(attributes, allSignals)));
        succeed(Libc.invoke(() -> (int) ATTRIBUTES_SET_FLAGS.invokeExact(attributes, flags)));
    }

    /** Starts a program and waits until it runs, or cannot. */
    Answer spawn(
            String program,
            List<String> command,
            Map<String, String> environment,
            Path workingDirectory,
            Descriptors descriptors) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment actions = arena.allocate(OPAQUE_BYTES, Long.BYTES);
            succeed(Libc.invoke(() -> (int) ACTIONS_INIT.invokeExact(actions)));
            try {
                addActions(actions, workingDirectory, descriptors, arena);
                MemorySegment pid = arena.allocate(JAVA_INT);
                MemorySegment path = arena.allocateFrom(program);
                MemorySegment argv = strings(command, arena);
                MemorySegment envp = strings(entries(environment), arena);
                int error =
                        Libc.invoke(() ->
                                (int)
                                        SPAWN.invokeExact(
                                                pid, path, actions, attributes, argv, envp));
                return new Answer(error, pid.get(JAVA_INT, 0));
            } finally {
                succeed(Libc.invoke(() -> (int) ACTIONS_DESTROY.invokeExact(actions)));
            }
        }
    }

    private static void addActions(
            MemorySegment actions, Path workingDirectory, Descriptors descriptors, Arena arena) {
        if (descriptors.inputDescriptor() >= 0) {
            addDup2(actions, descriptors.inputDescriptor(), 0);
        } else {
            MemorySegment input = arena.allocateFrom(descriptors.input().toString());
            succeed(Libc.invoke(() -> (int) ADD_OPEN.invokeExact(actions, 0, input, O_RDONLY, 0)));
        }
        addDup2(actions, descriptors.output(), 1);
        addDup2(actions, descriptors.error(), 2);
        succeed(Libc.invoke(() -> (int) ADD_CLOSE_FROM.invokeExact(actions, DESCRIPTORS_KEPT)));
        MemorySegment directory = arena.allocateFrom(workingDirectory.toString());
        succeed(Libc.invoke(() -> (int) ADD_CHDIR.invokeExact(actions, directory)));
    }

    private static void addDup2(MemorySegment actions, int from, int to) {
        succeed(Libc.invoke(() -> (int) ADD_DUP2.invokeExact(actions, from, to)));
    }

    private static MemorySegment strings(List<String> strings, Arena arena) {
        MemorySegment array = arena.allocate(ADDRESS, strings.size() + 1L);
        for (int i = 0; i < strings.size(); i++) {
            array.setAtIndex(ADDRESS, i, arena.allocateFrom(strings.get(i)));
        }
        array.setAtIndex(ADDRESS, strings.size(), MemorySegment.NULL);
        return array;
    }

    private static List<String> entries(Map<String, String> environment) {
        return environment.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
    }

    private static MethodHandle attribute(String name, MemoryLayout... arguments) {
        return Libc.function("posix_spawnattr_" + name, JAVA_INT, behindObject(arguments));
    }

    private static MethodHandle action(String name, MemoryLayout... arguments) {
        return Libc.function("posix_spawn_file_actions_" + name, JAVA_INT, behindObject(arguments));
    }

    private static MemoryLayout[] behindObject(MemoryLayout... arguments) {
        MemoryLayout[] all = new MemoryLayout[arguments.length + 1];
        all[0] = ADDRESS;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return all;
    }

    /** Building the lists fails for want of memory only. */
    private static void succeed(int error) {
        if (error != 0) {
            throw new OutOfMemoryError("posix_spawn's lists: error " + error);
        }
    }
}
