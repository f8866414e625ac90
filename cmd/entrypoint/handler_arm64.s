#include "textflag.h"

// handler.go says what this does. The kernel calls caught with the signal in R0 and its siginfo in R1; rt_sigreturn(2), to which
// the kernel itself makes it return, brings back every register, so any may be used.

// func handlers() (handler, restorer uintptr)
TEXT ·handlers(SB),NOSPLIT,$0-16
	MOVD	$caught<>(SB), R0
	MOVD	R0, handler+0(FP)
	MOVD	ZR, restorer+8(FP)
	RET

TEXT caught<>(SB),NOSPLIT|NOFRAME,$0
	MOVW	8(R1), R3		// si_code: above 0 it is from the kernel
	CMPW	$0, R3
	BLE	note
	MOVD	$·faults(SB), R3
	MOVD	(R3)(R0<<3), R3
	CBZ	R3, note
	JMP	(R3)			// as if Go's handler had been called
note:
	SUB	$1, R0, R3
	MOVD	$1, R4
	LSL	R3, R4, R4
	MOVD	$·arrived(SB), R3
or:
	LDAXR	(R3), R5
	ORR	R4, R5, R5
	STLXR	R5, (R3), R6
	CBNZ	R6, or
	MOVD	$·rings(SB), R3
add:
	LDAXRW	(R3), R5
	ADDW	$1, R5, R5
	STLXRW	R5, (R3), R6
	CBNZ	R6, add
	MOVD	R3, R0
	MOVD	$129, R1		// FUTEX_WAKE | FUTEX_PRIVATE_FLAG
	MOVD	$1, R2
	MOVD	$98, R8			// SYS_futex
	SVC
	RET
