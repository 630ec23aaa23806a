package io.cpubaseline.manifest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One file, most often of manifests in YAML or JSON, or standard input. */
public final class ManifestFile {

    /** As with YAML, a key that occurs twice is a mistake, and messages don't quote the content. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    /** Endings of names that say nothing of what a file describes. */
    private static final Set<String> ENDINGS =
            Set.of("txt", "json", "xml", "yaml", "yml", "log", "out", "lscpu", "cpuinfo", "qmp");

    private static final YAMLFactory YAML = YamlTokens.factory();

    private enum Format {
        YAML,
        JSON,
        /** By the first character: JSON's objects begin with a brace, which few people begin YAML with. */
        UNKNOWN
    }

    @FunctionalInterface
    private interface Content {
        InputStream open() throws IOException;
    }

    private final String name;
    private final Format format;
    private final Content content;
    private final Why why;

    /** Why a file is read. */
    private enum Why {
        /** The user has named it. */
        NAMED,
        /** It is in a directory that the user has named, and has the name of a manifest. */
        FOUND,
        /** It is there, too. */
        BESIDE
    }

    private ManifestFile(String name, Format format, Content content) {
        this(name, format, content, Why.NAMED);
    }

    private ManifestFile(String name, Format format, Content content, Why why) {
        this.why = why;
        this.name = name;
        this.format = format;
        this.content = content;
    }

    /** A file of the file system; its name tells the format, else its content does. */
    static ManifestFile of(Path path) {
        return new ManifestFile(path.toString(), format(path), () -> Files.newInputStream(path));
    }

    /** A file by the name of a manifest that was found in a directory. */
    static ManifestFile found(Path path) {
        return new ManifestFile(path.toString(), format(path), () -> Files.newInputStream(path), Why.FOUND);
    }

    /** A file that is there beside others in a directory, by a name that no manifest has. */
    static ManifestFile unnamed(Path path) {
        return new ManifestFile(path.toString(), Format.UNKNOWN, () -> Files.newInputStream(path), Why.BESIDE);
    }

    /** What is piped into the program, which can be read once. */
    static ManifestFile standardInput(InputStream stream) {
        return new ManifestFile("standard input", Format.UNKNOWN, () -> stream);
    }

    /** A file that ships with the program. */
    public static ManifestFile resource(String name, InputStream stream) {
        return new ManifestFile(name, format(Path.of(name)), () -> stream);
    }

    /**
     * JSON that is no file, which can be read once.
     *
     * @param name what it is called in messages
     */
    public static ManifestFile json(String name, InputStream stream) {
        return new ManifestFile(name, Format.JSON, () -> stream);
    }

    /** Whether a file's name is one of a manifest. */
    public static boolean isManifest(Path path) {
        return format(path) != Format.UNKNOWN;
    }

    /** The file's name, for messages. */
    public String name() {
        return name;
    }

    /** The file's name without directory and ending, by which one would call what it describes. */
    public String title() {
        int slash = Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\'));
        String file = name.substring(slash + 1);
        int dot = file.lastIndexOf('.');
        return dot > 0 && ENDINGS.contains(file.substring(dot + 1)) ? file.substring(0, dot) : file;
    }

    /** Whether the user has named the file, or its name is one of a manifest; else it is there because its directory was named. */
    public boolean isMeant() {
        return why != Why.BESIDE;
    }

    /** Whether the user has named the file itself: then something is wrong where it is none of those that are read. */
    public boolean isNamed() {
        return why == Why.NAMED;
    }

    /**
     * Opens the file as Kubernetes objects.
     *
     * @throws InputException if it can't be opened
     */
    public ManifestParser open() {
        OpenText text = text();
        try {
            return text.manifest();
        } catch (InputException e) {
            closeQuietly(text);
            throw e;
        }
    }

    /**
     * Opens the file.
     *
     * @throws InputException if it can't be opened
     */
    public OpenText text() {
        InputStream stream = null;
        try {
            stream = content.open();
            return new OpenText(
                    name,
                    new ManifestText(name, stream),
                    this::parser,
                    text -> new ManifestParser(name, JSON.createParser(text)));
        } catch (IOException | InputException e) {
            closeQuietly(stream);
            throw e instanceof InputException input ? input : unreadable(name, (IOException) e);
        }
    }

    private ManifestParser parser(ManifestText text) throws IOException {
        char first = text.firstVisible();
        if (format == Format.JSON && first != '{' && first != '[' && first != 0) {
            throw new InputException(
                    new Place(name, 0, 0),
                    "expected JSON, since the file's name ends in .json, found something else; YAML ends in .yaml");
        }
        boolean json = format == Format.JSON || format == Format.UNKNOWN && (first == '{' || first == '[');
        return new ManifestParser(name, json ? JSON.createParser(text) : YAML.createParser(text));
    }

    /** A parser of JSON that was made of a file. */
    static ManifestParser parser(String name, Reader json) throws IOException {
        return new ManifestParser(name, JSON.createParser(json));
    }

    /** The exception for a file that the operating system doesn't hand out. */
    public static InputException unreadable(String name, IOException cause) {
        Place place = new Place(name, 0, 0);
        if (cause instanceof NoSuchFileException) {
            return new InputException(place, "no such file or directory");
        }
        if (cause instanceof AccessDeniedException) {
            return new InputException(place, "permission denied");
        }
        return new InputException(place, "can't be read: " + cause.getMessage());
    }

    private static Format format(Path path) {
        String file = String.valueOf(path.getFileName());
        if (file.endsWith(".yaml") || file.endsWith(".yml")) {
            return Format.YAML;
        }
        return file.endsWith(".json") ? Format.JSON : Format.UNKNOWN;
    }

    private static void closeQuietly(@Nullable Closeable stream) {
        if (stream != null) {
            try {
                stream.close();
            } catch (IOException e) {
                // The reason for which it is closed is the one to tell.
            }
        }
    }
}
