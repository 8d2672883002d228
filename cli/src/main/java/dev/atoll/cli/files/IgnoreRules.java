package dev.atoll.cli.files;

import dev.atoll.client.FileTree;

import org.eclipse.jgit.ignore.IgnoreNode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Leaves out what .gitignore and .atollignore files say, as git does: a file counts for its
 * directory and everything below, a later line for more than an earlier one, a deeper file for more
 * than one above it, and .atollignore for more than the .gitignore beside it. What git keeps for
 * itself never travels.
 */
final class IgnoreRules implements FileTree.Filter {
    private static final List<String> FILES = List.of(".atollignore", ".gitignore");
    private static final String REPOSITORY = ".git";

    private final Path root;
    private final Map<String, List<IgnoreNode>> rules = new TreeMap<>();

    /**
     * @param root the directory; files above it do not count
     */
    IgnoreRules(Path root) {
        this.root = root;
    }

    @Override
    public boolean includes(String name, boolean isDirectory) throws IOException {
        if (name.substring(name.lastIndexOf('/') + 1).equals(REPOSITORY)) {
            return false;
        }
        // From the directory that it is in up to the root: the first rule that says something
        // counts.
        int slash = name.lastIndexOf('/');
        while (true) {
            String directory = slash < 0 ? "" : name.substring(0, slash);
            String inDirectory = name.substring(slash + 1);
            for (IgnoreNode node : rules(directory)) {
                switch (node.isIgnored(inDirectory, isDirectory)) {
                    case IGNORED -> {
                        return false;
                    }
                    case NOT_IGNORED -> {
                        return true;
                    }
                    case CHECK_PARENT, CHECK_PARENT_NEGATE_FIRST_MATCH -> {}
                }
            }
            if (slash < 0) {
                return true;
            }
            slash = name.lastIndexOf('/', slash - 1);
        }
    }

    private List<IgnoreNode> rules(String directory) throws IOException {
        List<IgnoreNode> known = rules.get(directory);
        if (known != null) {
            return known;
        }
        List<IgnoreNode> read = new ArrayList<>();
        for (String file : FILES) {
            Path path = root.resolve(directory).resolve(file);
            if (Files.isRegularFile(path)) {
                IgnoreNode node = new IgnoreNode();
                try (InputStream in = Files.newInputStream(path)) {
                    node.parse(in);
                }
                read.add(node);
            }
        }
        rules.put(directory, read);
        return read;
    }
}
