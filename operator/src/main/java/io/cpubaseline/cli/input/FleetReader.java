package io.cpubaseline.cli.input;

import com.fasterxml.jackson.core.JsonToken;
import io.cpubaseline.catalog.HostFlags;
import io.cpubaseline.console.Progress;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.evidence.Found;
import io.cpubaseline.host.HostReader;
import io.cpubaseline.host.NodeDescriptions;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.LiveCluster;
import io.cpubaseline.manifest.ManifestFile;
import io.cpubaseline.manifest.ManifestFiles;
import io.cpubaseline.manifest.ManifestParser;
import io.cpubaseline.manifest.OpenText;
import io.cpubaseline.manifest.Place;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads Nodes and NodeFeatures from manifests, object by object, never a whole file at once, so that dumps of any size take little
 * memory; and what hosts tell of their CPUs. Which of the two a file is, its content says. A mistake anywhere is an error and never skipped, since an
 * answer without some node may be a wrong one; only an empty file among others is counted and passed over, as support bundles have them.
 */
public final class FleetReader {

    private static final String EVERY_OBJECT = "every object needs apiVersion, kind and metadata";

    private static final String NO_KIND = "kind: expected the kind of a Kubernetes object, found none; " + EVERY_OBJECT;
    private static final String NO_LIST =
            "expected a Kubernetes object, found a list; put its elements under items of an object with apiVersion: v1 and kind: List";

    private final EvidenceReader evidence;
    private final CpuCatalog catalog;
    private final InputStream standardInput;
    private final Progress progress;

    /**
     * Creates a reader.
     *
     * @param evidence reads the objects
     * @param catalog the models and features that are known
     * @param standardInput what the path {@code -} stands for
     */
    public FleetReader(EvidenceReader evidence, CpuCatalog catalog, InputStream standardInput) {
        this(evidence, catalog, standardInput, Progress.silent());
    }

    private FleetReader(EvidenceReader evidence, CpuCatalog catalog, InputStream standardInput, Progress progress) {
        this.evidence = evidence;
        this.catalog = catalog;
        this.standardInput = standardInput;
        this.progress = progress;
    }

    /** The same, which tells how far it is. */
    public FleetReader telling(Progress other) {
        return new FleetReader(evidence, catalog, standardInput, other);
    }

    /**
     * Reads the nodes that these paths describe together.
     *
     * @param paths files, directories, or {@code -}; see {@link ManifestFiles#of}
     * @throws InputException if anything in them is not as it should be, or there is no node
     */
    public FleetInput read(List<String> paths) {
        Inventory inventory = new Inventory(progress);
        List<ManifestFile> files = ManifestFiles.withOthers(paths, standardInput);
        List<ManifestFile> meant = files.stream().filter(ManifestFile::isMeant).toList();
        boolean something = false;
        for (ManifestFile file : files) {
            if (!file.isMeant()) {
                something |= readIfOfHost(file, inventory);
            } else if (readAll(file, inventory)) {
                something = true;
            } else {
                inventory.passOver(file.name());
            }
        }
        if (!something && meant.size() == 1) {
            throw new InputException(
                    new Place(meant.get(0).name(), 0, 0), "expected Kubernetes objects, found an empty file");
        }
        List<ManifestFile> told = meant.size() == 1 ? meant : files;
        return inventory.join(evidence, catalog, told.size() == 1 ? told.get(0).name() : String.join(", ", paths));
    }

    /**
     * Reads the nodes of a cluster.
     *
     * @throws InputException if it can't be asked, if anything in its objects is not as it should be, or if there is no node
     */
    public FleetInput read(LiveCluster cluster, LiveCluster.Address address) throws IOException {
        Inventory inventory = new Inventory(progress);
        cluster.read(address, new LiveCluster.Pages() {
            @Override
            public void take(ManifestFile page) {
                readAll(page, inventory);
            }

            @Override
            public void untold(String sentence) {
                inventory.warn(sentence);
            }
        });
        return inventory.join(evidence, catalog, "the cluster");
    }

    /** Reads all objects of a file; false if it has none. */
    private boolean readAll(ManifestFile file, Inventory inventory) {
        try (OpenText text = file.text()) {
            String beginning = text.beginning();
            if (HostReader.reads(beginning)) {
                readHosts(text, file, inventory);
                return true;
            }
            if (NodeDescriptions.reads(beginning)) {
                return readDescribed(text, inventory);
            }
            try (ManifestParser parser = text.manifest()) {
                return file.isNamed() ? readAll(parser, inventory) : readObjects(parser, file, inventory);
            }
        } catch (IOException e) {
            throw ManifestFile.unreadable(file.name(), e);
        }
    }

    /** Reads a file that nobody has named, where it tells of a host: directories hold all kinds of files. False if it tells of none. */
    private boolean readIfOfHost(ManifestFile file, Inventory inventory) {
        try (OpenText text = openIfText(file)) {
            String beginning = text == null ? null : beginning(text);
            if (text != null && beginning != null && HostReader.tellsOfHost(beginning)) {
                readHosts(text, file, inventory);
                return true;
            }
            if (text != null && beginning != null && NodeDescriptions.reads(beginning)) {
                return readDescribed(text, inventory);
            }
            inventory.passOverOther(file.name(), "".equals(beginning));
            return false;
        } catch (IOException e) {
            throw ManifestFile.unreadable(file.name(), e);
        }
    }

    private static @Nullable OpenText openIfText(ManifestFile file) {
        try {
            return file.text();
        } catch (InputException e) {
            return null;
        }
    }

    /** What a file begins with; null if that is no text. */
    private static @Nullable String beginning(OpenText text) {
        try {
            return text.beginning();
        } catch (InputException e) {
            return null;
        }
    }

