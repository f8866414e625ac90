package mutate

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"orderly.dev/mutate/contract/clone"
)

// privateSize bounds what the cloner has in memory: copies of at most [clone.MaxRepositories] Secrets of at most 1 MiB each, for each of them the public
// certificates of authority (¼ MB) with its own behind them, and small files of git's and ssh's. That is less than 40 MiB.
var privateSize = resource.MustParse("64Mi")

// secretMode lets the cloner read the files of a Secret, which belong to root, whoever it runs as. Nobody else in the Pod has the mount.
const secretMode = 0o444

// addClonerVolumes adds the volumes that the cloner alone mounts. The other ones it shares.
func addClonerVolumes(pod *corev1.Pod, d decision) {
	if !d.settings.clones() {
		return
	}
	addVolumes(pod, corev1.Volume{Name: volumePrivate, VolumeSource: corev1.VolumeSource{
		EmptyDir: &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMediumMemory, SizeLimit: new(privateSize.DeepCopy())},
	}})
	addVolumes(pod, secretVolumes(d.settings.repositories)...)
}

func secretVolumes(o clone.Order) []corev1.Volume {
	var volumes []corev1.Volume
	for i, name := range secretNames(o) {
		volumes = append(volumes, corev1.Volume{Name: secretVolume(i), VolumeSource: corev1.VolumeSource{
			Secret: &corev1.SecretVolumeSource{SecretName: name, DefaultMode: new(int32(secretMode))},
		}})
	}
	return volumes
}

// secretVolume names the volume of a Secret by its place among those of the order, because the name of a Secret may be longer than that of a volume.
func secretVolume(place int) string { return volumeSecret + strconv.Itoa(place+1) }
