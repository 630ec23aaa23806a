// Prints the configurations of the webhooks that KubeVirt's virt-api serves, as one YAML stream. They call a service in the namespace
// kubevirt: whoever runs virt-api elsewhere replaces clientConfig.
package main

import (
	"fmt"
	"os"

	"kubevirt.io/kubevirt/pkg/virt-operator/resource/generate/components"
	"sigs.k8s.io/yaml"
)

func main() {
	for _, object := range []any{
		components.NewVirtAPIMutatingWebhookConfiguration("kubevirt"),
		components.NewVirtAPIValidatingWebhookConfiguration("kubevirt"),
	} {
		out, err := yaml.Marshal(object)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Printf("---\n%s", out)
	}
}
