package io.cpubaseline;

/**
 * Why something is as it is, in one word. The same word is a condition's reason, an event's reason, a metric's label and the
 * anchor of the explanation in {@code docs/troubleshooting.md}.
 */
public enum Reason {
    // Ready
    Pinned,
    WaitingForEvidence,
    NoContributingNodes,
    NoCommonModel,
    BelowMinimum,
    NowhereSchedulable,
    VendorsMixed,
    PinUnknown,
    InvalidSelector,
    InvalidSpec,
    UnknownModel,
    UnknownFeature,

    // Reconciling and Stalled
    ApplyingToVirtualMachines,
    Forbidden,
    RolloutHalted,

    // CandidatePending
    AwaitingApproval,
    Stabilizing,
    HeldByApproval,
    HeldByUnknownNodes,
    HeldByUpgrade,
    HeldByCapacity,
    HeldByVerification,
    UpToDate,

    // ApprovalAccepted
    Approved,
    NotACandidate,
    NotUsable,

    // EvidenceComplete
    Complete,
    NodesUnknown,
    KubeVirtLabelsMissing,
    NodeFeaturesMissing,
    HardwareOnly,

    // PinnedSchedulable
    Everywhere,
    Partly,
    LowCapacity,
    ModelObsolete,

    // MigrationPossible
    Possible,
    SingleNodeDomain,
    SingleNodeShape,
    CrossVendorMigration,
    ForeignVendorModel,
    OldFamilyModel,

    // MigrationsVerified
    Verified,
    VerificationFailed,
    VerificationOld,

    // ClusterDefaultFits
    Fits,
    FitsPartly,
    FitsNowhere,
    ClusterDefaultTaken,

    // VirtualMachinesAligned
    Aligned,
    Applying,
    AwaitingProof,
    PendingRestart,
    Conflicting,
    Refused,
    Contended,
    Paused,
    Observing,
    KubeVirtMissing,

    // AdmissionActive
    PolicyBound,
    Unsupported,
    PolicyMissing,
    Overlapping,

    // ClusterRestartCampaign: Ready and Complete
    AllRestarted,
    RestartsDue,

    // ClusterRestartCampaign: Reconciling
    Restarting,
    WaitingForWindow,
    WaitingForBudget,
    StepPaused,
    WaitingForConsent,
    WaitingForVirtualMachines,
    AlertFiring,
    AlertsUnknown,

    // ClusterRestartCampaign: Stalled
    RestartFailed,
    RestartsNotAllowed,
    BaselineNotFound,
    BaselineNotPinned,

    // a VirtualMachine that isn't restarted now
    Migrating,
    BackingUp,
    VolumesChanging,
    NotRunning,
    ChangingState,
    NotRestartable,
    JustStarted,
    WaitsForStop,

    // a node that is unknown
    NotReady,
    NotSchedulable,
    LabelsOlderThanBoot,
    LabelsFrozen,
    EvidenceConflict,

    // a node that is unfit
    NoKvm,
    LacksPinned,

    // a VirtualMachine that is applied, and something beside
    ExtraFeatures,
    GivenAtStart,
    StartedWithout,
    AdmissionMissed,
    ChangesVendor,
    AssignedByCapacity,

    // a VirtualMachine that is skipped
    InstancetypeConflict,
    ClaimedByOther,
    UserFeatures,
    HostPassthrough,
    NestedVirtualization,
    NoCpuTopology,
    Confidential,
    WaitAsReceiver,
    PoolOwned,
    NotAmd64,
    BeingDeleted,
    OptedOut,

    // events of the pin
    FirstAdoption,
    PinMoved,
    PinRecovered,

    // events of a baseline that is deleted
    ReleaseIncomplete
}
