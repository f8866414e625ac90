package registry

import (
	"testing"

	"orderly.dev/mutate/contract"
)

func TestAPublicImageIsLookedUp(t *testing.T) {
	digest := push(t, public.address+"/team/app:v1", makeImage(t, "amd64", "/app", "-v"))
	rewrite := makeRewriter(t)
	want := contract.Options{Entrypoint: "/app", Args: []string{"-v"}, StopSignal: 3}
	for _, reference := range []string{":v1", "@" + digest, ":v1@" + digest} {
		requireRuns(t, rewrite, makePod("default", public.address+"/team/app"+reference), want)
	}
	elsewhere := makePod("default", public.address+"/team/app:v1")
	elsewhere.Spec.NodeSelector = map[string]string{"kubernetes.io/arch": "arm64"}
	requireRuns(t, rewrite, elsewhere, want)
}

func TestTheImagesOfAnIndexAreToldApart(t *testing.T) {
	pushIndex(t, public.address+"/team/multi:v1")
	rewrite := makeRewriter(t)
	requireRuns(t, rewrite, makePod("default", public.address+"/team/multi:v1"), contract.Options{StopSignal: 3, PlatformCommands: []contract.PlatformCommand{
		{Architecture: "amd64", Words: []string{"/amd64"}}, {Architecture: "arm64", Words: []string{"/arm64"}},
	}})
	narrowed := makePod("default", public.address+"/team/multi:v1")
	narrowed.Spec.NodeSelector = map[string]string{"kubernetes.io/arch": "arm64"}
	requireRuns(t, rewrite, narrowed, contract.Options{Entrypoint: "/arm64", StopSignal: 3})
}

func TestAnImageThatIsNotThereIsDenied(t *testing.T) {
	push(t, public.address+"/team/app:v1", makeImage(t, "amd64", "/app"))
	rewrite := makeRewriter(t)
	requireDenied(t, rewrite, makePod("default", public.address+"/team/app:absent"), "says 404 Not Found, MANIFEST_UNKNOWN: manifest unknown")
	requireDenied(t, rewrite, makePod("default", public.address+"/nobody/nothing"), "says 404 Not Found, MANIFEST_UNKNOWN")
	requireDenied(t, rewrite, makePod("default", public.address+"/team/app@sha256:0000000000000000000000000000000000000000000000000000000000000000"),
		"says 404 Not Found, MANIFEST_UNKNOWN")
}
