package io.cpubaseline.host;

import io.cpubaseline.host.Processors.Processor;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.Place;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One host while its fields are read from {@code lscpu}, as text or as JSON (util-linux 2.31 to 2.40). Where a machine's processors differ, some fields
 * come once for each kind: the vendor begins a kind.
 */
final class LscpuDraft {

    static final String ARCHITECTURE = "Architecture";

    private static final String HYPERVISOR = "Hypervisor vendor";
    private static final String TYPE = "Virtualization type";

    private static final Pattern X86 = Pattern.compile("x86_64|i[3-6]86");
    private static final Pattern RANGE = Pattern.compile("(?<first>\\d{1,6})(-(?<last>\\d{1,6}))?");

    private final Processors processors;
    private final Set<String> fields = new HashSet<>();
    private final Map<String, String> values = new HashMap<>();
    private String vendor = "";
    private String family = "";
    private String model = "";
    private String stepping = "";
    private Set<String> flags = Set.of();
    private Place flagsPlace;
    private long all;
    private long online;

    LscpuDraft(Place place) {
        this.processors = new Processors(place);
        this.flagsPlace = place;
    }

    /**
     * Takes a field.
     *
     * @param name its name as lscpu writes it, without the colon
     * @throws InputException if this is no x86 machine
     */
    void field(String name, String value, Place where) {
        switch (name) {
            case ARCHITECTURE -> {
                if (!X86.matcher(value).matches()) {
                    throw new InputException(
                            where,
                            "expected an x86-64 machine, found the architecture %s: only x86-64 has these CPU models; leave the file out"
                                    .formatted(shortened(value)));
                }
            }
            case "CPU(s)" -> all = number(value);
            case "On-line CPU(s) list" -> online = list(value);
            case "Vendor ID" -> {
                if (fields.contains(name)) {
                    finishKind();
                }
                vendor = value;
            }
            case "CPU family" -> family = value;
            case "Model" -> model = value;
            case "Stepping" -> stepping = value;
            case "Flags" -> {
                if (!flags.isEmpty()) {
                    finishKind();
                }
                flags = Set.copyOf(Words.of(value));
                flagsPlace = where;
            }
            case HYPERVISOR, TYPE -> values.put(name, value);
            default -> {
                return;
            }
        }
        fields.add(name);
    }

    void remark(String sentence) {
        processors.remark(sentence);
    }

    /**
     * All that was read.
     *
     * @throws InputException if what matters is missing
     */
    Processors finish() {
        for (String needed : new String[] {ARCHITECTURE, "Vendor ID", "Flags"}) {
            if (!fields.contains(needed)) {
                throw new InputException(
                        processors.place(),
                        "expected the field \"%s:\" of lscpu, found none: was it cut off, or is it in another language? LC_ALL=C lscpu prints English"
                                .formatted(needed));
            }
        }
        finishKind();
        // The first domain of Xen runs on the hardware, with the hypervisor beneath it and without virtualization.
        if (values.containsKey(HYPERVISOR) && !values.getOrDefault(TYPE, "").equals("none")) {
            processors.isVirtualMachine();
        }
        processors.count(online > 0 ? online : all);
        return processors;
    }

    private void finishKind() {
        if (!flags.isEmpty()) {
            processors.add(new Processor(vendor, family, model, stepping, flags), flagsPlace);
        } else if (processors.isEmpty()) {
            throw new InputException(flagsPlace, "expected flags in the field \"Flags:\" of lscpu, found none");
        }
        flags = Set.of();
    }

    /** The number of CPUs in a list such as {@code 0-7,16}; 0 if it is none. */
    private static long list(String text) {
        long sum = 0;
        for (String part : text.split(",", -1)) {
            Matcher range = RANGE.matcher(part.strip());
            if (!range.matches()) {
                return 0;
            }
            long first = Long.parseLong(range.group("first"));
            String last = range.group("last");
            sum += last == null ? 1 : Math.max(0, Long.parseLong(last) - first + 1);
        }
        return sum;
    }

    private static long number(String text) {
        return text.matches("\\d{1,6}") ? Long.parseLong(text) : 0;
    }

    private static String shortened(String text) {
        return text.length() <= 20 ? text : text.substring(0, 20) + "…";
    }
}
