package io.cpubaseline.host;

import java.util.Optional;
import java.util.regex.Pattern;

/** The kinds of text by which a host tells of its CPU, and how each begins. */
enum HostText {
    /** {@code lscpu}, in English. */
    LSCPU("Architecture:[ \\t]"),
    /** {@code lscpu -J}. */
    LSCPU_JSON("\\{\\s*\"lscpu\"\\s*:"),
    /** {@code lscpu} in another language: the first field's name is translated, its value isn't. */
    LSCPU_TRANSLATED(
            "[^\\n]{1,60}[:：][ \\t]*(x86_64|i[3-6]86|aarch64|armv\\w+|ppc64(le)?|s390x?|riscv64|loongarch64)[ \\t]*\\r?\\n[^\\n]{1,60}[:：]"),
    /** {@code lscpu -p} and {@code lscpu -e}: tables without flags. */
    LSCPU_TABLE("# The following is the parsable format|CPU[ \\t]+(NODE|SOCKET|CORE)\\b"),
    /** {@code /proc/cpuinfo}; on IBM Z it begins with the vendor. */
    CPUINFO("(processor|vendor_id)[ \\t]*:[ \\t]"),
    /** What {@code virsh} prints. */
    LIBVIRT("<(capabilities|domainCapabilities|cpus?|mode)\\b"),
    /** Answers of QEMU's monitor. */
    QMP("\\{\\s*\"(QMP|return|error|id|event|timestamp)\"\\s*:"),
    /** Any other XML. */
    XML("<[?!A-Za-z]");

    private final Pattern start;

    HostText(String start) {
        this.start = Pattern.compile(start, Pattern.DOTALL);
    }

    /** Which kind a text is, by its beginning; nothing if it is none of them. */
    static Optional<HostText> of(String beginning) {
        String text = beginning.stripLeading();
        String root = text.startsWith("<") ? withoutProlog(text) : text;
        for (HostText kind : values()) {
            if (kind.start.matcher(root).lookingAt()) {
                return Optional.of(kind);
            }
        }
        return root.isEmpty() && !text.isEmpty() ? Optional.of(XML) : Optional.empty();
    }

    /** An XML text from its first element on. By hand, since a pattern would try all ways to divide a thousand comments. */
    private static String withoutProlog(String xml) {
        String rest = xml;
        while (true) {
            String end = rest.startsWith("<!--") ? "-->" : rest.startsWith("<?") ? "?>" : doctypeEnd(rest);
            int at = end.isEmpty() ? -1 : rest.indexOf(end);
            if (at < 0) {
                return end.isEmpty() ? rest : "";
            }
            rest = rest.substring(at + end.length()).stripLeading();
        }
    }

    private static String doctypeEnd(String text) {
        if (!text.startsWith("<!DOCTYPE")) {
            return "";
        }
        int subset = text.indexOf('[');
        int end = text.indexOf('>');
        return subset >= 0 && subset < end ? "]>" : ">";
    }
}
