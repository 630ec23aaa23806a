package io.cpubaseline.operator.kube;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Context;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a kubeconfig that names an address and fixed credentials, as most do, and says what the client would (fabric8 7.9.0, {@code KubeConfigUtils}): the client
 * needs 0.2 s for it, since it first learns to read every kind of object. Whatever is not plain is left to the client, with its words where
 * it is wrong.
 */
final class PlainKubeconfig {

    /** YAML that can mean more than it says: anchors, aliases, tags, merges, several documents. */
    private static final Pattern NOT_PLAIN = Pattern.compile("[&*!]|<<|^(---|\\.\\.\\.)", Pattern.MULTILINE);

    private static final String TOKEN_FILE = "tokenFile";
    private static final String AS = "as";
    private static final String AS_GROUPS = "as-groups";
    private static final Set<String> OF_CONTEXT = Set.of("cluster", "user", "namespace");
    private static final Set<String> OF_CLUSTER =
            Set.of("server", "certificate-authority", "certificate-authority-data", "insecure-skip-tls-verify");
    private static final Set<String> OF_USER = Set.of(
            "token",
            "client-certificate",
            "client-certificate-data",
            "client-key",
            "client-key-data",
            "username",
            "password",
            TOKEN_FILE,
            AS,
            AS_GROUPS);
    private static final String INSECURE = "insecure-skip-tls-verify";

    /** Under these names the client remembers where it has read something, to read it again when credentials are refused. */
    private static final List<String> FILE_OF = List.of(
            "KUBERNETES_CONFIG_CONTEXT_FILE_KEY",
            "KUBERNETES_CONFIG_CLUSTER_FILE_KEY",
            "KUBERNETES_CONFIG_AUTH_INFO_FILE_KEY");

    private final File file;
    private final JsonNode tree;

    /** Something that only the client understands. */
    private static final class NotPlain extends IOException {

        private static final long serialVersionUID = 1;
    }

    private PlainKubeconfig(File file, JsonNode tree) {
        this.file = file;
        this.tree = tree;
    }

