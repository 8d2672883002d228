package dev.atoll.cli.jobfile;

import dev.atoll.runtime.config.Spelling;

import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A mapping of a file with keys that are known. What cannot be read is noted and left out. */
final class Section {
    private final Node node;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Faults faults;
    private boolean understood = true;

    /** Reads a text, or throws IllegalArgumentException with what is allowed. */
    interface Parser<T> {
        /** Reads it. */
        T parse(String text);
    }

    /**
     * @param node the mapping
     * @param known its keys
     */
    Section(Node node, List<String> known, Faults faults) {
        this.node = node;
        this.faults = faults;
        if (!(node instanceof MappingNode mapping)) {
            faults.add(node, "expected keys and values: " + String.join(", ", known));
            understood = false;
            return;
        }
        for (NodeTuple tuple : mapping.getValue()) {
            String key = text(tuple.getKeyNode()).orElse("");
            if (!known.contains(key)) {
                faults.add(tuple.getKeyNode(), unknown(key, known));
                understood = false;
            } else if (values.putIfAbsent(key, tuple.getValueNode()) != null) {
                faults.add(tuple.getKeyNode(), key + " is given twice");
            }
        }
    }

    /** The mapping itself, for faults that are no single key's. */
    Node node() {
        return node;
    }

    /** Notes that something is missing, unless it may stand behind a key that is misspelt. */
    void missing(String message) {
        if (understood) {
            faults.add(node, message);
        }
    }

    /** The value of a key. */
    Optional<Node> value(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** A text. */
    Optional<String> text(String key) {
        return read(key, text -> text);
    }

    /** A text that must be of a form. */
    <T> Optional<T> read(String key, Parser<T> parser) {
        return value(key).flatMap(value -> read(key, value, parser));
    }

    /** A list of texts; a single text is a list of one. Empty if the key is not there. */
    List<String> texts(String key) {
        return readAll(key, text -> text);
    }

    /** A list of texts that must be of a form; a single text is a list of one. */
    <T> List<T> readAll(String key, Parser<T> parser) {
        Optional<Node> value = value(key);
        if (value.isEmpty()) {
            return List.of();
        }
        if (!(value.get() instanceof SequenceNode sequence)) {
            return read(key, parser).map(List::of).orElse(List.of());
        }
        List<T> texts = new ArrayList<>();
        for (Node element : sequence.getValue()) {
            read(key, element, parser).ifPresent(texts::add);
        }
        if (sequence.getValue().isEmpty()) {
            faults.add(sequence, key + " is an empty list");
        }
        return texts;
    }

    /** Whether there are several values, or may be. */
    boolean isList(String key) {
        return value(key).filter(SequenceNode.class::isInstance).isPresent();
    }

    /** Texts by name. */
    SortedMap<String, String> textsByName(String key) {
        SortedMap<String, String> texts = new TreeMap<>();
        Optional<Node> value = value(key);
        if (value.isPresent() && value.get() instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                Optional<String> name = read(key, tuple.getKeyNode(), text -> text);
                Optional<String> text = read(key, tuple.getValueNode(), word -> word);
                if (name.isPresent() && text.isPresent()) {
                    texts.put(name.get(), text.get());
                }
            }
        } else if (value.isPresent()) {
            faults.add(value.get(), key + " must be names and values");
        }
        return texts;
    }

    private <T> Optional<T> read(String key, Node value, Parser<T> parser) {
        Optional<String> text = text(value);
        if (text.isEmpty()) {
            faults.add(value, key + " must be a single value");
            return Optional.empty();
        }
        try {
            return Optional.of(parser.parse(text.get()));
        } catch (IllegalArgumentException e) {
            faults.add(value, "%s: '%s' is not %s".formatted(key, text.get(), e.getMessage()));
            return Optional.empty();
        }
    }

    private static Optional<String> text(Node node) {
        return node instanceof ScalarNode scalar
                ? Optional.of(scalar.getValue())
                : Optional.empty();
    }

    private static String unknown(String key, List<String> known) {
        return "unknown key '%s'%s"
                .formatted(
                        key,
                        Spelling.nearest(key, known)
                                .map(nearest -> "; did you mean " + nearest + "?")
                                .orElse("; known are: " + String.join(", ", known)));
    }
}
