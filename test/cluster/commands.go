//go:build linux

package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"orderly.dev/test/cluster/build"
	"orderly.dev/test/cluster/image"
	"orderly.dev/test/cluster/node"
)

// options are the flags that all commands share.
type options struct {
	kube string // version of Kubernetes
}

// command is the whole program. Progress goes to stderr; stdout has only what a script may want: a path, a digest.
func command() *cobra.Command {
	var o options
	root := &cobra.Command{
		Use:           "cluster",
		Short:         "a real single-node Kubernetes on this machine, built from source",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.PersistentFlags().StringVar(&o.kube, "kube", cmp.Or(os.Getenv("KUBE"), build.DefaultKubernetes),
		"version of Kubernetes (or env KUBE)")
	root.AddCommand(o.build(), o.up(), o.down(), o.status(), o.push(), o.kubectl(), o.assets(), o.restartAPIServer())
	return root
}

func (o *options) builder() (build.Builder, error) {
	cache, err := build.CacheFolder()
	return build.Builder{Cache: cache, Kube: strings.TrimPrefix(o.kube, "v"), Out: os.Stderr}, err
}

// node gives the node that commands work on.
func (o *options) node(out io.Writer) (*node.Node, error) {
	builder, err := o.builder()
	if err != nil {
		return nil, err
	}
	return node.New(node.DefaultLayout, builder, out)
}

func (o *options) build() *cobra.Command {
	return &cobra.Command{
		Use:   "build [COMPONENT...]",
		Short: "build what a node needs, or some of it, and print where it lies (needs no root)",
		RunE: func(cmd *cobra.Command, names []string) error {
			builder, err := o.builder()
			if err != nil {
				return err
			}
			programs, err := builder.Build(cmd.Context(), names...)
			if err != nil {
				return err
			}
			for _, path := range slices.Sorted(maps.Values(programs)) {
				fmt.Println(path)
			}
			return nil
		},
	}
}

func (o *options) up() *cobra.Command {
	return &cobra.Command{
		Use:   "up",
		Short: "make sure that a healthy node runs; prints the path of its kubeconfig",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := o.node(os.Stderr)
			if err != nil {
				return err
			}
			if err := n.Up(cmd.Context()); err != nil {
				return err
			}
			fmt.Println(n.Kubeconfig())
			return nil
		},
	}
}

func (o *options) down() *cobra.Command {
	return &cobra.Command{
		Use:   "down",
		Short: "stop the node and remove all it made but its logs; fails if anything is left",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := o.node(os.Stderr)
			if err != nil {
				return err
			}
			return n.Down(cmd.Context())
		},
	}
}

func (o *options) status() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "say what runs; fails if no healthy node does",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := o.node(os.Stdout)
			if err != nil {
				return err
			}
			return n.Status(cmd.Context())
		},
	}
}

func (o *options) push() *cobra.Command {
	return &cobra.Command{
		Use:   "push NAME=FOLDER[,entrypoint=WORD]...[,cmd=WORD]...[,env=KEY=VALUE]...[,user=ID][,workdir=PATH] ...",
		Short: "make images of folders, put them into the node's registry and have the node pull them; prints name@digest of each",
		Long: "Makes an image of each folder, which is laid out like the root of the image. A Pod names it " + node.Registry +
			"/NAME, and so does\nthis machine. entrypoint, cmd and env may be given several times, each one more word.",
		Example: "  cluster push orderly/tools:dev=bin/rootfs/tools,entrypoint=/nop,user=65532:65532",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, texts []string) error {
			specs, err := image.ParseSpecs(texts)
			if err != nil {
				return err
			}
			n, err := o.node(os.Stderr)
			if err != nil {
				return err
			}
			for _, spec := range specs {
				pushed, err := n.Push(cmd.Context(), spec)
				if err != nil {
					return err
				}
				fmt.Println(pushed)
			}
			return nil
		},
	}
}

func (o *options) kubectl() *cobra.Command {
	return &cobra.Command{
		Use:                "kubectl ARGS...",
		Short:              "call the kubectl of the node's version with its kubeconfig (set the version by env KUBE)",
		DisableFlagParsing: true, // they are kubectl's
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := o.node(os.Stderr)
			if err != nil {
				return err
			}
			path, err := n.Kubectl(cmd.Context())
			if err != nil {
				return err
			}
			return syscall.Exec(path, slices.Concat([]string{"kubectl"}, args), slices.Concat(os.Environ(), n.KubectlEnv()))
		},
	}
}

func (o *options) assets() *cobra.Command {
	return &cobra.Command{
		Use:   "assets",
		Short: "build etcd, kube-apiserver and kubectl alone; prints a folder for KUBEBUILDER_ASSETS (needs no root)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			builder, err := o.builder()
			if err != nil {
				return err
			}
			folder, err := builder.Assets(cmd.Context())
			if err != nil {
				return err
			}
			fmt.Println(folder)
			return nil
		},
	}
}

func (o *options) restartAPIServer() *cobra.Command {
	return &cobra.Command{
		Use:   "restart-api-server",
		Short: "kill the API server without warning, start it again and wait until it is ready",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := o.node(os.Stderr)
			if err != nil {
				return err
			}
			return n.RestartAPIServer(cmd.Context())
		},
	}
}
