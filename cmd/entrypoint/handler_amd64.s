#include "textflag.h"

// handler.go says what this does. The kernel calls caught with the signal in DI and its siginfo in SI; rt_sigreturn(2) brings
// back every register, so any may be used.

// func handlers() (handler, restorer uintptr)
TEXT ·handlers(SB),NOSPLIT,$0-16
	LEAQ	caught<>(SB), AX
	MOVQ	AX, handler+0(FP)
	LEAQ	back<>(SB), AX
	MOVQ	AX, restorer+8(FP)
	RET

TEXT caught<>(SB),NOSPLIT|NOFRAME,$0
	MOVL	8(SI), AX		// si_code: above 0 it is from the kernel
	CMPL	AX, $0
	JLE	note
	LEAQ	·faults(SB), AX
	MOVQ	(AX)(DI*8), AX
	CMPQ	AX, $0
	JEQ	note
	JMP	AX			// as if Go's handler had been called
note:
	LEAQ	-1(DI), CX
	MOVQ	$1, AX
	SHLQ	CX, AX
	LOCK
	ORQ	AX, ·arrived(SB)
	LOCK
	INCL	·rings(SB)
	LEAQ	·rings(SB), DI
	MOVL	$129, SI		// FUTEX_WAKE | FUTEX_PRIVATE_FLAG
	MOVL	$1, DX
	MOVL	$202, AX		// SYS_futex
	SYSCALL
	RET				// to back, which the kernel made the return address

TEXT back<>(SB),NOSPLIT|NOFRAME,$0
	MOVL	$15, AX			// SYS_rt_sigreturn
	SYSCALL
	INT	$3
