package io.cpubaseline.guest;

import io.cpubaseline.cpu.FeatureSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the line {@code flags} of /proc/cpuinfo calls CPU features, and which of its words are the kernel's own. */
final class LinuxWords {
    private final Map<String, String> renamed = new HashMap<>();
    private final Set<String> unnamed = new HashSet<>();
    private final Set<String> kernelsOwn = new HashSet<>();

    LinuxWords() {
        Table.read("linux-words.csv", (word, feature) -> {
            if (feature.isEmpty()) {
                kernelsOwn.add(word);
            } else if (word.isEmpty()) {
                unnamed.add(feature);
            } else {
                renamed.put(feature, word);
            }
        });
    }

    /** The words for these features, without those that the kernel has no word for. */
    Set<String> of(FeatureSet features) {
        Set<String> words = new TreeSet<>();
        features.stream()
                .filter(feature -> !unnamed.contains(feature))
                .forEach(feature -> words.add(
                        renamed.getOrDefault(feature, feature.replace('-', '_').replace('.', '_'))));
        return words;
    }

    /** Whether the word stands for no bit of CPUID that a CPU model could give. */
    boolean isKernelsOwn(String word) {
        return kernelsOwn.contains(word);
    }
}
