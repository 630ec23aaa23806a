// Tells what GitOps tools make of an object: kstatus by its library, Flux by the library that evaluates its healthCheckExprs, and Argo CD by
// gopher-lua, in which it runs its health checks and actions.
//
//	judge statuses HEALTH.lua EXPRESSIONS.yaml <OBJECTS.yaml   prints a line of JSON for each object
//	judge customization DIRECTORY                              runs the tests of a resource customization, which are laid out as Argo CD's own
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"

	"github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/runtime/cel"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

func main() {
	var err error
	switch {
	case len(os.Args) == 4 && os.Args[1] == "statuses":
		err = statuses(os.Args[2], os.Args[3], os.Stdin, os.Stdout)
	case len(os.Args) == 3 && os.Args[1] == "customization":
		err = customization(os.Args[2])
	default:
		err = errors.New("usage: judge statuses HEALTH.lua EXPRESSIONS.yaml, or judge customization DIRECTORY")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "judge:", err)
		os.Exit(1)
	}
}

// verdict is what three tools say of one object.
type verdict struct {
	Name    string `json:"name"`
	Kstatus string `json:"kstatus"`
	Flux    string `json:"flux"`
	Argo    health `json:"argo"`
}

type health struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

func statuses(script, expressions string, in io.Reader, out io.Writer) error {
	var exprs kustomize.HealthCheckExpressions
	if err := readYAML(expressions, &exprs); err != nil {
		return err
	}
	flux, err := cel.NewStatusEvaluator(&exprs)
	if err != nil {
		return err
	}
	decoder := yaml.NewYAMLOrJSONDecoder(in, 4096)
	encoder := json.NewEncoder(out)
	for {
		object := unstructured.Unstructured{}
		if err := decoder.Decode(&object); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		said := verdict{Name: object.GetName()}
		byKstatus, err := status.Compute(&object)
		if err != nil {
			return err
		}
		said.Kstatus = byKstatus.Status.String()
		byFlux, err := flux.Evaluate(context.Background(), &object)
		if err != nil {
			return err
		}
		said.Flux = byFlux.Status.String()
		if err := evaluate(script, object.Object, &said.Argo); err != nil {
			return err
		}
		if err := encoder.Encode(said); err != nil {
			return err
		}
	}
}

// healthTests and actionTests are Argo CD's health_test.yaml and action_test.yaml.
type healthTests struct {
	Tests []struct {
		HealthStatus health `json:"healthStatus"`
		InputPath    string `json:"inputPath"`
	} `json:"tests"`
}

type actionTests struct {
	DiscoveryTests []struct {
		InputPath string `json:"inputPath"`
		Result    []struct {
			Name     string `json:"name"`
			Disabled bool   `json:"disabled"`
		} `json:"result"`
	} `json:"discoveryTests"`
	ActionTests []struct {
		Action             string `json:"action"`
		InputPath          string `json:"inputPath"`
		ExpectedOutputPath string `json:"expectedOutputPath"`
	} `json:"actionTests"`
}

func customization(directory string) error {
	var healthy healthTests
	if err := readYAML(filepath.Join(directory, "health_test.yaml"), &healthy); err != nil {
		return err
	}
	for _, test := range healthy.Tests {
		object, err := readObject(filepath.Join(directory, test.InputPath))
		if err != nil {
			return err
		}
		var found health
		if err := evaluate(filepath.Join(directory, "health.lua"), object, &found); err != nil {
			return err
		}
		if found != test.HealthStatus {
			return fmt.Errorf("%s: expected %+v, found %+v", test.InputPath, test.HealthStatus, found)
		}
	}
	actions := filepath.Join(directory, "actions")
	var acting actionTests
	if err := readYAML(filepath.Join(actions, "action_test.yaml"), &acting); err != nil {
		return err
	}
	for _, test := range acting.DiscoveryTests {
		object, err := readObject(filepath.Join(actions, test.InputPath))
		if err != nil {
			return err
		}
		found := map[string]struct {
			Disabled bool `json:"disabled"`
		}{}
		if err := evaluate(filepath.Join(actions, "discovery.lua"), object, &found); err != nil {
			return err
		}
		if len(found) != len(test.Result) {
			return fmt.Errorf("%s: expected %+v, discovered %+v", test.InputPath, test.Result, found)
		}
		for _, expected := range test.Result {
			if action, is := found[expected.Name]; !is || action.Disabled != expected.Disabled {
				return fmt.Errorf("%s: expected %+v, discovered %+v", test.InputPath, expected, found)
			}
		}
	}
	for _, test := range acting.ActionTests {
		object, err := readObject(filepath.Join(actions, test.InputPath))
		if err != nil {
			return err
		}
		expected, err := readObject(filepath.Join(actions, test.ExpectedOutputPath))
		if err != nil {
			return err
		}
		var found map[string]any
		if err := evaluate(filepath.Join(actions, test.Action, "action.lua"), object, &found); err != nil {
			return err
		}
		if !reflect.DeepEqual(plain(found), plain(expected)) {
			return fmt.Errorf("%s of %s: expected %v, found %v", test.Action, test.InputPath, plain(expected), plain(found))
		}
	}
	fmt.Printf("%d health tests, %d discovery tests, %d action tests\n", len(healthy.Tests), len(acting.DiscoveryTests), len(acting.ActionTests))
	return nil
}

// plain has no empty lists and maps: Lua knows one kind of table, and Argo CD puts back what an empty one was.
func plain(value any) any {
	switch typed := value.(type) {
	case map[string]any:
		result := map[string]any{}
		for key, item := range typed {
			if rest := plain(item); rest != nil {
				result[key] = rest
			}
		}
		if len(result) == 0 {
			return nil
		}
		return result
	case []any:
		if len(typed) == 0 {
			return nil
		}
		result := make([]any, len(typed))
		for i, item := range typed {
			result[i] = plain(item)
		}
		return result
	case int64:
		return float64(typed)
	default:
		return value
	}
}

func readObject(path string) (map[string]any, error) {
	var object map[string]any
	err := readYAML(path, &object)
	return object, err
}

func readYAML(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096).Decode(into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
