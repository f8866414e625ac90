package container

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"unsafe"
)

// inside is set where a program runs in its namespaces.
const inside = "ORDERLY_TEST_INSIDE"

// Enter runs main in namespaces of its own, by starting this program again with the same arguments, and returns its exit code.
func Enter(main func() int) int {
	var err error
	code := 1
	if os.Getenv(inside) == "" {
		code, err = startInside()
	} else if err = prepareInside(); err == nil {
		code = main()
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "entering namespaces: %v\n", err)
		return 1
	}
	return code
}

func startInside() (int, error) {
	if os.Geteuid() != 0 {
		return 1, errors.New("this needs root, because it runs the cloner as the kubelet does: with mounts and users of its own")
	}
	again := exec.Command("/proc/self/exe", os.Args[1:]...)
	again.Args[0] = os.Args[0]
	again.Env = append(os.Environ(), inside+"=yes")
	again.Stdin, again.Stdout, again.Stderr = os.Stdin, os.Stdout, os.Stderr
	again.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT)
	if err := again.Start(); err != nil {
		return 1, err
	}
	go func() {
		for s := range signals {
			_ = again.Process.Signal(s) // it may have ended
		}
	}()
	var exit *exec.ExitError
	if err := again.Wait(); err != nil && !errors.As(err, &exit) {
		return 1, err
	}
	return again.ProcessState.ExitCode(), nil
}

// prepareInside keeps our mounts from the machine, and makes its own addresses reachable.
func prepareInside() error {
	if err := os.Unsetenv(inside); err != nil {
		return err
	}
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("making mounts private: %w", err)
	}
	return startLoopback()
}

// startLoopback is `ip link set lo up`.
func startLoopback() error {
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer func() { _ = syscall.Close(socket) }()
	request := struct { // struct ifreq, see netdevice(7)
		name  [syscall.IFNAMSIZ]byte
		flags uint16
		_     [22]byte
	}{name: [syscall.IFNAMSIZ]byte{'l', 'o'}, flags: syscall.IFF_UP | syscall.IFF_RUNNING}
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(socket), syscall.SIOCSIFFLAGS, uintptr(unsafe.Pointer(&request))) //nolint:gosec // what ioctl wants
	if errno != 0 {
		return fmt.Errorf("starting the loopback interface: %w", errno)
	}
	return nil
}
