#!/usr/bin/env bash
# A CEL rule over a bounded int-or-string of a CustomResourceDefinition, which Kubernetes 1.37 accepts and 1.31 refuses as too expensive.
#
# Library    k8s.io/apiextensions-apiserver v0.31.14 and v0.37.2: what an API server of that minor version validates a definition with
# Input      a list of at most 16 values of at most 6 characters, each held to `10%` or `25` by a regular expression
# Expected   the same cost whether the value is a string or an int-or-string: maxLength bounds the text of both
# Seen       0.31.14 accepts the string and refuses the int-or-string: "estimated rule cost exceeds budget by factor of 5.0x"; 0.37.2 accepts both
# So what    for definitions that older API servers have to take, `pattern` with `minimum` and `maximum` does the same and costs nothing: pattern is about texts
#            only, the bounds about numbers only
#
# Needs Go; installs nothing outside of a temporary folder. Takes a few minutes. Fails if what is seen changes.
set -euo pipefail

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"

cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	v1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	"sigs.k8s.io/yaml"
)

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: budgets.example.org}
spec:
  group: example.org
  scope: Cluster
  names: {kind: Budget, plural: budgets, singular: budget, listKind: BudgetList}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              budgets:
                type: array
                maxItems: 16
                items:
                  %s
                  maxLength: 6
                  x-kubernetes-validations:
                  - rule: "%sself.matches('^((100|[1-9]?[0-9])%%|[0-9]{1,5})$')"
status: {storedVersions: [v1]}
`

func main() {
	for _, kind := range [][]any{{"type: string", ""}, {"x-kubernetes-int-or-string: true", "type(self) == int || "}} {
		var external v1.CustomResourceDefinition
		if err := yaml.UnmarshalStrict([]byte(fmt.Sprintf(definition, kind...)), &external); err != nil {
			panic(err)
		}
		v1.SetDefaults_CustomResourceDefinition(&external)
		v1.SetDefaults_CustomResourceDefinitionSpec(&external.Spec)
		var internal apiextensions.CustomResourceDefinition
		if err := v1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(&external, &internal, nil); err != nil {
			panic(err)
		}
		problems := validation.ValidateCustomResourceDefinition(context.Background(), &internal)
		fmt.Printf("%s: %d problems\n", kind[0], len(problems))
		for _, problem := range problems {
			fmt.Println(problem.Detail[:len("estimated rule cost exceeds budget by factor of 5.0x")])
		}
	}
}
GO

# seen VERSION: what the library of that version says.
seen() {
  mkdir "$1" && cp main.go "$1" && cd "$1"
  go mod init finding 2>/dev/null
  go get "k8s.io/apiextensions-apiserver@$1" sigs.k8s.io/yaml >/dev/null 2>&1
  go mod tidy >/dev/null 2>&1
  go build -o finding .
  ./finding
  cd ..
}

seen v0.31.14 | tee seen-1.31
seen v0.37.2 | tee seen-1.37
diff - seen-1.31 <<'SEEN'
type: string: 0 problems
x-kubernetes-int-or-string: true: 1 problems
estimated rule cost exceeds budget by factor of 5.0x
SEEN
diff - seen-1.37 <<'SEEN'
type: string: 0 problems
x-kubernetes-int-or-string: true: 0 problems
SEEN
