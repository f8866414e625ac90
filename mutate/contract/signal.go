package contract

import (
	"errors"
	"strings"
)

// Signal is a signal of Linux that can stop a program; 0 is none.
type Signal int

// signalNames are the signals by number, as on all architectures that Orderly supports.
var signalNames = [...]string{
	1: "HUP", 2: "INT", 3: "QUIT", 4: "ILL", 5: "TRAP", 6: "ABRT", 7: "BUS", 8: "FPE", 9: "KILL", 10: "USR1", 11: "SEGV", 12: "USR2",
	13: "PIPE", 14: "ALRM", 15: "TERM", 16: "STKFLT", 17: "CHLD", 18: "CONT", 19: "STOP", 20: "TSTP", 21: "TTIN", 22: "TTOU",
	23: "URG", 24: "XCPU", 25: "XFSZ", 26: "VTALRM", 27: "PROF", 28: "WINCH", 29: "IO", 30: "PWR", 31: "SYS",
}

// String is the signal's name, such as SIGTERM.
func (s Signal) String() string {
	if s <= 0 || int(s) >= len(signalNames) {
		return ""
	}
	return "SIG" + signalNames[s]
}

// ParseSignal reads a name with or without SIG, in capitals.
func ParseSignal(name string) (Signal, error) {
	bare := strings.TrimPrefix(name, "SIG")
	for number, known := range signalNames {
		if known != "" && known == bare {
			return Signal(number), nil
		}
	}
	return 0, errors.New(quote(name) + " is not a signal such as SIGTERM")
}
