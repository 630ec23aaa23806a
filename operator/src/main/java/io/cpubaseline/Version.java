package io.cpubaseline;

import io.cpubaseline.catalog.CatalogLoader;
import picocli.CommandLine.IVersionProvider;

/** The versions of the program and of its catalog. */
public final class Version implements IVersionProvider {

    /** The program's version; {@code development} outside of a packaged jar. */
    public static String program() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"cpu-baseline " + program(), "catalog " + CatalogLoader.version()};
    }
}
