// Validates a CustomResourceDefinition as the API server of one Kubernetes version does when it is created: structure, defaults, and the rules in CEL with
// what they may cost at most. Which version, that is the module's: one go.mod per minor version is beside this file.
package main

import (
	"context"
	"fmt"
	"os"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/install"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
)

func main() {
	failed := false
	for _, file := range os.Args[1:] {
		for _, problem := range problems(file) {
			fmt.Fprintf(os.Stderr, "%s: %v\n", file, problem)
			failed = true
		}
	}
	if failed {
		os.Exit(1)
	}
}

func problems(file string) []error {
	text, err := os.ReadFile(file)
	if err != nil {
		return []error{err}
	}
	scheme := runtime.NewScheme()
	install.Install(scheme)
	// Strict, so that a misspelt field is found, and with the defaults that the API server fills in.
	decoder := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDecoder(apiextensions.SchemeGroupVersion)
	object, _, err := decoder.Decode(text, nil, nil)
	if err != nil {
		return []error{err}
	}
	definition, ok := object.(*apiextensions.CustomResourceDefinition)
	if !ok {
		return []error{fmt.Errorf("expected a CustomResourceDefinition, found a %T", object)}
	}
	// As the API server does before it validates a new one.
	for _, version := range definition.Spec.Versions {
		if version.Storage {
			definition.Status.StoredVersions = []string{version.Name}
		}
	}
	var found []error
	for _, problem := range validation.ValidateCustomResourceDefinition(context.Background(), definition) {
		found = append(found, problem)
	}
	return found
}
