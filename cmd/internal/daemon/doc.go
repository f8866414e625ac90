// Package daemon is what the command lines of Orderly's two daemons, webhook and sidecarstop, share: the flags for health, metrics and
// log, the logger, and how a program ends.
//
// A daemon exits with 0 when it was told to stop, with 2 when its flags are wrong, with one line for each problem, and with 1
// when it cannot go on.
package daemon