    /**
     * The settings of a file.
     *
     * @param wanted the context; null: the current one
     * @return nothing if the file is not plain, can't be read, or has no such context
     * @throws Kubeconfig.Unusable if it names a file with a token that can't be read, or acts as somebody else in a way that the client would miss
     */
    static Optional<Config> read(Path file, @Nullable String wanted) throws Kubeconfig.Unusable {
        try {
            String text = Files.readString(file);
            if (NOT_PLAIN.matcher(text).find()) {
                return Optional.empty();
            }
            JsonNode tree = YAMLMapper.builder()
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .build()
                    .readTree(text);
            return new PlainKubeconfig(file.toFile(), tree).config(wanted);
        } catch (Kubeconfig.Unusable e) {
            throw e;
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Optional<Config> config(@Nullable String wanted) throws IOException {
        Map<String, JsonNode> contexts = named("contexts", "context");
        String name = wanted == null ? tree.path("current-context").asText() : wanted;
        JsonNode context = contexts.get(name);
        if (context == null || !isPlain(context, OF_CONTEXT)) {
            return Optional.empty();
        }
        JsonNode cluster =
                named("clusters", "cluster").get(context.path("cluster").asText());
        JsonNode user = named("users", "user").get(context.path("user").asText());
        if (user != null && user.has(AS) && !isPlain(user, OF_USER)) {
            // The client would ask as who they are, with other rights.
            throw new Kubeconfig.Unusable(
                    "the kubeconfig's user %s acts as another one (as) in a way that is not known here: beside as and as-groups, it may have a token, tokenFile, certificates or a password"
                            .formatted(context.path("user").asText()));
        }
        if (cluster == null
                || user == null
                || !isPlain(cluster, OF_CLUSTER)
                || !isPlain(user, OF_USER)
                || !cluster.has("server")) {
            return Optional.empty();
        }
        Config config = Config.empty();
        List<NamedContext> known = new ArrayList<>();
        contexts.forEach((each, its) -> known.add(context(each, its)));
        config.setContexts(known);
        NamedContext chosen = context(name, context);
        FILE_OF.forEach(key -> chosen.setAdditionalProperty(key, file));
        config.setCurrentContext(chosen);
        config.setNamespace(text(context, "namespace"));
        config.setMasterUrl(text(cluster, "server"));
        config.setTrustCerts(cluster.path(INSECURE).asBoolean());
        config.setDisableHostnameVerification(cluster.path(INSECURE).asBoolean());
        config.setCaCertFile(path(cluster, "certificate-authority"));
        config.setCaCertData(text(cluster, "certificate-authority-data"));
        config.setClientCertFile(path(user, "client-certificate"));
        config.setClientCertData(text(user, "client-certificate-data"));
        config.setClientKeyFile(path(user, "client-key"));
        config.setClientKeyData(text(user, "client-key-data"));
        config.setClientKeyAlgo(Config.getKeyAlgorithm(config.getClientKeyFile(), config.getClientKeyData()));
        config.setAutoOAuthToken(text(user, "token"));
        config.setUsername(text(user, "username"));
        config.setPassword(text(user, "password"));
        // kubectl knows these two as well; the client doesn't (fabric8 7.9.0).
        if (user.has(TOKEN_FILE)) {
            config.setOauthTokenProvider(token(Path.of(Objects.requireNonNull(path(user, TOKEN_FILE)))));
        }
        if (user.has(AS)) {
            config.setImpersonateUsername(text(user, AS));
            config.setImpersonateGroups(words(user.path(AS_GROUPS)));
        }
        return Optional.of(config);
    }

    private static FileToken token(Path file) throws Kubeconfig.Unusable {
        try {
            return FileToken.of(file);
        } catch (IOException e) {
            throw new Kubeconfig.Unusable(
                    "the kubeconfig's tokenFile can't be read: %s".formatted(Kubeconfig.why(e)), e);
        }
    }

    /** What a list has by name; of two with a name the later counts, and one without content counts for nothing. */
    private Map<String, JsonNode> named(String list, String content) throws NotPlain {
        Map<String, JsonNode> byName = new LinkedHashMap<>();
        for (JsonNode item : tree.path(list)) {
            if (!item.path("name").isTextual()) {
                throw new NotPlain();
            }
            if (item.path(content).isObject()) {
                byName.put(item.path("name").asText(), item.path(content));
            }
        }
        return byName;
    }

    private static NamedContext context(String name, JsonNode content) {
        Context context = new Context();
        context.setCluster(text(content, "cluster"));
        context.setUser(text(content, "user"));
        context.setNamespace(text(content, "namespace"));
        NamedContext named = new NamedContext();
        named.setName(name);
        named.setContext(context);
        return named;
    }

    /** Whether it has nothing but these fields, each of its kind and with something in it. */
    private static boolean isPlain(JsonNode object, Set<String> fields) {
        return object.properties().stream()
                .allMatch(field -> fields.contains(field.getKey())
                        && switch (field.getKey()) {
                            case INSECURE -> field.getValue().isBoolean();
                            case AS_GROUPS -> field.getValue().isArray() && isText(field.getValue());
                            default -> !field.getValue().isArray() && isText(field.getValue());
                        });
    }

    private static boolean isText(JsonNode value) {
        if (value.isArray()) {
            for (JsonNode element : value) {
                if (!element.isTextual()) {
                    return false;
                }
            }
            return true;
        }
        return value.isTextual() && !value.asText().isEmpty();
    }

    private static String[] words(JsonNode list) {
        List<String> words = new ArrayList<>();
        list.forEach(word -> words.add(word.asText()));
        return words.toArray(String[]::new);
    }

    private static @Nullable String text(JsonNode object, String field) {
        return object.has(field) ? object.path(field).asText() : null;
    }

    private @Nullable String path(JsonNode object, String field) {
        String named = text(object, field);
        if (named == null || new File(named).isAbsolute()) {
            return named;
        }
        return new File(file.getParentFile(), named).getAbsolutePath();
    }
}
