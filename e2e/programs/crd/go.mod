// Where the module begins. What it is built from is in kubernetes-1.*.mod, one for each minor version.
module cpubaseline.io/e2e/programs/crd

go 1.26.0
