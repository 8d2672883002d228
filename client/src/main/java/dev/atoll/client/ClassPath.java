package dev.atoll.client;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipException;

/**
 * The classes that functions need: files to be sent, and how a JVM in their directory is told of
 * them.
 *
 * @param files the jars and the directories
 * @param option what follows "-cp"
 */
record ClassPath(FileTree files, String option) {
    private static final String DIRECTORY = "cp/";

    /**
     * The class path of this program.
     *
     * @throws IllegalStateException if it has none
     */
    static List<Path> own() {
        List<Path> paths = new ArrayList<>();
        String property = System.getProperty("java.class.path", "");
        if (property.isEmpty()) {
            throw new IllegalStateException(
                    "this program has no class path, perhaps a module path: name what is to be sent"
                            + " with FunctionOptions.classPath");
        }
        for (String element : property.split(File.pathSeparator, -1)) {
            paths.add(Path.of(element.isEmpty() ? "." : element));
        }
        return paths;
    }

    /**
     * Looks at what there is; what is not there is left out, as a JVM does.
     *
     * @throws IOException if something cannot be read
     */
    static ClassPath of(List<Path> paths) throws IOException {
        FileTree.Builder files = FileTree.builder();
        List<String> names = new ArrayList<>();
        for (Path path : withManifests(paths)) {
            // The number keeps those of the same name apart, and the order is the class path's own.
            String name = DIRECTORY + names.size() + "-" + path.getFileName();
            files.add(path, name, FileTree.Filter.ALL);
            names.add(name);
        }
        return new ClassPath(files.build(), String.join(":", names));
    }

    private static Set<Path> withManifests(List<Path> paths) throws IOException {
        Set<Path> all = new LinkedHashSet<>();
        for (Path path : paths) {
            addAll(path.toAbsolutePath().normalize(), all);
        }
        return all;
    }

    /* A jar may name others in its manifest, as tools do whose class paths are too long. */
    private static void addAll(Path path, Set<Path> all) throws IOException {
        if (!Files.exists(path) || !all.add(path) || Files.isDirectory(path)) {
            return;
        }
        try (JarFile jar = new JarFile(path.toFile())) {
            Manifest manifest = jar.getManifest();
            String others =
                    manifest == null
                            ? null
                            : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            if (others != null) {
                for (String other : others.strip().split("\\s+", -1)) {
                    addOther(path, other, all);
                }
            }
        } catch (ZipException _) {
            // A JVM takes no offence at what is no jar, and finds nothing in it.
        }
    }

    private static void addOther(Path jar, String name, Set<Path> all) throws IOException {
        try {
            URI uri = jar.toUri().resolve(name);
            if ("file".equals(uri.getScheme())) {
                addAll(Path.of(uri).normalize(), all);
            }
        } catch (IllegalArgumentException _) {
            // No name of a file.
        }
    }
}
