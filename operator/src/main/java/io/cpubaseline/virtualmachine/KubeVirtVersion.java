package io.cpubaseline.virtualmachine;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A release of KubeVirt, as far as what it promises of migrations.
 *
 * @param text as KubeVirt writes it, such as {@code v1.8.4}
 * @param keepsVendor whether it migrates a guest only to nodes of the CPU vendor that it runs on; neither QEMU nor KVM promises more
 * @param selectsMachineType whether it places a guest only on nodes that label its machine type: since 1.6
 */
public record KubeVirtVersion(String text, boolean keepsVendor, boolean selectsMachineType) {

    private static final Pattern VERSION = Pattern.compile("v?(\\d{1,9})\\.(\\d{1,9})\\.(\\d{1,9})(?<rest>[-+].*)?");
    private static final Pattern BEFORE_RELEASE = Pattern.compile("-(alpha|beta|rc)\\b.*");

    /**
     * Reads a version. What precedes a release counts as the release before it; a build of a release ({@code v1.6.4-12-gabc},
     * {@code v1.6.4+downstream}) as that release. Migration targets are pinned to the source's vendor by KubeVirt's pull request 16060, which
     * is in 1.6.4, 1.7.1, 1.8.0 and all that came later.
     *
     * @param text what {@code status.observedKubeVirtVersion} says
     * @return nothing if that is no version, such as {@code devel} or nothing at all
     */
    public static Optional<KubeVirtVersion> of(String text) {
        Matcher matcher = VERSION.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int major = Integer.parseInt(matcher.group(1));
        int minor = Integer.parseInt(matcher.group(2));
        int patch = Integer.parseInt(matcher.group(3));
        String rest = matcher.group("rest");
        boolean released = rest == null || !BEFORE_RELEASE.matcher(rest).matches();
        return Optional.of(new KubeVirtVersion(
                text, keepsVendor(major, minor, released ? patch : patch - 1), major > 1 || major == 1 && minor >= 6));
    }

    private static boolean keepsVendor(int major, int minor, int patch) {
        if (major != 1) {
            return major > 1;
        }
        return switch (minor) {
            case 6 -> patch >= 4;
            case 7 -> patch >= 1;
            case 8 -> patch >= 0;
            default -> minor > 8;
        };
    }
}
