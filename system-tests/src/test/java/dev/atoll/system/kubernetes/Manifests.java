package dev.atoll.system.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.dataformat.yaml.YAMLMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Kubernetes objects, read strictly.
 *
 * @param objects in the order of the documents
 */
record Manifests(List<HasMetadata> objects) {
    private static final KubernetesSerialization KINDS = new KubernetesSerialization();
    private static final ObjectMapper STRICT =
            YAMLMapper.builder()
                    .annotationIntrospector(new NothingExtra())
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    Manifests {
        objects = List.copyOf(objects);
    }

    /** What `kubectl kustomize` makes of a directory. Needs kubectl: without it, this fails. */
    static String render(Path directory) {
        try {
            Process kubectl =
                    new ProcessBuilder("kubectl", "kustomize", directory.toString())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            String yaml = new String(kubectl.getInputStream().readAllBytes(), UTF_8);
            if (kubectl.waitFor() != 0) {
                throw new AssertionError("kubectl kustomize " + directory + " failed: see above");
            }
            return yaml;
        } catch (IOException e) {
            throw new UncheckedIOException("kubectl must be installed for this test", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Reads every document; a field or a kind that Kubernetes does not have is an exception. */
    static Manifests parse(String yaml) {
        List<HasMetadata> objects = new ArrayList<>();
        try (MappingIterator<JsonNode> documents =
                STRICT.readerFor(JsonNode.class).readValues(yaml)) {
            while (documents.hasNext()) {
                objects.add(read(documents.next()));
            }
        }
        return new Manifests(objects);
    }

    <T extends HasMetadata> Stream<T> all(Class<T> type) {
        return objects.stream().filter(type::isInstance).map(type::cast);
    }

    Stream<Workload> workloads() {
        return objects.stream().flatMap(object -> Workload.of(object).stream());
    }

    private static HasMetadata read(JsonNode document) {
        String version = document.path("apiVersion").asString();
        String kind = document.path("kind").asString();
        Class<? extends KubernetesResource> type =
                KINDS.getRegisteredKubernetesResource(version, kind);
        if (type == null) {
            throw new IllegalArgumentException("no such kind: " + version + " " + kind);
        }
        return (HasMetadata) STRICT.treeToValue(document, type);
    }

    /** Takes away the place where the model keeps fields that it does not know. */
    private static final class NothingExtra extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(MapperConfig<?> config, Annotated annotated) {
            return false;
        }
    }
}
