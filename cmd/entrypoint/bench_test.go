package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

// Run these with, for example, -bench . -benchtime 500x. Each reports figures of its own; ns/op means nothing here.

// reportQuantile reports a quantile, such as 0.5, of durations in milliseconds.
func reportQuantile(b *testing.B, q float64, took []time.Duration, unit string) {
	slices.Sort(took)
	b.ReportMetric(quantile(q, took).Seconds()*1000, unit)
}

// quantile expects sorted durations.
func quantile(q float64, took []time.Duration) time.Duration {
	return took[int(q*float64(len(took)-1))]
}

func timeOf(b *testing.B, name string, args ...string) time.Duration {
	b.Helper()
	start := time.Now()
	require.NoError(b, exec.Command(name, args...).Run())
	return time.Since(start)
}

// BenchmarkOverhead runs a command with and without the wrapper, in turn.
func BenchmarkOverhead(b *testing.B) {
	var bare, wrapped []time.Duration
	for b.Loop() {
		bare = append(bare, timeOf(b, "/bin/true"))
		wrapped = append(wrapped, timeOf(b, wrapper, "-entrypoint", "/bin/true", "--"))
	}
	slices.Sort(bare)
	slices.Sort(wrapped)
	b.ReportMetric((quantile(0.5, wrapped)-quantile(0.5, bare)).Seconds()*1000, "entrypoint_overhead_ms")
	b.ReportMetric(quantile(0.5, bare).Seconds()*1000, "bare_ms")
}

// BenchmarkSize reports the size of the wrapper as it is shipped.
func BenchmarkSize(b *testing.B) {
	info, err := os.Stat(wrapper)
	require.NoError(b, err)
	for b.Loop() {
	}
	b.ReportMetric(float64(info.Size()), "entrypoint_size_bytes")
}

// BenchmarkWaiting reports what a wrapper needs that waits: memory, and how often one of its threads wakes up.
func BenchmarkWaiting(b *testing.B) {
	steps := makePod(b)
	up := filepath.Join(steps.volume, "up")
	steps.start(b, "first", nil, "sh", "-c", "echo >"+up+"; exec sleep 1000")
	require.NoError(b, awaitFile(up))
	p := steps.start(b, "second", []string{"first"}, "true")
	require.NoError(b, p.awaitWait())
	for b.Loop() {
	}
	const watched = 5 * time.Second
	before := p.sum(b, "/proc/%d/task/*/status", "voluntary_ctxt_switches:")
	<-time.After(watched)
	after := p.sum(b, "/proc/%d/task/*/status", "voluntary_ctxt_switches:")
	b.ReportMetric(float64(after-before)/watched.Seconds(), "wait_cpu_wakeups_per_s")
	b.ReportMetric(float64(p.sum(b, "/proc/%d/status", "VmRSS:")), "entrypoint_wait_rss_kb")
	b.ReportMetric(float64(p.sum(b, "/proc/%d/status", "RssAnon:")), "entrypoint_wait_anon_kb")
}

// sum adds up a number of the process's files in /proc.
func (p *process) sum(b *testing.B, pattern, field string) int {
	b.Helper()
	files, err := filepath.Glob(fmt.Sprintf(pattern, p.cmd.Process.Pid))
	require.NoError(b, err)
	total := 0
	for _, f := range files {
		status, err := os.ReadFile(f)
		require.NoError(b, err)
		for line := range bytes.Lines(status) {
			words := bytes.Fields(line)
			if string(words[0]) == field {
				n, err := strconv.Atoi(string(words[1]))
				require.NoError(b, err)
				total += n
			}
		}
	}
	return total
}

// BenchmarkHandOff measures from the moment before a marker is published until the output of the next step's command, an
// echo, has been read. It so counts the start of that command in.
func BenchmarkHandOff(b *testing.B) {
	var took []time.Duration
	for b.Loop() {
		took = append(took, handOff(b, makePod(b)))
	}
	reportQuantile(b, 0.5, took, "handoff_p50_ms")
	reportQuantile(b, 0.99, took, "handoff_p99_ms")
}

func handOff(b *testing.B, p pod) time.Duration {
	b.Helper()
	before := contract.Options{PostFile: p.marker("first"), Step: "first"}
	require.NoError(b, os.MkdirAll(filepath.Dir(before.PostFile), 0o700))
	held, err := takeLock(contract.LockFile(before.PostFile))
	require.NoError(b, err)
	defer func() { _ = syscall.Close(held.fd) }()
	o := contract.Options{WaitFiles: []string{before.PostFile}, Entrypoint: "/bin/echo", Args: []string{"up"}}
	next := exec.Command(wrapper, append(o.Words(), o.Args...)...)
	out, err := next.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, next.Start())
	require.NoError(b, (&process{cmd: next}).awaitWait())

	start := time.Now()
	require.NoError(b, publish(before, contract.Marker{Step: "first", Reason: contract.Completed}))
	held.release()
	_, err = bufio.NewReader(out).ReadString('\n')
	took := time.Since(start)
	require.NoError(b, err)
	require.NoError(b, next.Wait())
	return took
}

// BenchmarkKilled measures from the SIGKILL of a step's wrapper until the output of a cleanup step's command has been read.
func BenchmarkKilled(b *testing.B) {
	var took []time.Duration
	for b.Loop() {
		took = append(took, noticeKilled(b, makePod(b)))
	}
	reportQuantile(b, 0.5, took, "killed_noticed_p50_ms")
	reportQuantile(b, 0.99, took, "killed_noticed_p99_ms")
}

func noticeKilled(b *testing.B, p pod) time.Duration {
	b.Helper()
	up := filepath.Join(p.volume, "up")
	first := p.start(b, "first", nil, "sh", "-c", "echo >"+up+"; exec sleep 1000")
	require.NoError(b, awaitFile(up))
	o := contract.Options{WaitFiles: []string{p.marker("first")}, RunIf: contract.RunAlways, Entrypoint: "/bin/echo", Args: []string{"up"}}
	next := exec.Command(wrapper, append(o.Words(), o.Args...)...)
	out, err := next.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, next.Start())
	require.NoError(b, (&process{cmd: next}).awaitWait())

	start := time.Now()
	first.end()
	_, err = bufio.NewReader(out).ReadString('\n')
	took := time.Since(start)
	require.NoError(b, err)
	require.NoError(b, next.Wait())
	return took
}

// BenchmarkChain measures 20 steps of nothing, from the start of the first, when all others wait, to the end of the last.
func BenchmarkChain(b *testing.B) {
	const steps = 20
	var took []time.Duration
	for b.Loop() {
		p := makePod(b)
		var chain []*process
		for i := steps; i > 1; i-- {
			chain = append(chain, p.start(b, fmt.Sprint("s", i), []string{fmt.Sprint("s", i-1)}, "true"))
		}
		for _, waiting := range chain {
			require.NoError(b, waiting.awaitWait())
		}
		start := time.Now()
		p.start(b, "s1", nil, "true")
		requireExit(b, 0, chain[0])
		took = append(took, time.Since(start))
	}
	reportQuantile(b, 0.5, took, "chain20_ms")
}
