#!/usr/bin/env bash
# KubeVirt's subresource that restarts a VirtualMachine answers 406 to a client that accepts JSON alone.
#
# Server     kubevirt.io/kubevirt v1.8.4, pkg/virt-api/api.go: the routes of restart and migrate consume anything and name no media type that they produce
# Library    github.com/emicklei/go-restful/v3 v3.13.0, by which virt-api answers
# Expected   a request with "Accept: application/json", the usual header of a Kubernetes client, is answered: the answer has no body at all
# Seen       406 Not Acceptable, and the handler never runs. "Accept: application/json, */*" (client-go, virtctl) and no header at all are answered
# Why        a route without Produces matches an Accept header only where that has */*
# So what    a client of these subresources that isn't made of client-go has to add */*; a 406 from there says nothing of the VirtualMachine
#
# Needs Go; installs nothing outside of a temporary folder (KubeVirt's module is 40 MB or so). Fails if what is seen changes.
set -euo pipefail

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
export GOMODCACHE=$work/modules GOFLAGS=-mod=mod

# What KubeVirt declares: each route up to the next one, by its path.
mkdir kubevirt && cd kubevirt
go mod init finding 2>/dev/null
source=$(go mod download -json kubevirt.io/kubevirt@v1.8.4 | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')/pkg/virt-api/api.go
produces() {
  awk -v path="SubResourcePath(\"$1\")" '
    index($0, "subws.PUT(") { ours = index($0, "subresourcesvmGVR") && index($0, path) }
    ours && /Consumes\(/ { consumes++ }
    ours && /Produces\(/ { produces++ }
    END { print consumes + 0, "routes,", produces + 0, "with Produces" }' "$source"
}
for path in restart migrate; do
  echo "$path: $(produces $path)"
  [[ $(produces $path) == "1 routes, 0 with Produces" ]]
done
cd ..

# What the library makes of that.
mkdir program && cd program
cat >go.mod <<'MOD'
module finding

go 1.22

require github.com/emicklei/go-restful/v3 v3.13.0
MOD
cat >main.go <<'GO'
package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/emicklei/go-restful/v3"
)

func main() {
	service := new(restful.WebService)
	service.Path("/virtualmachines")
	service.Route(service.PUT("/web/restart").Consumes("*/*").To(func(_ *restful.Request, response *restful.Response) {
		response.WriteHeader(http.StatusAccepted)
	}))
	container := restful.NewContainer()
	container.Add(service)
	for _, accept := range []string{"", "application/json", "application/json, */*"} {
		request := httptest.NewRequest(http.MethodPut, "/virtualmachines/web/restart", nil)
		if accept != "" {
			request.Header.Set("Accept", accept)
		}
		answer := httptest.NewRecorder()
		container.ServeHTTP(answer, request)
		fmt.Printf("Accept: %s -> %d\n", accept, answer.Code)
	}
}
GO
go build -o finding . 2>/dev/null
./finding | tee ../seen
cat >../expected <<'SEEN'
Accept:  -> 202
Accept: application/json -> 406
Accept: application/json, */* -> 202
SEEN
diff ../expected ../seen
