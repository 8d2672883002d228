package dev.atoll.cli.shell;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Consumer;

/** Signals that the JVM hands over. */
final class JvmSignals {
    /* sun.misc.Signal is supported (module jdk.unsupported) and has no successor, but the compiler
     * warns of it in a way that no annotation silences; hence the calls by name. */
    private static final String SIGNAL = "sun.misc.Signal";
    private static final String HANDLER = "sun.misc.SignalHandler";

    private JvmSignals() {}

    static void listen(List<Signal> signals, Consumer<Signal> listener) {
        try {
            Class<?> signalClass = Class.forName(SIGNAL);
            Class<?> handlerClass = Class.forName(HANDLER);
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            var construct =
                    lookup.findConstructor(
                            signalClass, MethodType.methodType(void.class, String.class));
            var handle =
                    lookup.findStatic(
                            signalClass,
                            "handle",
                            MethodType.methodType(handlerClass, signalClass, handlerClass));
            for (Signal signal : signals) {
                Object handler =
                        Proxy.newProxyInstance(
                                JvmSignals.class.getClassLoader(),
                                new Class<?>[] {handlerClass},
                                (_, _, _) -> {
                                    listener.accept(signal);
                                    return null;
                                });
                Object _ =
                        handle.invoke(construct.invoke(signal.name()), handlerClass.cast(handler));
            }
        } catch (IllegalArgumentException e) {
            // Started with -Xrs: then signals do what they do to every program.
            return;
        } catch (Throwable e) {
            throw new IllegalStateException("the JVM does not hand over signals", e);
        }
    }
}
