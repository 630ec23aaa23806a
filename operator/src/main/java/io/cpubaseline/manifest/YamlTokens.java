package io.cpubaseline.manifest;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactoryBuilder;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.Reader;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.events.NodeEvent;

/** Jackson's YAML parser, which by itself tells the anchors of objects and lists, but not those of plain values. */
final class YamlTokens extends YAMLParser {

    private YamlTokens(Factory factory, IOContext context, Reader reader) {
        super(
                context,
                factory.getParserFeatures(),
                factory.getFormatParserFeatures(),
                factory.options(),
                factory.getCodec(),
                reader);
    }

    /** The name that the current value gets, or null if it gets none. */
    @Nullable
    String anchor() {
        return _lastEvent instanceof NodeEvent node && !isCurrentAlias() ? node.getAnchor() : null;
    }

    /** Makes parsers for manifests. */
    static YAMLFactory factory() {
        LoaderOptions options = new LoaderOptions();
        // Dumps of big clusters are longer than the three million characters after which it would give up; they are
        // read as a stream.
        options.setCodePointLimit(Integer.MAX_VALUE);
        return new Factory(YAMLFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                // "labels:" with nothing behind it is null, as it is for Kubernetes.
                .enable(Feature.EMPTY_STRING_AS_NULL)
                .loaderOptions(options));
    }

    private static final class Factory extends YAMLFactory {

        private static final long serialVersionUID = 1;

        Factory(YAMLFactoryBuilder builder) {
            super(builder);
        }

        LoaderOptions options() {
            return _loaderOptions;
        }

        @Override
        protected YAMLParser _createParser(Reader reader, IOContext context) {
            return new YamlTokens(this, context, reader);
        }
    }
}
