package main

import "syscall"

// sysStat is the number of newfstatat(2).
const sysStat = syscall.SYS_FSTATAT
