package io.cpubaseline.host;

import io.cpubaseline.catalog.HostFlags;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.ManifestFile;
import io.cpubaseline.manifest.ManifestParser;
import io.cpubaseline.manifest.OpenText;
import io.cpubaseline.manifest.Place;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads what hosts tell of their CPUs, of whichever kind it is. */
public final class HostReader {

    /** More than anybody puts into one file. */
    private static final int MOST_HOSTS = 10_000;

    private final CpuCatalog catalog;
    private final HostFlags flags;

    /**
     * Creates a reader.
     *
     * @param catalog the models and features that are known
     * @param flags what a host's own flags mean
     */
    public HostReader(CpuCatalog catalog, HostFlags flags) {
        this.catalog = catalog;
        this.flags = flags;
    }

    /** Whether a text that begins so is for this reader: be it that it refuses it in better words than others would. */
    public static boolean reads(String beginning) {
        return HostText.of(beginning).isPresent();
    }

    /** Whether a text that begins so tells of a host, so that it is wanted even where nobody has named its file. */
    public static boolean tellsOfHost(String beginning) {
        return HostText.of(beginning).filter(kind -> kind != HostText.XML).isPresent();
    }

    /**
     * Reads all hosts that a text describes. None has a name in the text: each is called by the file's title, and numbered where there are several.
     *
     * @throws InputException if anything in it is not as it should be
     */
    public List<Described> read(OpenText text, String title) {
        try {
            List<Described> hosts = described(text, title);
            if (hosts.isEmpty()) {
                throw new InputException(
                        new Place(text.name(), 0, 0), "expected what a host tells of its CPU, found nothing");
            }
            return named(title, hosts);
        } catch (IOException e) {
            throw ManifestFile.unreadable(text.name(), e);
        }
    }

    private List<Described> described(OpenText text, String title) throws IOException {
        HostText kind = HostText.of(text.beginning()).orElseThrow();
        return switch (kind) {
            case LSCPU -> processors(LscpuReader.text(new TextLines(text.name(), text.characters())), title);
            case LSCPU_JSON -> {
                ManifestParser parser = text.json();
                yield processors(LscpuReader.json(parser), title);
            }
            case CPUINFO ->
                processors(List.of(new CpuInfoReader(new TextLines(text.name(), text.characters())).read()), title);
            case LIBVIRT, XML ->
                new LibvirtReader(catalog, flags, title).read(XmlDocuments.read(text.name(), text.characters()));
            case QMP -> new QmpReader(catalog, title).read(text.json());
            case LSCPU_TRANSLATED ->
                throw new InputException(
                        new Place(text.name(), 1, 0),
                        "expected lscpu in English, found another language; LC_ALL=C lscpu prints English");
            case LSCPU_TABLE ->
                throw new InputException(
                        new Place(text.name(), 1, 0),
                        "expected lscpu with its flags, found the table of lscpu -p or -e, which has none; lscpu without options prints them");
        };
    }

    private List<Described> processors(List<Processors> hosts, String title) {
        return hosts.stream()
                .map(host -> new Described(host.facts(title, flags), host.place()))
                .toList();
    }

    private static List<Described> named(String title, List<Described> hosts) {
        if (hosts.size() < 2) {
            return hosts;
        }
        List<Described> numbered = new ArrayList<>(hosts.size());
        for (Described host : hosts) {
            numbered.add(new Described(
                    host.facts().named("%s-%d".formatted(title, numbered.size() + 1)), host.place()));
        }
        return numbered;
    }

    /**
     * Makes sure that one more host can be read from a text.
     *
     * @throws InputException if there are too many
     */
    static void oneMore(List<?> hosts, Place place) {
        if (hosts.size() == MOST_HOSTS) {
            throw new InputException(place, "expected at most %d hosts in one file, found more".formatted(MOST_HOSTS));
        }
    }
}
