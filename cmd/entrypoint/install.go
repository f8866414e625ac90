package main

import (
	"errors"
	"syscall"

	"orderly.dev/mutate/contract"
)

const (
	// ownFile is the wrapper itself, whatever it is called and wherever it lies.
	ownFile = "/proc/self/exe"
	// installedMode lets every user run the copy and none change it.
	installedMode = 0o555
	// copyBuffer is how much is copied at once, in bytes.
	copyBuffer = 256 << 10
)

// install copies the wrapper, for nodes where an image cannot be mounted as a volume, to the one file that words name. It may be there already, in this or another version, and
// in use: the new one takes its place in one step.
func install(words []string) int {
	if len(words) != 1 || words[0] == "" {
		complain("install needs one argument, the file to copy the wrapper to, such as " + contract.WrapperPath)
		return contract.ExitWrapper
	}
	if err := installTo(words[0]); err != nil {
		complain("installing to " + words[0] + ": " + err.Error())
		return contract.ExitWrapper
	}
	return contract.ExitOK
}

func installTo(destination string) error {
	temporary := temporaryFor(destination)
	if err := copySelf(temporary); err != nil {
		_ = syscall.Unlink(temporary)
		return err
	}
	if err := syscall.Rename(temporary, destination); err != nil {
		_ = syscall.Unlink(temporary)
		return errors.New("renaming " + temporary + ": " + err.Error())
	}
	return nil
}

// copySelf writes the wrapper to a new file and to the disk under it.
func copySelf(file string) error {
	from, err := syscall.Open(ownFile, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return errors.New("opening " + ownFile + ": " + err.Error())
	}
	defer func() { _ = syscall.Close(from) }()
	to, err := syscall.Open(file, syscall.O_WRONLY|syscall.O_CREAT|syscall.O_EXCL|syscall.O_CLOEXEC, installedMode)
	if err != nil {
		return errors.New("creating " + file + ": " + err.Error() + "; is the directory there, and writable for this user?")
	}
	err = copyAll(to, from)
	if err == nil {
		err = syscall.Fchmod(to, installedMode) // whatever the umask took
	}
	if err == nil {
		err = syscall.Fsync(to)
	}
	if closed := syscall.Close(to); err == nil {
		err = closed
	}
	if err != nil {
		return errors.New("writing " + file + ": " + err.Error())
	}
	return nil
}

func copyAll(to, from int) error {
	buffer := make([]byte, copyBuffer)
	for {
		n, err := syscall.Read(from, buffer)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || n == 0 {
			return err
		}
		if err := writeAll(to, buffer[:n]); err != nil {
			return err
		}
	}
}
