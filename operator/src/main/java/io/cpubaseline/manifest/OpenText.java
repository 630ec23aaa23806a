package io.cpubaseline.manifest;

import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;

/** A file's text while it is read, of which it need not be known yet what it is. Closing it closes the file. */
public final class OpenText implements Closeable {

    /** Makes the parser of a manifest. */
    @FunctionalInterface
    interface Parsing {
        ManifestParser parse(ManifestText text) throws IOException;
    }

    private final String name;
    private final ManifestText text;
    private final Parsing manifest;
    private final Parsing json;

    OpenText(String name, ManifestText text, Parsing manifest, Parsing json) {
        this.name = name;
        this.text = text;
        this.manifest = manifest;
        this.json = json;
    }

    /** The file's name, for messages. */
    public String name() {
        return name;
    }

    /**
     * What it begins with, at most 64 Ki characters, which stay to be read; empty if there is nothing but white space.
     *
     * @throws InputException if that is no text
     */
    public String beginning() {
        try {
            return text.firstVisible() == 0 ? "" : text.buffered();
        } catch (IOException e) {
            throw ManifestFile.unreadable(name, e);
        }
    }

    /** The text, as it is. */
    public Reader characters() {
        return text;
    }

    /** The text as Kubernetes objects, in YAML or JSON: by the file's name, else by what it begins with. */
    public ManifestParser manifest() {
        return parse(manifest);
    }

    /** The text as JSON of any kind. */
    public ManifestParser json() {
        return parse(json);
    }

    /**
     * Another text in place of this one, as JSON of any kind: what was made of it.
     *
     * @param made whose lines are numbered as the lines that they were made of
     */
    public ManifestParser json(Reader made) {
        try {
            return ManifestFile.parser(name, made);
        } catch (IOException e) {
            throw ManifestFile.unreadable(name, e);
        }
    }

    private ManifestParser parse(Parsing parsing) {
        try {
            return parsing.parse(text);
        } catch (IOException e) {
            throw ManifestFile.unreadable(name, e);
        }
    }

    @Override
    public void close() throws IOException {
        text.close();
    }
}
