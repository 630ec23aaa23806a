#!/usr/bin/env bash
# What node-feature-discovery's CPUID library says about CPUs that have no XSAVE.
#
# Library    github.com/klauspost/cpuid/v2 v2.4.0, which node-feature-discovery v0.19 publishes flags by
# Emulator   qemu-x86_64 of Debian 12 (QEMU 7.2): each CPU model answers CPUID as that CPU does
# Expected   XSAVE and OSXSAVE follow CPUID.1:ECX bits 26 and 27: a Core 2 (Conroe) and an Opteron_G3 have neither
# Seen       both flags on every CPU with SSE3. FXSROPT (CPUID.8000_0001:EDX bit 25, AMD's) on Intel CPUs with SSE. AVX is right.
# Why        `c&1<<26 != 0`: in Go, & and << bind equally strongly and to the left, so this tests bit 0 (SSE3), shifted
# So what    a label or NodeFeature with OSXSAVE proves nothing; that AVX is there proves that the kernel has switched XSAVE on
#
# Needs Go, apt-get and dpkg-deb on Debian 12; installs nothing outside of a temporary folder. Fails if what is seen changes.
set -euo pipefail

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"

apt-get download -q -o APT::Sandbox::User=root qemu-user-static >/dev/null
dpkg-deb -x qemu-user-static_*.deb emulator
emulator=$work/emulator/usr/bin/qemu-x86_64-static
"$emulator" --version | head -1

mkdir program && cd program
cat >go.mod <<'MOD'
module finding

go 1.22

require github.com/klauspost/cpuid/v2 v2.4.0
MOD
cat >main.go <<'GO'
package main

import (
	"fmt"

	"github.com/klauspost/cpuid/v2"
)

// ECX and EDX of a leaf as the CPU itself answers, beside what the library makes of them.
func leaf(number uint32) (ecx, edx uint32)

func main() {
	has := cpuid.CPU.Has
	ecx, _ := leaf(1)
	_, edx := leaf(0x80000001)
	fmt.Printf("xsave=%t osxsave=%t avx=%t fxsr_opt=%t XSAVE=%t OSXSAVE=%t AVX=%t FXSROPT=%t\n",
		ecx>>26&1 == 1, ecx>>27&1 == 1, ecx>>28&1 == 1, edx>>25&1 == 1,
		has(cpuid.XSAVE), has(cpuid.OSXSAVE), has(cpuid.AVX), has(cpuid.FXSROPT))
}
GO
cat >leaf_amd64.s <<'ASM'
#include "textflag.h"

TEXT ·leaf(SB), NOSPLIT, $0-16
	MOVL number+0(FP), AX
	MOVL $0, CX
	CPUID
	MOVL CX, ecx+8(FP)
	MOVL DX, edx+12(FP)
	RET
ASM
GOPATH=$work/go GOFLAGS=-modcacherw CGO_ENABLED=0 sh -c 'go mod tidy && go build -o finding .' 2>/dev/null

expect() { # expect MODEL WHAT
  local seen
  seen=$("$emulator" -cpu "$1" ./finding 2>/dev/null)
  echo "$1: $seen"
  [[ $seen == "$2" ]] || {
    echo "changed: expected $2" >&2
    exit 1
  }
}
none="xsave=false osxsave=false avx=false fxsr_opt=false"
expect Conroe "$none XSAVE=true OSXSAVE=true AVX=false FXSROPT=true"
expect Nehalem "$none XSAVE=true OSXSAVE=true AVX=false FXSROPT=true"
expect Opteron_G3 "$none XSAVE=true OSXSAVE=true AVX=false FXSROPT=true"
expect SandyBridge "xsave=true osxsave=true avx=true fxsr_opt=false XSAVE=true OSXSAVE=true AVX=true FXSROPT=true"