    /** Reads what {@code kubectl describe node} has printed. */
    private boolean readDescribed(OpenText text, Inventory inventory) throws IOException {
        try (ManifestParser parser = text.json(NodeDescriptions.nodes(text))) {
            return readAll(parser, inventory);
        }
    }

    private void readHosts(OpenText text, ManifestFile file, Inventory inventory) {
        new HostReader(catalog, HostFlags.shipped()).read(text, file.title()).forEach(inventory::add);
    }

    /**
     * Reads a file that was found in a directory, such as a support bundle's: lists and objects that are none of Kubernetes are passed over there. False if
     * there is nothing in it.
     */
    private boolean readObjects(ManifestParser parser, ManifestFile file, Inventory inventory) throws IOException {
        boolean something = false;
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            if (token == JsonToken.START_OBJECT) {
                something = true;
                readObject(parser, Identity.UNKNOWN, null, inventory, file.name());
            } else if (token != JsonToken.VALUE_NULL) {
                something = true;
                InputException problem = new InputException(parser.place(), notAnObject(parser));
                if (token == JsonToken.START_ARRAY && PlainList.hasNodes(parser)) {
                    throw problem;
                }
                inventory.passOverNoObject(file.name(), problem);
            }
        }
        return something;
    }

    private boolean readAll(ManifestParser parser, Inventory inventory) throws IOException {
        boolean something = false;
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            // "---" twice in a row is a document of nothing.
            if (token != JsonToken.VALUE_NULL) {
                something = true;
                readObject(parser, Identity.UNKNOWN, null, inventory, null);
            }
        }
        return something;
    }

    /**
     * Reads one object, or all objects of a list.
     *
     * @param implied what the object is if it doesn't say so: an element of a typed list
     * @param waiting takes an object that doesn't say what it is, while the list around it may still say so; null if it can't
     * @param found the file in which it was found, where it may be none of Kubernetes' and is passed over then; null if it must be one
     */
    private void readObject(
            ManifestParser parser,
            Identity implied,
            @Nullable List<ManifestObject> waiting,
            Inventory inventory,
            @Nullable String found)
            throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new InputException(parser.place(), notAnObject(parser));
        }
        ManifestObject object = new ManifestObject(parser, evidence);
        List<ManifestObject> elements = null;
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            parser.nextToken();
            Identity said = object.identity();
            if (field.equals("apiVersion")) {
                object.identify(said.withApiVersion(text(parser, field)));
            } else if (field.equals("kind")) {
                object.identify(said.withKind(text(parser, field)));
            } else if (field.equals("items") && said.mayBeList()) {
                elements = readElements(parser, said, inventory);
            } else if (said.or(implied).isDefaultOwner()
                    || said.or(implied).isBaseline()
                    || said.or(implied).isInstance()) {
                object.settings(field);
            } else if (said.or(implied).isForeign()) {
                parser.skipChildren();
            } else {
                object.field(field);
            }
        }
        if (elements != null) {
            finishList(object, elements, inventory);
        } else if (waiting != null && !object.identity().isComplete()) {
            waiting.add(object);
        } else if (found != null && object.isNoneOfKubernetes()) {
            inventory.passOverNoObject(found, object.mistake(NO_KIND));
        } else {
            finish(object, implied, inventory);
        }
    }

    /** Reads what a list has; hands back those objects of which it is not clear yet what they are. */
    private List<ManifestObject> readElements(ManifestParser parser, Identity list, Inventory inventory)
            throws IOException {
        List<ManifestObject> waiting = new ArrayList<>();
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return waiting;
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new InputException(
                    parser.place(), "items: expected a list of objects, found " + Found.describe(parser));
        }
        for (JsonToken token = parser.nextToken();
                token != null && token != JsonToken.END_ARRAY;
                token = parser.nextToken()) {
            readObject(parser, list.element(), list.tellsElements() ? null : waiting, inventory, null);
        }
        return waiting;
    }

    private static void finishList(ManifestObject list, List<ManifestObject> waiting, Inventory inventory) {
        Identity identity = list.identity();
        if (identity.kind().isEmpty() || !identity.mayBeList()) {
            throw list.mistake("kind: expected one that ends in List, since there are items, found "
                    + (identity.kind().isEmpty() ? "none" : identity.kind()));
        }
        waiting.forEach(object -> finish(object, identity.element(), inventory));
    }

    private static void finish(ManifestObject object, Identity implied, Inventory inventory) {
        Identity identity = object.identity().or(implied);
        object.identify(identity);
        if (identity.kind().isEmpty()) {
            throw object.mistake(NO_KIND);
        }
        if (identity.apiVersion().isEmpty()) {
            throw object.mistake(
                    "apiVersion: expected the API version of a Kubernetes object, found none; " + EVERY_OBJECT);
        }
        if (identity.isDefaultOwner()) {
            inventory.add(object.defaultOwner());
            return;
        }
        if (identity.isBaseline()) {
            inventory.add(object.baseline());
        }
        if (identity.isInstance()) {
            object.instance().ifPresent(inventory::add);
        }
        if (identity.isForeign()) {
            // A list without items is an empty one.
            if (!identity.isPlainList()) {
                inventory.ignore(identity);
            }
            return;
        }
        object.check();
        if (identity.isNode()) {
            inventory.add(object.node(), object.place());
        } else {
            inventory.add(object.nodeFeature(), object.place());
        }
    }

    private static String text(ManifestParser parser, String field) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return "";
        }
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new InputException(parser.place(), field + ": expected a string, found " + Found.describe(parser));
        }
        return parser.getText();
    }

    private static String notAnObject(ManifestParser parser) throws IOException {
        return parser.currentToken() == JsonToken.START_ARRAY
                ? NO_LIST
                : "expected a Kubernetes object, found " + Found.describe(parser);
    }
}
