package io.cpubaseline.operator.kube;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.utils.Utils;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads how to reach the API server, and says in words why a kubeconfig can't be used. */
public final class Kubeconfig {

    /** Kubernetes sets it in every container. */
    private static final String IN_A_POD = "KUBERNETES_SERVICE_HOST";

    private Kubeconfig() {}

    /** A kubeconfig that can't be used; the message is for people and names the file, or the context. */
    public static final class Unusable extends IOException {

        private static final long serialVersionUID = 1;

        Unusable(String message) {
            super(message);
        }

        Unusable(String message, Throwable cause) {
            super(message, cause);
        }

        @Override
        public String getMessage() {
            return Objects.requireNonNull(super.getMessage());
        }
    }

    /**
     * The settings of a file, or those that kubectl would take.
     *
     * @param file null: {@code $KUBECONFIG}, {@code ~/.kube/config} or a pod's service account
     * @param context null: the current one
     * @throws Unusable if the file can't be read, is no kubeconfig, or has no such context
     */
    public static Config read(@Nullable Path file, @Nullable String context) throws Unusable {
        Config config = file == null ? ofEnvironment(context) : ofFile(file, context);
        if (context != null && config.getContexts().stream().noneMatch(known -> context.equals(known.getName()))) {
            throw new Unusable("--context: the kubeconfig has none of the name " + context);
        }
        if (file != null && config.getCurrentContext() == null) {
            throw new Unusable("--kubeconfig: %s names no cluster: it has no current context, or none of that name"
                    .formatted(file));
        }
        return config;
    }

    private static Config ofEnvironment(@Nullable String context) throws Unusable {
        Config config;
        try {
            Optional<Config> plain = plain(null, context);
            config = plain.isPresent() ? plain.get() : Config.autoConfigure(context);
        } catch (RuntimeException e) {
            throw new Unusable("the kubeconfig (KUBECONFIG or ~/.kube/config) can't be used: " + why(e), e);
        }
        // Where nothing names a cluster the client takes the address that only pods can resolve.
        if (config.getCurrentContext() == null
                && config.getMasterUrl().startsWith(Config.DEFAULT_MASTER_URL)
                && System.getenv(IN_A_POD) == null) {
            throw new Unusable(
                    "no cluster is known: neither KUBECONFIG nor ~/.kube/config names one; --kubeconfig does");
        }
        return config;
    }

    /**
     * What the client would make of a kubeconfig that is a plain one; nothing where it isn't, or can't be used.
     *
     * @param file null: that of the environment, with the variables and properties that may change it
     * @param context null: the current one
     * @throws Unusable if it names a file with a token that can't be read
     */
    static Optional<Config> plain(@Nullable Path file, @Nullable String context) throws Unusable {
        if (file != null) {
            return PlainKubeconfig.read(file, context);
        }
        Collection<String> files = Config.getKubeconfigFilenames();
        if (files.size() != 1
                || !Utils.getSystemPropertyOrEnvVar(Config.KUBERNETES_AUTH_TRYKUBECONFIG_SYSTEM_PROPERTY, true)) {
            return Optional.empty();
        }
        Optional<Config> plain = PlainKubeconfig.read(Path.of(files.iterator().next()), context);
        plain.ifPresent(config -> {
            Config.configFromSysPropsOrEnvVars(config);
            config.setAutoConfigure(true);
        });
        return plain;
    }

    private static Config ofFile(Path file, @Nullable String context) throws Unusable {
        if (Files.isDirectory(file)) {
            throw new Unusable("--kubeconfig: %s is a directory".formatted(file));
        }
        if (!Files.isReadable(file)) {
            throw new Unusable("--kubeconfig: %s can't be read".formatted(file));
        }
        if (text(file).isBlank()) {
            throw new Unusable("--kubeconfig: %s is empty".formatted(file));
        }
        try {
            return plain(file, context).orElseGet(() -> Config.fromKubeconfig(context, file.toFile()));
        } catch (RuntimeException e) {
            throw new Unusable("--kubeconfig: %s is no kubeconfig: %s".formatted(file, why(e)), e);
        }
    }

    private static String text(Path file) throws Unusable {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new Unusable("--kubeconfig: %s is no text".formatted(file), e);
        } catch (IOException e) {
            throw new Unusable("--kubeconfig: %s can't be read: %s".formatted(file, why(e)), e);
        }
    }

    /** What is wrong with settings, in one line: the innermost reason, since what the client says around it tells nothing. */
    public static String why(Throwable failure) {
        Throwable telling = failure;
        while (telling.getCause() != null) {
            telling = telling.getCause();
        }
        String text = telling instanceof NoSuchFileException missing
                ? missing.getFile() + " (No such file or directory)"
                : ApiServer.reason(telling);
        return text.lines().map(String::strip).findFirst().orElse(text);
    }
}
