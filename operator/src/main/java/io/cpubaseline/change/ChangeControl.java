package io.cpubaseline.change;

import io.cpubaseline.baseline.SelectionRules;
import io.cpubaseline.baseline.SelectionRules.Group;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.GuestNeed;
import java.util.List;

/**
 * Decides when a computed baseline becomes the pinned one. The pin moves by first adoption and by approval, and by itself only where the spec says
 * so; else missing labels, an unfit newcomer or a node that leaves never move it. A pin that is lost is recovered from what virtual machines carry. Immutable: safe for use by
 * several threads.
 */
public final class ChangeControl {

    private final Adoption adoption;
    private final Succession succession;

    /**
     * Change control.
     *
     * @param catalog measures what guests see
     * @param rules tell what a feature is for
     * @param needs which guests need which level, to say which ones will not start
     */
    public ChangeControl(CpuCatalog catalog, SelectionRules rules, List<GuestNeed> needs) {
        Impact impact = new Impact(catalog, rules.group(Group.MITIGATION), needs);
        Automation automation = new Automation(catalog, rules);
        Candidates candidates = new Candidates(catalog, impact, automation);
        this.succession = new Succession(candidates, automation, impact);
        this.adoption = new Adoption(candidates, succession, new Recovery(catalog, rules), impact);
    }

    /** The decision for this situation. */
    public Decision decide(Remembered remembered, Situation situation) {
        Pin pinned = remembered.pinned();
        return pinned == null
                ? adoption.decide(remembered, situation)
                : succession.decide(remembered, pinned, situation);
    }
}
